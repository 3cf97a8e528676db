"""The age of what is published, table by table: how far each stream was accepted when its rows came in.

An hourly run rebuilds a part; the other tables still hold what the last daily run saw. Here: finding those moments. Not
here: the table that is published (`cdp_platform.serving.ages`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import dagster as dg

from cdp_platform.assets.lineage import states
from cdp_platform.serving.ages import Input, streams_by_raw_table


def carried(
    instance: dg.DagsterInstance,
    specs: Mapping[dg.AssetKey, dg.AssetSpec],
    published: Sequence[dg.AssetKey],
    *,
    current: tuple[str, datetime],
) -> Iterator[Input]:
    """What each published table is built from, and as of when. `current`: the run that last fixed the marks; when."""
    streams = streams_by_raw_table()
    run_id, now = current
    built_by = {
        record.asset_entry.asset_key: record.asset_entry.last_materialization.run_id
        for record in instance.get_asset_records(list(specs))
        if record.asset_entry.last_materialization is not None
    }
    others = sorted(set(built_by.values()) - {run_id})
    runs = instance.get_run_records(dg.RunsFilter(run_ids=others)) if others else []
    began = {run.dagster_run.run_id: datetime.fromtimestamp(run.start_time, UTC) for run in runs if run.start_time}
    began[run_id] = now
    # A run that is not known any more was long ago: nothing of the table counts as fresh.
    never = datetime.min.replace(tzinfo=UTC)
    held = states(specs, {key: began.get(run, never) for key, run in built_by.items()}, now)
    for key in published:
        for raw, moment in sorted(held.get(key, {}).items()):
            yield Input(".".join(key.path), *streams[raw.path[-1]], moment)
