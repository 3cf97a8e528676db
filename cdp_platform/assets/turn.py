"""A run that builds: one at a time, from its first step to its last, and what it leaves for the on-call at its end.

Here: the turn, and what is published of it at its end, whoever started it. Not here: the gate (`gate`).
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from cdp_platform.landing.tables import insert_row
from cdp_platform.landing.upgrade import prepare
from cdp_platform.serving.operations import publish_operations
from cdp_platform.warehouse import Warehouse
from cdp_platform.warehouse.connection import scalar

RELEASE = dg.AssetKey(["publish", "release"])
LOOKED_AT = {
    dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    dg.DagsterEventType.STEP_FAILURE,
}
_log = logging.getLogger("cdp.run")


@dg.resource(required_resource_keys={"warehouse"})
def warehouse_in_turn(context: dg.InitResourceContext) -> Iterator[Warehouse]:
    """The warehouse for steps that build: two runs that took turns step by step would mix their tables and marks.

    At the end of the run, green or red, `ops` and `quarantine` are published, and a run that meant to publish and broke
    off before says so in `ops.publication`, as one that the gate refused does. A killed process has no such end; then
    `cdp status` sees that gold is newer than what is published.
    """
    warehouse: Warehouse = context.resources.warehouse
    run_id = context.run.run_id if context.run else ""
    with warehouse.turn(f"model run {run_id[:8]}", say=_log.info):
        try:
            yield warehouse
        finally:
            try:
                if context.instance is not None and run_id:
                    _note_withheld(context.instance, warehouse, run_id)
            finally:
                publish_operations(warehouse)


def _note_withheld(instance: dg.DagsterInstance, warehouse: Warehouse, run_id: str) -> None:
    """The line-stopping checks that failed, or else the step that did: either kept the publish step from its word."""
    entries = [record.event_log_entry for record in instance.get_records_for_run(run_id, of_type=LOOKED_AT).records]
    events = [entry.dagster_event for entry in entries if entry.dagster_event is not None]
    if not any(event.is_asset_materialization_planned and event.asset_key == RELEASE for event in events):
        return
    checks = [entry.asset_check_evaluation for entry in entries]
    failed = [
        f"{'/'.join(said.asset_key.path)}: {said.check_name} failed"
        for said in checks
        if said is not None and said.blocking and not said.passed and said.severity is dg.AssetCheckSeverity.ERROR
    ]
    failed = failed or [f"step {event.step_key} failed" for event in events if event.is_step_failure]
    with warehouse.writing("noting a withheld publish") as connection:
        prepare(connection)
        if scalar(connection, "SELECT count(*) FROM ops.publication WHERE run_id = ?", [run_id]):
            return
        now = datetime.now(UTC)
        said = {
            "version": f"{now:%Y%m%dT%H%M%S%f}"[:-3] + f"-{run_id[:8]}",
            "run_id": run_id,
            "as_of": scalar(connection, "SELECT as_of FROM ops.model_run WHERE run_id = ?", [run_id]),
            "published_at": now,
            "is_published": False,
            "reason": "; ".join(failed) or "the run was ended before it came to publishing",
        }
        insert_row(connection, "ops.publication", said)
