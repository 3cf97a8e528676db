"""What the Dagster instance remembers of runs: which are at work, which broke off, and when gold was last built.

Here: the newest runs of every job. Not here: checks (`check_history`); an error's own text, which may hold values.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from cdp_platform.serving.findings import Finding, Section

ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
RECENT_RUNS = 200
TOLD_ELSEWHERE = frozenset({"PublishWithheld", "LineStopped", "DagsterAssetCheckFailedError"})
"""Failures that are no fault of the run's own: the check that failed is told of, and the publish that was withheld."""


OWN_WORDS = frozenset({"SourceUnread"})
"""Failures whose text is a sentence of ours, which holds no value."""


def has_ended(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether a run is over, or forgotten."""
    run = instance.get_run_by_id(run_id)
    return run is None or run.status in ENDED


def gold_rebuilt_at(instance: dg.DagsterInstance) -> datetime | None:
    """When a run that has ended last built a table of gold."""
    entries = [record.asset_entry for record in instance.get_asset_records()]
    built = [
        entry.last_materialization_record
        for entry in entries
        if entry.asset_key.path[0] == "gold" and entry.last_materialization_record is not None
    ]
    ended = {run_id for run_id in {record.run_id for record in built} if has_ended(instance, run_id)}
    moments = [datetime.fromtimestamp(record.timestamp, UTC) for record in built if record.run_id in ended]
    return max(moments, default=None)


def run_findings(instance: dg.DagsterInstance) -> Iterator[Finding]:
    """What to know about the runs: those at work, and per job those that have failed since it last succeeded."""
    by_job: dict[str, list[dg.DagsterRun]] = {}
    for run in instance.get_runs(limit=RECENT_RUNS):
        by_job.setdefault(run.job_name, []).append(run)
    for job, runs in sorted(by_job.items()):
        broken = []
        for run in runs:
            if run.status is dg.DagsterRunStatus.SUCCESS:
                break
            if run.status in ENDED:
                broken.append(run)
            else:
                why = f"is at work ({run.run_id[:8]})"
                yield Finding(Section.RUNS, job, _created(instance, run), why, "wait for it", is_failing=False)
        if broken:
            yield from _broken(instance, job, broken)


def _broken(instance: dg.DagsterInstance, job: str, runs: list[dg.DagsterRun]) -> Iterator[Finding]:
    """`runs`: the failed ones, newest first."""
    steps = []
    for record in instance.get_records_for_run(runs[0].run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records:
        event = record.event_log_entry.dagster_event
        error = event.step_failure_data.error if event else None
        kind = (error.cause or error).cls_name if error else None
        said = event.step_failure_data.user_failure_data if event else None
        own = said.description if said and kind in OWN_WORDS else None
        steps.append((record.event_log_entry.step_key or "a step", own or kind or "failed"))
    if steps and all(kind in TOLD_ELSEWHERE for _, kind in steps):
        return
    why = "; ".join(f"{step}: {kind}" for step, kind in steps) or runs[0].status.value.lower()
    source = job.removeprefix("refresh_")
    again = f"cdp refresh {source}" if source not in (job, "daily", "hourly") else "cdp refresh"
    why = f"{why} (run {runs[0].run_id[:8]}; its log is in the UI)"
    yield Finding(Section.RUNS, job, _created(instance, runs[-1]), why, again)


def _created(instance: dg.DagsterInstance, run: dg.DagsterRun) -> datetime | None:
    record = instance.get_run_record_by_id(run.run_id)
    return record.create_timestamp.replace(tzinfo=UTC) if record else None
