"""How far a source has been read, and the files that this has made: they become true together, in one rename.

Files are written beside their final names, as `….tmp`, and made durable. Then the new position is, and with it the list
of files that still have to get their names: from there on a sync that is killed is finished by the next one, before
that it never was. Here: that. Not here: what a position means (`rows`).
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from cdp_platform.landing.files import PULLED, make_durable

PREFIX = PULLED.removesuffix("-")
UNFINISHED = ".tmp"


@dataclass(frozen=True)
class Position:
    """Where the last sync of a stream ended: the snapshot that it saw, of transaction numbers with their epoch.

    All below `oldest` had ended, none from `next` on had begun to write. `seen`: the transactions from `oldest` on, as
    rows bear them, whose rows were read. `cursor`: the newest one. `columns`: what was read, for others need all rows.
    """

    oldest: int
    next: int
    seen: tuple[int, ...]
    cursor: str | None
    columns: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """The positions of a source's streams in one server and its history; `files`: names that may not be given yet."""

    server: str = ""
    streams: Mapping[str, Position] = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] = ()


class Positions:
    """The state of one source on disk."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def recall(self) -> State:
        """The state as it was committed."""
        if not self._file.exists():
            return State()
        said = orjson.loads(self._file.read_bytes())
        streams = {
            name: Position(p["oldest"], p["next"], tuple(p["seen"]), p["cursor"], tuple(p["columns"]))
            for name, p in said["streams"].items()
        }
        return State(said["server"], streams, tuple((a, b) for a, b in said["files"]))

    def commit(self, state: State) -> None:
        """From here on the state is true; its files are durable already."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_name(self._file.name + UNFINISHED)
        with temporary.open("wb") as handle:
            handle.write(orjson.dumps(asdict(state)))
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(self._file)
        make_durable(self._file.parent)

    def finish(self) -> None:
        """Give the committed files their names, those of a sync that was killed included."""
        for temporary, file in ((Path(a), Path(b)) for a, b in self.recall().files):
            if temporary.exists():  # else it has its name, or was taken away under it
                temporary.replace(file)
                make_durable(file.parent)


def sweep(folders: Iterable[Path]) -> None:
    """Remove what syncs left that never were. After `Positions.finish`."""
    for folder in folders:
        for left in folder.glob(f"{PREFIX}*{UNFINISHED}"):
            left.unlink()
