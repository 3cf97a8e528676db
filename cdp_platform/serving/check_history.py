"""The latest word of every check: which fail and since when, and which were not asked.

Read in a few queries, whatever the length of the history, from tables of the instance that Dagster does not promise to
keep: nothing else reads them. Not here: the graph, which takes seconds to load; runs (`run_history`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._serdes import deserialize_value

from cdp_platform.serving.findings import Finding, Section
from cdp_platform.serving.run_history import has_ended

FRESHNESS_CHECK = "is_fresh"
NAMED = 3
_checks = AssetCheckExecutionsTable.c
_COLUMNS = (_checks.asset_key, _checks.check_name, _checks.run_id, _checks.execution_status, _checks.evaluation_event)


@dataclass(frozen=True)
class Answer:
    """The latest execution of a check that has come to an end, or was planned by a run that has ended."""

    key: dg.AssetCheckKey
    run_id: str
    status: str
    event: str | None


def check_findings(instance: dg.DagsterInstance) -> Iterator[Finding]:
    """What to know about the checks. Staleness is left to `deliveries`, which knows the age of now."""
    answers = _latest(instance, _last_materializations(instance))
    failing = [finding for answer in answers if answer.status == "FAILED" for finding in _failing(instance, answer)]
    yield from sorted(failing, key=lambda finding: (not finding.is_failing, finding.what))
    yield from _unasked(instance, answers)


def _latest(instance: dg.DagsterInstance, rebuilt_by: Mapping[str, str]) -> list[Answer]:
    """One per check that is still in the graph: a check that a later run of its asset did not even plan has left it."""
    newest = sa.select(sa.func.max(_checks.id)).group_by(_checks.asset_key, _checks.check_name)
    last = _query(instance, sa.select(*_COLUMNS).where(_checks.id.in_(newest)))
    answered = newest.where(_checks.execution_status.in_(["SUCCEEDED", "FAILED"]))
    before = {
        (row.asset_key, row.check_name): row
        for row in _query(instance, sa.select(*_COLUMNS).where(_checks.id.in_(answered)))
    }
    asked_by = {(row.asset_key, row.run_id) for row in last}
    planned_by = {row.run_id for row in last if row.execution_status == "PLANNED"}
    going = {run_id for run_id in planned_by if not has_ended(instance, run_id)}
    answers = []
    for planned in last:
        rebuilt = rebuilt_by.get(planned.asset_key, planned.run_id)
        if rebuilt != planned.run_id and (planned.asset_key, rebuilt) in asked_by:
            continue
        is_asked_now = planned.execution_status == "PLANNED" and planned.run_id in going
        # While it is being asked again, its last answer holds.
        row = before.get((planned.asset_key, planned.check_name)) if is_asked_now else planned
        asset = dg.AssetKey.from_db_string(planned.asset_key)
        if row is not None and asset is not None:
            key = dg.AssetCheckKey(asset, row.check_name)
            answers.append(Answer(key, row.run_id, row.execution_status, row.evaluation_event))
    return answers


def _query(instance: dg.DagsterInstance, statement: sa.Select) -> list[Any]:
    storage = instance.event_log_storage
    assert isinstance(storage, SqlEventLogStorage)
    with storage.index_connection() as connection:
        return list(connection.execute(statement).fetchall())


def _last_materializations(instance: dg.DagsterInstance) -> dict[str, str]:
    """The run that last built each asset, by the asset's key as it is stored."""
    last = {record.asset_entry.asset_key: record.asset_entry for record in instance.get_asset_records()}
    return {
        key.to_string(): e.last_run_id for key, e in last.items() if e.last_materialization_record and e.last_run_id
    }


def _failing(instance: dg.DagsterInstance, answer: Answer) -> Iterator[Finding]:
    if answer.key.name == FRESHNESS_CHECK or answer.event is None:
        return
    evaluation = deserialize_value(answer.event, dg.EventLogEntry).asset_check_evaluation
    if evaluation is None:
        return
    what = f"{'/'.join(answer.key.asset_key.path)}: {answer.key.name}"
    is_error = evaluation.severity is dg.AssetCheckSeverity.ERROR
    run = f"cdp where {answer.key.asset_key.path[-1]}"
    rows = evaluation.metadata.get("dagster_dbt/failed_row_count")
    why = evaluation.description or (f"{rows.value} rows fail" if rows is not None else "failed")
    since = _failing_since(instance, answer.key)
    yield Finding(Section.CHECKS, what, since, why, run, is_failing=is_error)


def _failing_since(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> datetime | None:
    """When it failed for the first time since it last passed."""
    mine = sa.and_(_checks.asset_key == key.asset_key.to_string(), _checks.check_name == key.name)
    passed = sa.select(sa.func.coalesce(sa.func.max(_checks.id), 0)).where(
        mine, _checks.execution_status == "SUCCEEDED"
    )
    failed = sa.and_(_checks.execution_status == "FAILED", _checks.id > passed.scalar_subquery())
    [[at]] = _query(instance, sa.select(sa.func.min(_checks.evaluation_event_timestamp)).where(mine, failed))
    return at.replace(tzinfo=UTC) if at is not None else None


def _unasked(instance: dg.DagsterInstance, answers: list[Answer]) -> Iterator[Finding]:
    by_run: dict[str, list[dg.AssetCheckKey]] = {}
    for answer in answers:
        if answer.status == "PLANNED" and answer.key.name != FRESHNESS_CHECK:
            by_run.setdefault(answer.run_id, []).append(answer.key)
    for run_id, keys in by_run.items():
        named = ", ".join(f"{key.asset_key.path[-1]}: {key.name}" for key in keys[:NAMED])
        run = instance.get_run_by_id(run_id)
        why = f"{run.job_name if run else 'a run'} ({run_id[:8]}) ended before: {named}" + " …" * (len(keys) > NAMED)
        what = f"{len(keys)} check{'s were' if len(keys) > 1 else ' was'} not asked"
        yield Finding(Section.CHECKS, what, None, why, "cdp refresh")
