"""`cdp trace` as a person meets it; what it finds is tested beside `serving.trace`."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cdp_platform.cli import tracing
from cdp_platform.environment import Settings
from tests.cli.conftest import Said
from tests.serving.traced import ACCOUNT, MANIFEST, build

KeysOf = Callable[[str, str], list[dict[str, Any]]]


@pytest.fixture
def traced(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    build(settings)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST))
    monkeypatch.setattr(tracing, "MANIFEST", manifest)
    return settings


@pytest.mark.usefixtures("traced")
def test_steps_are_printed_and_notes_said_aside(cdp: Callable[..., Said]) -> None:
    said = cdp("trace", "dim_customer", "cus_1")
    assert said.code == 0
    assert "salesforce/Account/3.jsonl:1" in said.out
    assert "current: the version that counts" in said.out
    assert "value=*** " in said.out
    assert "Secret" not in said.out
    assert "2 rows match the key, the newest is traced" in said.err
    assert "Secret A1" in cdp("trace", "dim_customer", "cus_1", "--unmasked").out


@pytest.mark.usefixtures("traced")
def test_programs_get_a_row_per_step(cdp: Callable[..., Said], has_the_keys_of: KeysOf) -> None:
    rows = has_the_keys_of("trace", cdp("trace", "domain.party", ACCOUNT, "--format", "json").out)
    assert [row["layer"] for row in rows] == ["domain", "staging", *["raw"] * 5]
    assert rows[-1]["line"] == 1
    header = cdp("trace", "domain.party", ACCOUNT, "--format", "csv").out.splitlines()[0]
    assert header == "layer,table,record,why,fate,file,line,at,values"


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize("arguments", [["nope", "1"], ["fact_revenue", "nope"]])
def test_what_is_not_there_is_2_in_one_line(cdp: Callable[..., Said], arguments: list[str]) -> None:
    said = cdp("trace", *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("cdp: ")
    assert said.err.count("\n") == 1


HOLDS = """
import sys
from pathlib import Path
from cdp_platform.warehouse.lock import writer_lock
with writer_lock(Path(sys.argv[1]), "landing netsuite"):
    print("holding", flush=True)
    sys.stdin.readline()
"""


def test_it_waits_for_a_writer_with_a_message(traced: Settings) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(traced.lock_file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdin is not None
    assert writer.stdout.readline() == "holding\n"
    told: list[str] = []

    def hear(message: str) -> None:
        told.append(message)
        assert writer.stdin is not None
        writer.stdin.write("go on\n")
        writer.stdin.flush()

    found = tracing.follow(traced, "domain.party", ACCOUNT, manifest=MANIFEST, say=hear)
    writer.communicate()
    assert found.steps
    assert len(told) == 1
    assert told[0].startswith("waiting for the warehouse: landing netsuite")
