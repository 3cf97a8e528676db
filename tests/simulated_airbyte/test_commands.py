"""`cdp airbyte`: the bodies it writes are those that the simulated API accepts, and the drift it prints is there."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cdp_platform.cli import airbyte as command
from cdp_platform.cli import cdp
from cdp_platform.sources import SOURCES
from tests.simulated_airbyte.conftest import Synced
from tests.simulated_airbyte.workspace import DESTINATION, Workspace


def run(*words: str) -> Result:
    return CliRunner().invoke(cdp, ["airbyte", *words])


def test_the_files_are_accepted_as_they_are(tmp_path: Path) -> None:
    workspace = Workspace({source.name: source for source in SOURCES})
    ids = [f"{source.name}={workspace.source_id(source.name)}" for source in SOURCES]
    options = [word for id_ in ids for word in ("--source", id_)]
    done = run("connections", "--destination", DESTINATION, *options, "--to", str(tmp_path / "bodies"))
    assert done.exit_code == 0, done.output
    for source in SOURCES:
        created = workspace._create(json.loads((tmp_path / "bodies" / f"{source.name}.json").read_text()))
        assert [stream["name"] for stream in created["configurations"]["streams"]] == [s.name for s in source.streams]


def test_one_source_is_printed() -> None:
    done = run("connections", "--destination", DESTINATION, "--source", f"stripe={DESTINATION}")
    [body] = json.loads(done.stdout)
    [charges] = [stream for stream in body["configurations"]["streams"] if stream["name"] == "charges"]
    assert body["prefix"] == "stripe__"
    assert (charges["syncMode"], charges["cursorField"], charges["primaryKey"]) == (
        "incremental_append",
        ["updated"],
        [["id"]],
    )


@pytest.mark.parametrize(
    ("word", "told"),
    [("zendesk=1", "no source 'zendesk'; declared are: salesforce"), ("stripe=1", "'stripe=1' is not NAME=ID")],
)
def test_a_mistake_is_a_sentence(word: str, told: str) -> None:
    done = run("connections", "--destination", DESTINATION, "--source", word)
    assert done.exit_code == 2
    assert told in done.output


def test_drift_is_printed_and_ends_with_1(airbyte: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "load_settings", lambda: airbyte.settings)
    assert run("drift").exit_code == 0
    connection = next(c for c in airbyte.workspace.connections.values() if c["name"] == "cdp_stripe")
    connection["prefix"] = "other_"
    done = run("drift", "stripe", "--format", "json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == [
        {
            "source": "stripe", "kind": "setting", "where": "prefix", "declared": "stripe__", "found": "other_",
            "breaks": True,
        }
    ]  # fmt: skip
    assert run("drift", "netsuite").exit_code == 0


def test_without_a_workspace_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CDP_HOME", str(tmp_path))
    monkeypatch.delenv("CDP_TARGET", raising=False)
    done = run("drift")
    assert done.exit_code == 2
    assert "set AIRBYTE_WORKSPACE_ID and CDP_TARGET" in done.output
