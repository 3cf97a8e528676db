"""A sync that is killed at any step: nothing is lost, and what it had committed comes once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from cdp_platform.environment import PROJECT
from cdp_platform.pulling import position
from tests.pulling.shelf import ITEMS, LINES, NOW, Shelf


class Killed(BaseException):
    """Ends the sync where it stands; what it has written stays as it is."""


STEPS = {
    "before the first file is durable": ("fsync", 0),
    "before its name is": ("fsync", 1),
    "before the second file is durable": ("fsync", 2),
    "before the position is durable": ("fsync", 6),
    "before the position counts": ("replace", 0),
    "before the position's name is durable": ("fsync", 7),
    "before the first file has its name": ("replace", 1),
    "between the names of two files": ("replace", 2),
    "after everything": ("fsync", 10),
}
COMMITTED = list(STEPS)[5:]


def kill_at(patch: pytest.MonkeyPatch, call: str, count: int) -> None:
    calls = []
    fsync, replace = os.fsync, Path.replace

    def counted(name: str) -> None:
        calls.append(name)
        if calls.count(call) > count:
            raise Killed

    def fsync_or_die(descriptor: int) -> None:
        counted("fsync")
        fsync(descriptor)

    def replace_or_die(path: Path, target: Path) -> Path:
        counted("replace")
        return replace(path, target)

    patch.setattr(os, "fsync", fsync_or_die)
    patch.setattr(Path, "replace", replace_or_die)


@pytest.mark.parametrize("step", STEPS)
def test_the_next_sync_goes_on_where_the_last_one_counted(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    shelf.run(shelf.put_item("one"), f"INSERT INTO lines VALUES ('one', 1, 1, 1, NULL, {NOW})")
    with monkeypatch.context() as patch:
        kill_at(patch, *STEPS[step])
        with pytest.raises(Killed):
            shelf.pull()
    shelf.run(shelf.put_item("two"))
    again = shelf.pull()
    assert again.rows["items"] == (1 if step in COMMITTED else 2)
    assert (shelf.delivered(ITEMS), shelf.delivered(LINES, "item")) == (["one", "two"], ["one"])
    left = [name for stream in (ITEMS, LINES) for name in shelf.landed(stream) if name.endswith(".tmp")]
    assert left == []


def test_files_that_were_committed_come_even_if_the_database_is_gone(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.run(shelf.put_item("one"))
    with monkeypatch.context() as patch:
        kill_at(patch, "replace", 1)
        with pytest.raises(Killed):
            shelf.pull()
    assert shelf.delivered(ITEMS) == []
    shelf.run(f"DROP SCHEMA {shelf.schema} CASCADE")
    shelf.pull()
    assert shelf.delivered(ITEMS) == ["one"]


CHILD = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from cdp_platform.environment import load_settings
from cdp_platform.pulling import position
from cdp_platform.pulling.pull import pull
from cdp_platform.warehouse import open_warehouse
from tests.pulling.shelf import SHELF
renamed = Path.replace
def killed(path, target):
    if str(target).endswith(".parquet"):
        os.kill(os.getpid(), signal.SIGKILL)
    return renamed(path, target)
Path.replace = killed
pull(open_warehouse(load_settings()), SHELF, SHELF.streams, say=print)
"""


def test_a_process_that_is_killed_leaves_neither_a_lock_nor_half_a_sync(shelf: Shelf) -> None:
    shelf.run(shelf.put_item("one"))
    database = shelf.home.settings.databases[0]
    environment = {
        "CDP_HOME": str(shelf.home.settings.home),
        "CDP_SHELF_POSTGRES": database.address,
        "CDP_SHELF_POSTGRES_SCHEMA": database.schema,
    }
    child = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert [name.rpartition(".")[2] for name in shelf.landed(ITEMS)] == ["tmp"]
    assert shelf.pull().rows["items"] == 0
    assert Counter(shelf.delivered(ITEMS)) == {"one": 1}


def test_what_a_sync_that_never_counted_left_is_removed_and_nothing_else(shelf: Shelf) -> None:
    folder = shelf.home.settings.landing / "shelf" / "items"
    folder.mkdir(parents=True)
    left, others = folder / f"{position.PREFIX}-changes-1.parquet.tmp", folder / "export.csv.tmp"
    left.touch()
    others.touch()
    shelf.pull()
    assert (left.exists(), others.exists()) == (False, True)
