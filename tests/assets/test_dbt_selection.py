"""dbt is asked for the wanted nodes and for nothing else."""

import json
from collections import Counter

import pytest

from cdp_platform.assets.dbt_runner import invoke
from cdp_platform.assets.dbt_selection import WANTED, select
from cdp_platform.assets.manifest import DBT_PROJECT, parsed_manifest
from cdp_platform.environment import Settings, load_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))})


def selected(settings: Settings, wanted: set[str]) -> set[str]:
    """The unique ids of what dbt selects."""
    places = [
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(settings.home)),
    ]
    project = parsed_manifest(settings)
    what = [*select(project, wanted), "--output", "json", "--output-keys", "unique_id"]
    found = invoke(settings, project, ["--quiet", "--log-level-file", "none", "ls", *places, *what])
    assert isinstance(found.result, list), found.exception
    return {json.loads(line)["unique_id"] for line in found.result}


def test_neither_namesakes_nor_tests_of_a_wanted_model(settings: Settings) -> None:
    nodes = parsed_manifest(settings).nodes
    [(name, times)] = Counter(node.name for node in nodes.values() if node.resource_type == "test").most_common(1)
    assert times > 5, "there are namesakes to leave out"
    known = sorted(id for id, node in nodes.items() if node.name == name)
    wanted = {*known[:2], *nodes[known[2]].depends_on.nodes}
    assert selected(settings, wanted) == wanted


def test_the_mark_stays_in_one_copy(settings: Settings) -> None:
    marked = parsed_manifest(settings)
    select(marked, [next(iter(marked.nodes))])
    assert not [id for id, node in parsed_manifest(settings).nodes.items() if WANTED in node.tags]


def test_an_unknown_node_is_a_fault(settings: Settings) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        select(parsed_manifest(settings), ["model.cdp.nowhere"])
