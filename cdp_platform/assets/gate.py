"""The publish gate: may what was built be shown to readers?

Here: asking the Dagster instance, for every line-stopping check, whether its latest execution passed on the latest
materialization of everything it reads; missing, skipped or older is red. Not here: the checks, publishing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster._core.event_api import EventLogRecord
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)

PLANNED = AssetCheckExecutionRecordStatus.PLANNED
EXECUTED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
Built = Mapping[dg.AssetKey, EventLogRecord]
"""The last materialization of every asset that has one."""


@dataclass(frozen=True)
class Obstacle:
    """What does not allow a publish, and why."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what} {self.why}"


def obstacles(instance: dg.DagsterInstance, checks: Sequence[dg.AssetCheckSpec], run_id: str) -> list[Obstacle]:
    """What stands in the way of publishing in run `run_id`, in the order of the checks."""
    records = _executions(instance, [check.key for check in checks], run_id)
    built = _built(instance, {key for check in checks for key in _read(check)})
    found = ((check, _objection(check, records.get(check.key), built)) for check in checks)
    return [Obstacle(f"{'/'.join(check.asset_key.path)}: {check.name}", why) for check, why in found if why]


def still_building(instance: dg.DagsterInstance, builder: str | None, run_id: str) -> list[Obstacle]:
    """Another run, `builder`, that began to rebuild the models and has not ended: its checks have not spoken yet."""
    run = instance.get_run_by_id(builder) if builder is not None and builder != run_id else None
    if run is None or run.is_finished:
        return []
    return [Obstacle(f"run {run.run_id[:8]}", "is still rebuilding the models")]


def _executions(
    instance: dg.DagsterInstance, checks: Sequence[dg.AssetCheckKey], run_id: str
) -> dict[dg.AssetCheckKey, AssetCheckExecutionRecord]:
    """The latest execution of every check that has one. A run that waits for its turn has planned but not executed."""
    log = instance.event_log_storage
    latest = dict(log.get_latest_asset_check_execution_by_key(checks))
    planned = {key: record for key, record in latest.items() if record.status is PLANNED and record.run_id != run_id}
    waiting = {run for run in {record.run_id for record in planned.values()} if _waits(instance, run)}
    for key in (key for key, record in planned.items() if record.run_id in waiting):
        del latest[key]
        latest.update((key, record) for record in log.get_asset_check_execution_history(key, limit=1, status=EXECUTED))
    return latest


def _waits(instance: dg.DagsterInstance, run_id: str) -> bool:
    """The run has begun no step, so it has built nothing. One that was killed at work may have, without saying so."""
    return instance.has_run(run_id) and not instance.get_run_step_stats(run_id)


def _read(check: dg.AssetCheckSpec) -> list[dg.AssetKey]:
    """The asset that is checked, and what the check compares it with."""
    return [check.asset_key, *(dep.asset_key for dep in check.additional_deps)]


def _objection(check: dg.AssetCheckSpec, record: AssetCheckExecutionRecord | None, built: Built) -> str | None:
    if check.asset_key not in built:
        return "cannot have run: the asset was never built"
    if record is None:
        return "has never run"
    evaluation = record.evaluation
    if record.status is PLANNED or record.event is None:
        return "was skipped or broke off"
    if record.status is AssetCheckExecutionRecordStatus.FAILED:
        is_warning = evaluation is not None and evaluation.severity is dg.AssetCheckSeverity.WARN
        if not is_warning:
            return "failed"
    for key in _read(check):
        if key in built and _is_newer(built[key], record):
            return f"has not run since {'/'.join(key.path)} was last built"
    return None


def _is_newer(materialization: EventLogRecord, record: AssetCheckExecutionRecord) -> bool:
    """The asset was built after the check looked at it. Inside one run the order of steps sees to it."""
    if materialization.run_id == record.run_id or record.event is None:
        return False
    target = record.evaluation.target_materialization_data if record.evaluation else None
    if target is not None and materialization.asset_key == record.key.asset_key:
        return target.storage_id < materialization.storage_id
    return record.event.timestamp < materialization.timestamp


def _built(instance: dg.DagsterInstance, keys: Iterable[dg.AssetKey]) -> Built:
    entries = [record.asset_entry for record in instance.get_asset_records(list(keys))]
    return {
        entry.asset_key: entry.last_materialization_record
        for entry in entries
        if entry.last_materialization_record is not None
    }
