"""What the UI's Materialize button launches, by the real webserver, daemon and code server: a group, and everything.

Here: runs of Dagster's own job. Not here: one asset, schedules and sensors (`automation/test_daemon`).
"""

import shutil
from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from cdp_platform.definitions import build
from cdp_platform.environment import Settings, load_settings
from cdp_platform.serving.publish import versions
from tests.automation.opened import Dagster, opened

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def home(built_company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    copy = tmp_path_factory.mktemp("launches") / "home"
    shutil.copytree(built_company.home, copy)
    return load_settings({"CDP_HOME": str(copy)})


@pytest.fixture(scope="module")
def graph(home: Settings) -> AssetGraph:
    return build(home).resolve_asset_graph()


@pytest.fixture(scope="module")
def dagster(home: Settings) -> Iterator[Dagster]:
    with opened(home) as found:
        yield found


def words(keys: set[dg.AssetKey]) -> list[str]:
    return sorted("/".join(key.path) for key in keys)


def launched(dagster: Dagster, keys: set[dg.AssetKey]) -> tuple[list[str], list[str]]:
    """The assets that were built, and those of which a check answered."""
    run = dagster.launch(words(keys))
    assert dagster.ended(run, seconds=300) == "SUCCESS", dagster.failures(run)
    events = dagster.events(run)
    built = {"/".join(e["assetKey"]["path"]) for e in events if e["__typename"] == "MaterializationEvent"}
    checked = {"/".join(e["evaluation"]["assetKey"]["path"]) for e in events if "evaluation" in e}
    assert dagster.failures(run) == []
    return sorted(built), sorted(checked)


def test_a_group(dagster: Dagster, graph: AssetGraph, home: Settings) -> None:
    people = {key for key in graph.materializable_asset_keys if graph.get(key).group_name == "people"}
    assert len(people) > 3
    assert launched(dagster, people) == (words(people), words(people))
    assert len(versions(home)) == 1, "a group alone does not publish"


def test_everything_in_one_run(dagster: Dagster, graph: AssetGraph, home: Settings) -> None:
    everything = set(graph.materializable_asset_keys)
    built, checked = launched(dagster, everything)
    assert set(words(everything)) <= set(built), "and the ledgers that the extracts write"
    assert set(words(everything)) - set(checked) == set()
    assert len(versions(home)) == 2
