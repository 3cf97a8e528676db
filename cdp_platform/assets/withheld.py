"""A run that breaks off before it publishes says so in `ops.publication`, as one that the gate refused does.

A line-stopping check that fails stops the steps after it, the publish step too, which then cannot say why. Here: the
hook of the jobs that publish. Not here: the gate (`gate`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from cdp_platform.landing.tables import insert_row
from cdp_platform.landing.upgrade import prepare
from cdp_platform.serving.operations import publish_operations
from cdp_platform.warehouse.duckdb import scalar


@dg.failure_hook(name="note_withheld", required_resource_keys={"warehouse"})
def note_withheld(context: dg.HookContext) -> None:
    """Once per run that has not published: which line-stopping checks failed, or else the step that did."""
    run_id, warehouse = context.run_id, context.resources.warehouse
    reason = "; ".join(_failed(context.instance, run_id)) or f"step {context.step_key} failed"
    now = datetime.now(UTC)
    with warehouse.writing("noting a withheld publish") as connection:
        prepare(connection)
        if scalar(connection, "SELECT count(*) FROM ops.publication WHERE run_id = ?", [run_id]):
            return
        version = f"{now:%Y%m%dT%H%M%S%f}"[:-3] + f"-{run_id[:8]}"
        as_of = scalar(connection, "SELECT max(as_of) FROM ops.model_run")
        said = {"version": version, "run_id": run_id, "as_of": as_of, "published_at": now}
        insert_row(connection, "ops.publication", said | {"is_published": False, "reason": reason})
    publish_operations(warehouse)


def _failed(instance: dg.DagsterInstance, run_id: str) -> Iterator[str]:
    evaluations = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    for record in evaluations:
        said = record.event_log_entry.asset_check_evaluation
        if said is not None and said.blocking and not said.passed and said.severity is dg.AssetCheckSeverity.ERROR:
            yield f"{'/'.join(said.asset_key.path)}: {said.check_name} failed"
