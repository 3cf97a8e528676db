"""The event log keeps its connections; what a run plans is stored in one go."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as db
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

from cdp_platform.automation.event_log import LocalEventLog
from cdp_platform.automation.home import open_instance
from cdp_platform.environment import load_settings


@dg.asset(check_specs=[dg.AssetCheckSpec("is_good", asset="stock")])
def stock() -> Iterator[dg.MaterializeResult]:
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True, check_name="is_good")])


@dg.asset(deps=[stock])
def order() -> None: ...


JOB = dg.Definitions([stock, order]).resolve_implicit_global_asset_job_def()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with open_instance(load_settings({"CDP_HOME": str(tmp_path)})) as opened:
        yield opened


def types(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    logs = instance.all_logs(run_id)
    return [log.dagster_event.event_type_value for log in logs if log.dagster_event]


def mirrored(log: LocalEventLog) -> int:
    """Planned events in the file of all runs."""
    with log.index_connection() as connection:
        planned = "SELECT count(*) FROM event_logs WHERE dagster_event_type LIKE '%PLANNED'"
        return int(connection.execute(db.text(planned)).scalar_one())


def test_in_one_go_or_one_by_one_is_the_same_log(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    together = JOB.execute_in_process(instance=instance)
    monkeypatch.setenv("DAGSTER_EMIT_PLANNED_EVENTS_INDIVIDUALLY", "1")
    alone = JOB.execute_in_process(instance=instance)
    assert together.success
    assert sorted(types(instance, together.run_id)) == sorted(types(instance, alone.run_id))
    assert types(instance, together.run_id).count("ASSET_MATERIALIZATION_PLANNED") == 2
    assert mirrored(instance.event_log_storage) == 6, "two assets and a check, twice"


def test_a_plan_that_cannot_be_stored_is_not_stored_in_part(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = instance.event_log_storage
    assert isinstance(log, LocalEventLog)
    stored = []

    def full_disk(_self: LocalEventLog, event: dg.EventLogEntry) -> None:
        stored.append(event)
        if len(stored) > 1:
            raise OSError("no space left on device")
        super(LocalEventLog, log).store_event(event)

    monkeypatch.setattr(LocalEventLog, "store_event", full_disk)
    with pytest.raises(OSError, match="no space"):
        instance.create_run_for_job(JOB)
    monkeypatch.undo()
    assert len(stored) > 1
    assert mirrored(log) == 0
    assert types(instance, stored[0].run_id) == []


def test_what_is_there_is_asked_once_and_anew_after_a_wipe(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = instance.event_log_storage
    assert isinstance(log, LocalEventLog)
    asked = []
    ask = SqlEventLogStorage.has_secondary_index
    monkeypatch.setattr(
        SqlEventLogStorage, "has_secondary_index", lambda self, name: asked.append(name) or ask(self, name)
    )
    for _ in range(2):
        assert log.can_read_asset_status_cache()
        assert not log.has_secondary_index("no such migration")
        assert log.has_secondary_index("asset_key_table")
    assert asked.count("asset_key_table") <= 1
    assert asked.count("no such migration") == 2, "what is not there may come"
    log.wipe()
    log.has_secondary_index("asset_key_table")
    assert asked[-1] == "asset_key_table"
