"""The memory of identity in files: what was written is read, and what cannot be read is no memory."""

import logging
from pathlib import Path

import pytest

from cdp_platform.assets.memory_files import read_memory, write_memory
from cdp_platform.identity import ALIAS_SCHEMA, LEDGER_SCHEMA, Memory
from cdp_platform.identity.frames import empty
from tests.identity.parties import Runs, human


@pytest.fixture
def memory() -> Memory:
    run = Runs(empty(LEDGER_SCHEMA), empty(ALIAS_SCHEMA))
    return run(*(human(f"crm:contact:{number}", "Bob Adler", email="bob@gmx.de") for number in range(2))).memory


def test_what_was_written_is_read(memory: Memory, tmp_path: Path) -> None:
    for _ in range(2):  # the second time it replaces the first
        write_memory(tmp_path / "memory", memory)
    found = read_memory(tmp_path / "memory")
    assert found is not None
    assert all(found.frames()[name].collect().equals(frame.collect()) for name, frame in memory.frames().items())
    assert [path.name for path in tmp_path.iterdir()] == ["memory"]


def test_where_there_is_none_there_is_nothing_to_say(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert read_memory(tmp_path / "memory") is None
    assert caplog.text == ""


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 4] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, flip_a_byte], ids=["gone", "damaged"])
def test_what_cannot_be_read_is_told_and_not_used(
    memory: Memory, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: object
) -> None:
    write_memory(tmp_path / "memory", memory)
    damage(tmp_path / "memory" / "judged.parquet")  # type: ignore[operator]
    with caplog.at_level(logging.WARNING, logger="cdp.identity"):
        assert read_memory(tmp_path / "memory") is None
    assert "all records are compared anew" in caplog.text
