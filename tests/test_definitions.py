"""The graph loads as the server loads it: with no network, no environment, and the reviewed names."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from cdp_platform.accounts import NotANumber
from cdp_platform.definitions import build, defs
from cdp_platform.environment import PROJECT, UnknownTarget, load_settings

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build(load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))}))


def _names(definitions: dg.Definitions) -> dict[str, list[str]]:
    graph = definitions.resolve_asset_graph()
    return {
        "assets": sorted("/".join(key.path) for key in graph.get_all_asset_keys() if graph.get(key).is_materializable),
        "external": sorted(
            "/".join(key.path) for key in graph.get_all_asset_keys() if not graph.get(key).is_materializable
        ),
        "checks": sorted(f"{'/'.join(key.asset_key.path)}: {key.name}" for key in graph.asset_check_keys),
        "jobs": sorted(job.name for job in definitions.jobs or ()),
        "schedules": sorted(schedule.name for schedule in definitions.schedules or ()),
        "sensors": sorted(sensor.name for sensor in definitions.sensors or ()),
    }


@pytest.mark.parametrize("kind", ["assets", "external", "checks", "jobs", "schedules", "sensors"])
def test_names_are_as_reviewed(definitions: dg.Definitions, kind: str) -> None:
    """After a wanted change: `python -m tests.test_definitions` rewrites the snapshots; review the difference."""
    assert _names(definitions)[kind] == (SNAPSHOTS / f"{kind}.txt").read_text().splitlines()


def test_definitions_are_loadable(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)
    graph = definitions.resolve_asset_graph()
    undefined = [
        key for key in graph.get_all_asset_keys() if graph.get(key).is_external and not graph.get(key).description
    ]
    assert undefined == [], "an asset depends on something nobody defines"


LOAD = """
import socket

def refuse(*args, **kwargs):
    raise AssertionError("network at load")

socket.socket.connect = socket.create_connection = refuse
from cdp_platform.definitions import defs

print(*sorted("/".join(key.path) for key in defs().resolve_asset_graph().materializable_asset_keys), sep="\\n")
"""


def test_the_location_loads_without_network_and_environment_and_leaves_no_trace(tmp_path: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=bare, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == (SNAPSHOTS / "assets.txt").read_text()
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_target_is_an_error() -> None:
    with pytest.raises(NotANumber, match="AIRBYTE_SYNC_MINUTES is 'long'; it must be a number"):
        load_settings({"CDP_TARGET": "production", "AIRBYTE_WORKSPACE_ID": "w", "AIRBYTE_SYNC_MINUTES": "long"})
    with pytest.raises(UnknownTarget, match=r"staging.*local, production"):
        load_settings({"CDP_TARGET": "staging"})


def test_the_workspace_names_the_location() -> None:
    workspace = yaml.safe_load((PROJECT / "workspace.yaml").read_text())
    assert [entry["python_module"]["module_name"] for entry in workspace["load_from"]] == [defs.load_fn.__module__]


def test_a_folder_that_is_set_to_nothing_is_not_the_working_directory() -> None:
    assert load_settings({"CDP_HOME": "", "CDP_LANDING": ""}) == load_settings({})


if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    for kind_, names in _names(build(load_settings({"CDP_HOME": "/nonexistent"}))).items():
        (SNAPSHOTS / f"{kind_}.txt").write_text("\n".join(names) + "\n")
