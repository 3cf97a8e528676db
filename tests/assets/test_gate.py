"""The publish gate: whatever is not green on what was built last stands in the way."""

from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent

from cdp_platform.assets.gate import Obstacle, obstacles, still_building

PASSES = dg.AssetCheckResult(passed=True)
FAILS = dg.AssetCheckResult(passed=False)
WARNS = dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


class Line:
    """Two tables, and a line-stopping check on the one that also reads the other."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.answer: dg.AssetCheckResult | None = PASSES
        self.breaks = False

        @dg.asset
        def other() -> None: ...

        @dg.asset
        def table() -> None:
            if self.breaks:
                raise ArithmeticError

        @dg.asset_check(asset=table, blocking=True, additional_deps=[other])
        def is_right() -> dg.AssetCheckResult:
            if self.answer is None:
                raise ArithmeticError
            return self.answer

        self.check = next(iter(is_right.check_specs))
        self.everything = [other, table, is_right]
        self.tables = dg.AssetSelection.assets(table), dg.AssetSelection.assets(other)

    def run(self, *selected: dg.AssetSelection) -> None:
        """Materialize what is selected, or all."""
        selection = selected[0] if selected else dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()
        dg.materialize(self.everything, selection=selection, instance=self.instance, raise_on_error=False)

    def objection(self) -> str | None:
        """What the gate says of the check."""
        found = obstacles(self.instance, [self.check], "this run")
        assert [obstacle.what for obstacle in found] in ([], ["table: is_right"])
        return found[0].why if found else None


@pytest.fixture
def line(instance: dg.DagsterInstance) -> Line:
    return Line(instance)


def test_what_was_never_built_is_an_obstacle(line: Line) -> None:
    assert line.objection() == "cannot have run: the asset was never built"


def test_a_check_that_never_ran_is_an_obstacle(line: Line) -> None:
    line.run(line.tables[0].without_checks())
    assert line.objection() == "has never run"


@pytest.mark.parametrize(("answer", "objection"), [(PASSES, None), (WARNS, None), (FAILS, "failed")])
def test_the_answer_of_a_check_counts(line: Line, answer: dg.AssetCheckResult, objection: str | None) -> None:
    line.answer = answer
    line.run()
    assert line.objection() == objection


@pytest.mark.parametrize("answer", [PASSES, WARNS])
@pytest.mark.parametrize(("rebuilt", "name"), [(0, "table"), (1, "other")])
def test_an_answer_is_outdated_once_anything_it_read_is_built_anew(
    line: Line, answer: dg.AssetCheckResult, rebuilt: int, name: str
) -> None:
    line.answer = answer
    line.run()
    line.run(line.tables[rebuilt].without_checks())
    assert line.objection() == f"has not run since {name} was last built"
    line.run(dg.AssetSelection.checks(line.check.key))
    assert line.objection() is None


def test_a_check_that_broke_off_is_an_obstacle_although_it_passed_before(line: Line) -> None:
    line.run()
    line.answer = None
    line.run()
    assert line.objection() == "was skipped or broke off"


def test_a_check_that_was_skipped_because_a_step_before_it_failed_is_an_obstacle(line: Line) -> None:
    line.run()
    line.breaks = True
    line.run()
    assert line.objection() == "was skipped or broke off"


def test_a_run_that_waits_in_the_queue_outdates_nothing(line: Line) -> None:
    definitions = dg.Definitions(assets=line.everything[:2], asset_checks=line.everything[2:])
    job = definitions.resolve_implicit_global_asset_job_def()
    line.instance.create_run_for_job(job)
    assert line.objection() == "cannot have run: the asset was never built"
    line.run(line.tables[0].without_checks())
    assert line.objection() == "has never run"
    line.run()
    queued = line.instance.create_run_for_job(job)
    assert line.objection() is None
    line.instance.report_run_canceled(queued)
    assert line.objection() is None
    line.answer = FAILS
    line.run()
    line.instance.create_run_for_job(job)
    assert line.objection() == "failed"


def test_a_run_that_was_killed_at_work_may_have_built_what_nobody_checked(line: Line) -> None:
    line.run()
    definitions = dg.Definitions(assets=line.everything[:2], asset_checks=line.everything[2:])
    killed = line.instance.create_run_for_job(definitions.resolve_implicit_global_asset_job_def())
    assert line.objection() is None, "it has not begun"
    begun = DagsterEvent(dg.DagsterEventType.STEP_START.value, killed.job_name, step_key="table", message="begins")
    line.instance.report_dagster_event(begun, killed.run_id)
    assert line.objection() == "was skipped or broke off"


@pytest.mark.parametrize(
    ("status", "stands"), [(dg.DagsterRunStatus.STARTED, True), (dg.DagsterRunStatus.FAILURE, False)]
)
def test_another_run_that_is_rebuilding_the_models_is_an_obstacle(
    instance: dg.DagsterInstance, status: dg.DagsterRunStatus, stands: bool
) -> None:
    run = dg.DagsterRun("refresh_daily", status=status)
    instance.add_run(run)
    found = still_building(instance, run.run_id, "this run")
    assert found == [Obstacle(f"run {run.run_id[:8]}", "is still rebuilding the models")] * stands
    assert still_building(instance, run.run_id, run.run_id) == []
    assert still_building(instance, None, "this run") == []
