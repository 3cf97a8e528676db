"""The publish gate: may what was built be shown to readers?

Here: asking the Dagster instance, for every line-stopping check, whether its latest execution passed on the latest
materialization; missing, skipped or older is red. Not here: the checks, publishing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus


@dataclass(frozen=True)
class Obstacle:
    """A line-stopping check that does not allow a publish, and why."""

    check: dg.AssetCheckKey
    why: str

    def __str__(self) -> str:
        return f"{'/'.join(self.check.asset_key.path)}: {self.check.name} {self.why}"


def obstacles(instance: dg.DagsterInstance, checks: Sequence[dg.AssetCheckKey]) -> list[Obstacle]:
    """What stands in the way of publishing, in the order of the checks."""
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(checks))
    materialized = _last_materializations(instance, {check.asset_key for check in checks})
    found = []
    for check in checks:
        latest = materialized.get(check.asset_key)
        if latest is None:
            continue
        record = records.get(check)
        if record is None:
            found.append(Obstacle(check, "has never run"))
        elif record.status is AssetCheckExecutionRecordStatus.SUCCEEDED:
            evaluation = record.event.asset_check_evaluation if record.event else None
            target = evaluation.target_materialization_data if evaluation else None
            if (target is None or target.storage_id < latest[0]) and record.run_id != latest[1]:
                found.append(Obstacle(check, "has not run since the asset was last built"))
        elif record.status is AssetCheckExecutionRecordStatus.FAILED:
            evaluation = record.event.asset_check_evaluation if record.event else None
            if evaluation is None or evaluation.severity is dg.AssetCheckSeverity.ERROR:
                found.append(Obstacle(check, "failed"))
        else:
            found.append(Obstacle(check, "was skipped or broke off"))
    return found


def _last_materializations(
    instance: dg.DagsterInstance, keys: Iterable[dg.AssetKey]
) -> dict[dg.AssetKey, tuple[int, str]]:
    found = {}
    for record in instance.get_asset_records(list(keys)):
        entry = record.asset_entry
        if entry.last_materialization_record is not None:
            found[entry.asset_key] = (
                entry.last_materialization_record.storage_id,
                entry.last_materialization_record.run_id,
            )
    return found
