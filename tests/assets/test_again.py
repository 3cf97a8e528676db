"""A step that lost its connection is done again; anything else that is refused is a verdict."""

from collections.abc import Callable

import dagster as dg
import pytest

from cdp_platform import definitions
from cdp_platform.assets import again, dbt, identity, publish
from cdp_platform.assets.again import again_when_lost
from cdp_platform.environment import load_settings
from cdp_platform.warehouse.connection import ConnectionLost, EngineFailed, speaks_of_a_lost_connection

STEPS = {
    "dbt": (dbt, "begin_model_run", ["domain/product"]),
    "identity": (identity, "begin_model_run", [f"customer_master/{table}" for table in identity.TABLES]),
    "publish": (publish, "prepare", ["publish/release"]),
}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "SECONDS", 0)


def _tries(work: Callable[[int], None]) -> tuple[int, bool]:
    """How often a step does its work, and whether it ends well."""
    tries: list[int] = []

    @dg.asset
    def step() -> None:
        with again_when_lost():
            tries.append(len(tries) + 1)
            work(len(tries))

    done = dg.materialize([step], raise_on_error=False)
    return len(tries), done.success


def test_it_is_done_again_twice() -> None:
    def lost(until: int) -> Callable[[int], None]:
        def work(number: int) -> None:
            if number < until:
                raise ConnectionLost("250003: the network is down")

        return work

    assert _tries(lost(1)) == (1, True)
    assert _tries(lost(3)) == (3, True)
    assert _tries(lost(4)) == (3, False)


def test_a_refusal_is_a_verdict() -> None:
    def refused(_: int) -> None:
        raise EngineFailed("insufficient privileges")

    assert _tries(refused) == (1, False)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_that_builds_is_done_again(step: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    module, begin, assets = STEPS[step]
    tries: list[None] = []

    def lost(*_: object, **__: object) -> None:
        tries.append(None)
        raise ConnectionLost("250001: nobody answers")

    monkeypatch.setattr(module, begin, lost)
    built = definitions.build(load_settings({"CDP_HOME": str(tmp_path)}))
    keys = [dg.AssetKey(asset.split("/")) for asset in assets]
    job = built.resolve_implicit_job_def_def_for_assets(keys)
    assert job is not None
    with dg.DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(instance=instance, asset_selection=keys, raise_on_error=False)
    assert (len(tries), done.success) == (1 + again.TIMES, False)


def test_what_dbt_passes_on_is_recognised() -> None:
    assert speaks_of_a_lost_connection("Database Error in model x\n  250003 (n/a): Failed to execute request")
    assert speaks_of_a_lost_connection("Runtime Error\n  250001: Could not connect")
    assert not speaks_of_a_lost_connection("Database Error\n  001003 (42000): 2500031 is no number of ours")
    assert not speaks_of_a_lost_connection("Got 250003 results, configured to fail if != 0")
