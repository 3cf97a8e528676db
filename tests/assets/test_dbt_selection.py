"""dbt is asked for the wanted tests and for no namesake of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cdp_platform.assets.dbt_runner import invoke
from cdp_platform.assets.dbt_selection import tests_by_name as words_for
from cdp_platform.assets.manifest import DBT_PROJECT, manifest_file
from cdp_platform.environment import Settings, load_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(scope="module")
def tests(settings: Settings) -> dict[str, dict[str, Any]]:
    """Every dbt test by its unique id."""
    nodes = json.loads(manifest_file(settings).read_text())["nodes"]
    return {id: node for id, node in nodes.items() if node["resource_type"] == "test"}


def selected(settings: Settings, words: list[str]) -> set[str]:
    """The unique ids of what dbt selects."""
    places = [
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(settings.home),
    ]
    what = ["--indirect-selection", "empty", "--select", *words, "--output", "json", "--output-keys", "unique_id"]
    found = invoke(settings, ["--quiet", "--log-level-file", "none", "ls", *places, *what])
    assert isinstance(found.result, list), found.exception
    return {json.loads(line)["unique_id"] for line in found.result}


def namesakes(tests: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """All tests of the name that most models have."""
    names = [node["name"] for node in tests.values()]
    return sorted(id for id, node in tests.items() if node["name"] == max(set(names), key=names.count))


def test_of_many_namesakes_only_the_wanted_run(settings: Settings, tests: dict[str, dict[str, Any]]) -> None:
    known = namesakes(tests)
    assert len(known) > 5
    wanted = set(known[:2])
    words = words_for({"nodes": tests}, wanted)
    assert selected(settings, words) == wanted
    assert selected(settings, [tests[known[0]]["name"]]) == set(known), "by its name alone, dbt takes them all"


def test_all_namesakes_are_one_word(tests: dict[str, dict[str, Any]]) -> None:
    known = set(namesakes(tests))
    assert words_for({"nodes": tests}, known) == [tests[min(known)]["name"]]


def test_a_file_belongs_to_one_model(tests: dict[str, dict[str, Any]]) -> None:
    files = {node["original_file_path"] for node in tests.values()}
    assert len({Path(file).name for file in files}) == len(files)
