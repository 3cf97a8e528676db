"""What the Dagster instance remembers: checks that fail, checks that were not asked, runs that broke off.

Here: the latest word of every check, read in a few queries whatever the length of the history. It reads the instance's
own tables, which Dagster does not promise to keep: nothing else does. Not here: the graph, which takes seconds to load.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._serdes import deserialize_value

from cdp_platform.serving.findings import Finding, Section

FRESHNESS_CHECK = "is_fresh"
ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
RECENT_RUNS = 200
UNASKED_NAMED = 3
_checks = AssetCheckExecutionsTable.c


@dataclass(frozen=True)
class Answer:
    """The latest execution of a check that has come to an end, or was planned by a run that has ended."""

    key: dg.AssetCheckKey
    run_id: str
    status: str
    event: str | None


def orchestration_findings(instance: dg.DagsterInstance) -> Iterator[Finding]:
    """What to know about checks and runs. Staleness is left to `deliveries`, which knows the age of now."""
    materialized = _last_materializations(instance)
    answers = _latest(instance, materialized)
    runs = {run.run_id: run for run in instance.get_runs(limit=RECENT_RUNS)}
    failing = [finding for answer in answers if answer.status == "FAILED" for finding in _failing(instance, answer)]
    yield from sorted(failing, key=lambda finding: (not finding.is_failing, finding.what))
    yield from _unasked(answers, runs)
    yield from _runs(instance, list(runs.values()))


def _latest(instance: dg.DagsterInstance, materialized: Mapping[dg.AssetKey, str]) -> list[Answer]:
    """One per check that is still part of the graph: a check that a later run of its asset did not even plan has left it."""
    storage = instance.event_log_storage
    assert isinstance(storage, SqlEventLogStorage)
    newest = sa.select(sa.func.max(_checks.id)).group_by(_checks.asset_key, _checks.check_name)
    done = newest.where(_checks.execution_status.in_(["SUCCEEDED", "FAILED"]))
    columns = (_checks.id, _checks.asset_key, _checks.check_name, _checks.run_id, _checks.execution_status, _checks.evaluation_event)
    with storage.index_connection() as connection:
        last = connection.execute(sa.select(*columns).where(_checks.id.in_(newest))).fetchall()
        ended = connection.execute(sa.select(*columns).where(_checks.id.in_(done))).fetchall()
    asked_by = {(row.asset_key, row.run_id) for row in last}
    before = {(row.asset_key, row.check_name): row for row in ended}
    planned_by = {row.run_id for row in last if row.execution_status == "PLANNED"}
    going = {run_id for run_id in planned_by if not _has_ended(instance, run_id)}
    answers = []
    for row in last:
        asset = dg.AssetKey.from_db_string(row.asset_key)
        assert asset is not None
        rebuilt_by = materialized.get(asset)
        if rebuilt_by is not None and rebuilt_by != row.run_id and (row.asset_key, rebuilt_by) in asked_by:
            continue
        if row.execution_status == "PLANNED" and row.run_id in going:
            # It is being asked again: until it answers, its last answer holds.
            row = before.get((row.asset_key, row.check_name))  # noqa: PLW2901
            if row is None:
                continue
        answers.append(Answer(dg.AssetCheckKey(asset, row.check_name), row.run_id, row.execution_status, row.evaluation_event))
    return answers


def _has_ended(instance: dg.DagsterInstance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    return run is None or run.status in ENDED


def _last_materializations(instance: dg.DagsterInstance) -> dict[dg.AssetKey, str]:
    entries = [record.asset_entry for record in instance.get_asset_records()]
    return {entry.asset_key: entry.last_run_id for entry in entries if entry.last_materialization_record and entry.last_run_id}


def gold_rebuilt_at(instance: dg.DagsterInstance) -> datetime | None:
    """When a run that has ended last built a table of gold."""
    found = []
    for record in instance.get_asset_records():
        last = record.asset_entry.last_materialization_record
        if last is not None and record.asset_entry.asset_key.path[0] == "gold" and _has_ended(instance, last.run_id):
            found.append(datetime.fromtimestamp(last.timestamp, UTC))
    return max(found, default=None)


def _failing(instance: dg.DagsterInstance, answer: Answer) -> Iterator[Finding]:
    if answer.key.name == FRESHNESS_CHECK or answer.event is None:
        return
    event = deserialize_value(answer.event, dg.EventLogEntry)
    evaluation = event.asset_check_evaluation
    if evaluation is None:
        return
    asset = "/".join(answer.key.asset_key.path)
    run = f"cdp where {answer.key.asset_key.path[-1]}"
    is_error = evaluation.severity is dg.AssetCheckSeverity.ERROR
    why = evaluation.description or "failed"
    yield Finding(Section.CHECKS, f"{asset}: {answer.key.name}", _failing_since(instance, answer.key), why, run, is_failing=is_error)


def _failing_since(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> datetime | None:
    """When it failed for the first time since it last passed."""
    storage = instance.event_log_storage
    assert isinstance(storage, SqlEventLogStorage)
    mine = sa.and_(_checks.asset_key == key.asset_key.to_string(), _checks.check_name == key.name)
    passed = sa.select(sa.func.coalesce(sa.func.max(_checks.id), 0)).where(mine, _checks.execution_status == "SUCCEEDED").scalar_subquery()
    first = sa.select(sa.func.min(_checks.evaluation_event_timestamp)).where(mine, _checks.execution_status == "FAILED", _checks.id > passed)
    with storage.index_connection() as connection:
        at = connection.execute(first).scalar()
    return at.replace(tzinfo=UTC) if at is not None else None


def _unasked(answers: list[Answer], runs: Mapping[str, dg.DagsterRun]) -> Iterator[Finding]:
    by_run: dict[str, list[dg.AssetCheckKey]] = {}
    for answer in answers:
        if answer.status == "PLANNED":
            by_run.setdefault(answer.run_id, []).append(answer.key)
    for run_id, keys in by_run.items():
        named = ", ".join(f"{key.asset_key.path[-1]}: {key.name}" for key in keys[:UNASKED_NAMED])
        job = runs[run_id].job_name if run_id in runs else "a run"
        why = f"{job} ({run_id[:8]}) ended before it asked them: {named}" + (" …" if len(keys) > UNASKED_NAMED else "")
        yield Finding(Section.CHECKS, f"{len(keys)} checks were not asked", None, why, "cdp refresh")


def _runs(instance: dg.DagsterInstance, newest_first: list[dg.DagsterRun]) -> Iterator[Finding]:
    by_job: dict[str, list[dg.DagsterRun]] = {}
    for run in newest_first:
        by_job.setdefault(run.job_name, []).append(run)
    for job, runs in sorted(by_job.items()):
        going = [run for run in runs if run.status not in ENDED]
        for run in going:
            yield Finding(Section.RUNS, job, _started(instance, run), f"is at work ({run.run_id[:8]})", "wait", is_failing=False)
        ended = [run for run in runs if run.status in ENDED]
        broken = []
        for run in ended:
            if run.status is dg.DagsterRunStatus.SUCCESS:
                break
            broken.append(run)
        if broken:
            yield from _broken(instance, job, broken)


def _broken(instance: dg.DagsterInstance, job: str, runs: list[dg.DagsterRun]) -> Iterator[Finding]:
    """The runs of a job that have failed since it last succeeded, newest first; told without the error's text."""
    records = instance.get_records_for_run(runs[0].run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
    steps = []
    for record in records:
        event = record.event_log_entry.dagster_event
        error = event.step_failure_data.error if event else None
        kind = error.cause.cls_name if error and error.cause else error.cls_name if error else None
        steps.append((record.event_log_entry.step_key or "a step", kind or "failed"))
    if [kind for _, kind in steps] == ["PublishWithheld"]:
        return
    why = "; ".join(f"{step}: {kind}" for step, kind in steps) or runs[0].status.value.lower()
    source = job.removeprefix("refresh_")
    run = f"cdp refresh {source}" if source not in (job, "daily", "hourly") else "cdp refresh"
    yield Finding(Section.RUNS, job, _started(instance, runs[-1]), f"{why} (run {runs[0].run_id[:8]}, details in the UI)", run)


def _started(instance: dg.DagsterInstance, run: dg.DagsterRun) -> datetime | None:
    record = instance.get_run_record_by_id(run.run_id)
    return record.create_timestamp.replace(tzinfo=UTC) if record else None
