"""The publish gate, asked of instances in which every way to be red was played through."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from cdp_platform.assets.gate import obstacles

TABLE = dg.AssetKey(["gold", "fact"])
HOLDS = dg.AssetCheckKey(TABLE, "holds")


@dg.asset(key=TABLE)
def fact() -> None:
    """A table."""


def _asset_with(passed: bool, severity: dg.AssetCheckSeverity) -> dg.AssetsDefinition:
    @dg.asset(key=TABLE, check_specs=[dg.AssetCheckSpec("holds", asset=TABLE)])
    def checked() -> Any:
        yield dg.MaterializeResult()
        yield dg.AssetCheckResult(passed=passed, check_name="holds", severity=severity)

    return checked


def _breaks_off() -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=TABLE, name="holds")
    def holds() -> dg.AssetCheckResult:
        raise RuntimeError("broke off")

    return holds


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def _run(instance: dg.DagsterInstance, *assets: Any) -> None:
    dg.materialize(list(assets), instance=instance, raise_on_error=False)


def _why(instance: dg.DagsterInstance) -> list[str]:
    return [obstacle.why for obstacle in obstacles(instance, [HOLDS])]


def test_a_check_that_passed_on_the_latest_build_is_green(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset_with(True, dg.AssetCheckSeverity.ERROR))
    assert _why(instance) == []


def test_a_check_that_never_ran_is_red(instance: dg.DagsterInstance) -> None:
    _run(instance, fact)
    assert _why(instance) == ["has never run"]


def test_a_check_that_failed_is_red(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset_with(True, dg.AssetCheckSeverity.ERROR))
    _run(instance, _asset_with(False, dg.AssetCheckSeverity.ERROR))
    assert _why(instance) == ["failed"]


def test_a_check_that_only_warned_is_green(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset_with(False, dg.AssetCheckSeverity.WARN))
    assert _why(instance) == []


def test_a_check_that_broke_off_is_red(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset_with(True, dg.AssetCheckSeverity.ERROR))
    _run(instance, fact, _breaks_off())
    assert _why(instance) == ["was skipped or broke off"]


def test_a_check_older_than_the_latest_build_is_red(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset_with(True, dg.AssetCheckSeverity.ERROR))
    _run(instance, fact)
    assert _why(instance) == ["has not run since the asset was last built"]


def test_a_check_that_is_asked_again_is_green_again(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset_with(False, dg.AssetCheckSeverity.ERROR))
    _run(instance, _asset_with(True, dg.AssetCheckSeverity.ERROR))
    assert _why(instance) == []


def test_an_obstacle_names_the_check_and_no_value(instance: dg.DagsterInstance) -> None:
    _run(instance, _asset_with(False, dg.AssetCheckSeverity.ERROR))
    assert [str(obstacle) for obstacle in obstacles(instance, [HOLDS])] == ["gold/fact: holds failed"]
