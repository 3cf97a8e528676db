"""Runs in a Dagster instance that never ran: what sensors and schedules decide by."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import dagster as dg
from dagster._core.events import DagsterEvent, DagsterEventType
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, WILL_RETRY_TAG

ENDINGS = {
    dg.DagsterRunStatus.SUCCESS: DagsterEventType.RUN_SUCCESS,
    dg.DagsterRunStatus.FAILURE: DagsterEventType.RUN_FAILURE,
    dg.DagsterRunStatus.CANCELED: DagsterEventType.RUN_CANCELED,
}
GOING = dg.DagsterRunStatus.STARTED
WELL = dg.DagsterRunStatus.SUCCESS
BADLY = dg.DagsterRunStatus.FAILURE


def plant(
    instance: dg.DagsterInstance,
    job: str,
    status: dg.DagsterRunStatus,
    at: datetime | None = None,
    *,
    tags: dict[str, str] | None = None,
    assets: Sequence[str] = (),
) -> dg.DagsterRun:
    """A run of `job`; if it has ended, then at `at` (default: now). `assets`: it refreshes only these."""
    ended = status in ENDINGS
    run = instance.add_run(
        dg.DagsterRun(
            job_name=job,
            run_id=str(uuid4()),
            status=GOING if ended else status,
            tags=tags or {},
            asset_selection=frozenset(dg.AssetKey(["raw", name]) for name in assets) or None,
        )
    )
    if ended:
        event = DagsterEvent(ENDINGS[status].value, job_name=job)
        instance.run_storage.handle_run_event(run.run_id, event, at or datetime.now(UTC))
    return run


def will_be_retried(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """What Dagster notes when the process of a run has died."""
    instance.add_run_tags(run.run_id, {WILL_RETRY_TAG: "true"})


def was_retried(instance: dg.DagsterInstance, run: dg.DagsterRun, status: dg.DagsterRunStatus) -> None:
    """The run that Dagster starts in its place."""
    again = plant(instance, run.job_name, status)
    instance.add_run_tags(run.run_id, {AUTO_RETRY_RUN_ID_TAG: again.run_id})
