"""The latest word of checks and runs, read off instances in which it was played through."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from cdp_platform.serving.check_history import check_findings
from cdp_platform.serving.findings import Section
from cdp_platform.serving.run_history import gold_rebuilt_at, run_findings

TABLE = dg.AssetKey(["gold", "fact"])


def _asset(**outcomes: bool | dg.AssetCheckSeverity) -> dg.AssetsDefinition:
    """An asset whose checks pass (True), fail (False), or fail with a severity."""

    @dg.asset(key=TABLE, check_specs=[dg.AssetCheckSpec(name, asset=TABLE) for name in outcomes])
    def made() -> Any:
        yield dg.MaterializeResult()
        for name, outcome in outcomes.items():
            severity = outcome if isinstance(outcome, dg.AssetCheckSeverity) else dg.AssetCheckSeverity.ERROR
            said = f"{name} said so"
            yield dg.AssetCheckResult(passed=outcome is True, check_name=name, severity=severity, description=said)

    return made


@dg.asset(key=TABLE, check_specs=[dg.AssetCheckSpec("holds", asset=TABLE)])
def breaks() -> Any:
    """Fails before its check is asked."""
    yield from _break_off()


def _break_off() -> Iterator[Any]:
    raise RuntimeError("the text of an error may hold john@example.org")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """On disk, as a home has it."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


def _run(instance: dg.DagsterInstance, *assets: Any, job: str = "refresh_daily") -> dg.ExecuteInProcessResult:
    definitions = dg.Definitions(assets=list(assets), jobs=[dg.define_asset_job(job)])
    return definitions.resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False)


def test_an_instance_without_runs_has_nothing_to_tell(instance: dg.DagsterInstance) -> None:
    assert list(check_findings(instance)) == []
    assert list(run_findings(instance)) == []
    assert gold_rebuilt_at(instance) is None


def test_a_failing_check_is_told_with_what_it_said(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset(holds=False, passes=True))
    [finding] = check_findings(instance)
    assert (finding.section, finding.what) == (Section.CHECKS, "gold/fact: holds")
    assert (finding.why, finding.run, finding.is_failing) == ("holds said so", "cdp where fact", True)


def test_a_check_fails_since_it_last_passed(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset(holds=False))
    _run(instance, _asset(holds=True))
    before = datetime.now(UTC)
    _run(instance, _asset(holds=False))
    between = datetime.now(UTC)
    _run(instance, _asset(holds=False))
    [finding] = check_findings(instance)
    assert finding.since is not None
    assert before <= finding.since <= between


def test_warnings_come_last_and_are_no_failure(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset(a_warns=dg.AssetCheckSeverity.WARN, b_fails=False))
    assert [(f.what, f.is_failing) for f in check_findings(instance)] == [
        ("gold/fact: b_fails", True),
        ("gold/fact: a_warns", False),
    ]


def test_staleness_is_told_elsewhere(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset(is_fresh=False))
    assert list(check_findings(instance)) == []


def test_a_check_that_left_the_graph_is_forgotten_when_its_asset_is_built_again(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset(left=False, stays=True))
    assert [finding.what for finding in check_findings(instance)] == ["gold/fact: left"]
    _run(instance, _asset(stays=True))
    assert list(check_findings(instance)) == []


def test_a_check_that_was_not_asked_is_told_of_the_run_that_left_it_out(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset(holds=True))
    _run(instance, breaks)
    [finding] = check_findings(instance)
    assert finding.what == "1 check was not asked"
    assert finding.why.startswith("refresh_daily (")
    assert finding.why.endswith("ended before: fact: holds")


def test_while_a_check_is_asked_again_its_last_answer_holds(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset(holds=False))
    before = list(check_findings(instance))

    told: list[Any] = []

    @dg.asset(key=TABLE, check_specs=[dg.AssetCheckSpec("holds", asset=TABLE)])
    def looks_while_it_runs(context: dg.AssetExecutionContext) -> Any:
        told.extend(check_findings(context.instance))
        told.extend(run_findings(context.instance))
        yield dg.MaterializeResult()
        yield dg.AssetCheckResult(passed=True, check_name="holds")

    _run(instance, looks_while_it_runs)
    assert told[0] == before[0]
    assert [(f.section, f.what, f.is_failing) for f in told[1:]] == [(Section.RUNS, "refresh_daily", False)]
    assert list(check_findings(instance)) == []


def test_a_broken_run_is_told_until_its_job_succeeds_and_without_the_errors_text(instance: dg.DagsterInstance) -> None:
    _run(instance, breaks, job="refresh_netsuite")
    _run(instance, breaks, job="refresh_netsuite")
    [finding] = run_findings(instance)
    assert (finding.what, finding.run) == ("refresh_netsuite", "cdp refresh netsuite")
    assert "RuntimeError" in finding.why
    assert "john" not in finding.why
    _run(instance, _asset(holds=True), job="refresh_netsuite")
    assert list(run_findings(instance)) == []


def test_a_run_that_only_found_a_failing_check_is_not_told_twice(instance: dg.DagsterInstance) -> None:
    class PublishWithheld(dg.Failure):
        """As the release says it."""

    @dg.asset
    def release() -> None:
        raise PublishWithheld(description="publish withheld")

    _run(instance, release)
    assert list(run_findings(instance)) == []


def test_gold_is_rebuilt_by_runs_that_have_ended(instance: dg.DagsterInstance) -> None:
    before = datetime.now(UTC)
    _run(instance, _asset(holds=True))
    rebuilt = gold_rebuilt_at(instance)
    assert rebuilt is not None
    assert before <= rebuilt <= datetime.now(UTC)
