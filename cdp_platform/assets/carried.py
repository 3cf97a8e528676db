"""The age of what is published, table by table: how far each stream was accepted when its rows came in.

An hourly run rebuilds a part; the other tables still hold what the last daily run saw. Here: finding those moments. Not
here: the table that is published (`cdp_platform.serving.ages`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import dagster as dg

from cdp_platform.assets.extracts import STREAMS
from cdp_platform.assets.lineage import states
from cdp_platform.serving.ages import Input


def carried(
    instance: dg.DagsterInstance,
    specs: Mapping[dg.AssetKey, dg.AssetSpec],
    published: Sequence[dg.AssetKey],
    *,
    current: tuple[str, datetime],
) -> Iterator[Input]:
    """What each published table is built from, and as of when. `current`: the run that last fixed the marks; when."""
    run_id, now = current
    built = {
        record.asset_entry.asset_key: record.asset_entry.last_materialization
        for record in instance.get_asset_records(list(specs))
        if record.asset_entry.last_materialization is not None
    }
    others = sorted({event.run_id for event in built.values()} - {run_id})
    runs = instance.get_run_records(dg.RunsFilter(run_ids=others)) if others else []
    began = {run.dagster_run.run_id: datetime.fromtimestamp(run.start_time, UTC) for run in runs if run.start_time}
    began[run_id] = now
    # Of a run that was deleted, the table's own moment is left: later than the marks, by minutes.
    moments = {key: began.get(e.run_id, datetime.fromtimestamp(e.timestamp, UTC)) for key, e in built.items()}
    held = states(specs, moments, now)
    for key in published:
        for raw, moment in sorted(held.get(key, {}).items()):
            yield Input(".".join(key.path), *STREAMS[raw], moment)
