"""Check results name the materialization that they speak of, looked up once per step."""

from collections import Counter

import dagster as dg
import pytest

from cdp_platform.assets.targets import look_up_targets
from cdp_platform.automation.home import open_instance
from cdp_platform.environment import Settings

TABLES = [dg.AssetKey(f"table_{number}") for number in range(5)]


@dg.multi_asset(specs=[dg.AssetSpec(key) for key in TABLES])
def tables() -> object:
    for key in TABLES:
        yield dg.MaterializeResult(key)


@dg.multi_asset_check(specs=[dg.AssetCheckSpec("is_good", asset=key) for key in TABLES], can_subset=True)
def guard(context: dg.AssetCheckExecutionContext) -> object:
    for check in sorted(look_up_targets(context)):
        yield dg.AssetCheckResult(passed=True, asset_key=check.asset_key, check_name=check.name)


def test_one_query_names_the_last_materialization_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    job = dg.Definitions([tables], asset_checks=[guard]).resolve_implicit_global_asset_job_def()
    asked: list[int] = []
    ask = dg.DagsterInstance.get_asset_records

    def counted(self: dg.DagsterInstance, keys: list[dg.AssetKey] | None = None) -> object:
        asked.append(len(keys or ()))
        return ask(self, keys)

    monkeypatch.setattr(dg.DagsterInstance, "get_asset_records", counted)
    with dg.DagsterInstance.ephemeral() as instance:
        job.execute_in_process(instance=instance)
        result = job.execute_in_process(instance=instance)
        for event in result.get_asset_check_evaluations():
            last = instance.get_latest_materialization_event(event.asset_key)
            assert event.target_materialization_data is not None
            assert last is not None
            assert event.target_materialization_data.run_id == last.run_id == result.run_id
    assert Counter(asked)[len(TABLES)] == 2, "once per run"
    assert 1 not in asked


def test_every_check_of_a_refresh_names_a_materialization_of_its_own_run(built_company: Settings) -> None:
    """dbt's tests and Python's, of a home that was built once."""
    with open_instance(built_company) as instance:
        [run] = instance.get_runs(dg.RunsFilter(job_name="refresh_daily"), limit=1)
        materialized = {
            record.asset_key: record.storage_id
            for key in instance.all_asset_keys()
            for record in instance.fetch_materializations(key, limit=1).records
        }
        evaluated = [
            log.dagster_event.asset_check_evaluation_data
            for log in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
            if log.dagster_event
        ]
    assert len(evaluated) > 200
    for evaluation in evaluated:
        target = evaluation.target_materialization_data
        assert target is not None, evaluation
        assert target.storage_id == materialized[evaluation.asset_key], evaluation
        assert target.run_id == run.run_id
