"""The receiver's spool: journals of events that are on disk before they are answered, and their way out of it.

A journal is appended to, closed, and handed over: one landing file per stream, whose name and bytes are made of the
journal's alone. So a hand-over that was cut off is done again and gives the same files. Here: the files. Not here: when
a journal is written or closed (`receiver`).
"""

import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from cdp_platform.landing.files import RECEIVED, make_durable
from cdp_platform.receiving.stripe_event import Event
from cdp_platform.sources.stripe import STRIPE

SUFFIX = ".journal"
FIELDS = 5


def line_of(event: Event) -> bytes:
    """An event as a line of a journal: id, stream, what orders it, row."""
    assert event.stream is not None
    return f"{event.id}\t{event.stream.table}\t{event.moment}\t{event.rank}\t".encode() + event.row + b"\n"


class Journal:
    """A file that is appended to. After an error it takes no more: what is in it is what was answered."""

    def __init__(self, folder: Path) -> None:
        stem = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"
        self.path = folder / f"{stem}{SUFFIX}"
        self.rows = 0
        self.is_spoilt = False
        self._bytes = 0
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        make_durable(folder)

    def append(self, lines: Iterable[bytes]) -> None:
        """Write the lines and return when the disk has them. Raises OSError: then none of them counts."""
        lines = list(lines)
        text = memoryview(b"".join(lines))
        size = len(text)
        try:
            while text:
                text = text[os.write(self._file, text) :]
            os.fsync(self._file)
        except OSError:
            self.is_spoilt = True
            with suppress(OSError):
                os.ftruncate(self._file, self._bytes)
            raise
        self._bytes += size
        self.rows += len(lines)

    def close(self) -> None:
        """No more is written."""
        os.close(self._file)


@dataclass(frozen=True)
class HandedOver:
    """The ids of a journal's events, and how many of its lines were no event."""

    ids: list[str]
    torn: int


def left_behind(folder: Path) -> list[Path]:
    """The journals in a folder that no receiver has open, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def hand_over(journal: Path, landing: Path) -> HandedOver:
    """Write a journal's events into the landing zone; the journal stays. Torn lines, never answered, are left out."""
    streams: dict[str, list[tuple[int, int, bytes]]] = defaultdict(list)
    ids, torn = [], 0
    for entry in _entries(journal):
        if entry is None:
            torn += 1
            continue
        id, stream, moment, rank, row = entry
        ids.append(id)
        streams[stream].append((moment, rank, row))
    for stream, rows in streams.items():
        # of rows of one object and second, the last in a file wins
        rows.sort(key=lambda item: item[:2])
        _put(landing / STRIPE.name / stream / f"{RECEIVED}{journal.stem}.jsonl", [row for *_, row in rows])
    return HandedOver(ids, torn)


def ids_of(journal: Path) -> list[str]:
    """The ids of a journal's events."""
    return [entry[0] for entry in _entries(journal) if entry is not None]


def _entries(journal: Path) -> Iterator[tuple[str, str, int, int, bytes] | None]:
    with journal.open("rb") as lines:
        yield from map(_entry, lines)


def _entry(line: bytes) -> tuple[str, str, int, int, bytes] | None:
    fields = line.split(b"\t", FIELDS - 1)
    if len(fields) != FIELDS or not line.endswith(b"\n"):
        return None
    id, stream, moment, rank, row = fields
    try:
        orjson.loads(row)
        return id.decode(), stream.decode(), int(moment), int(rank), row
    except ValueError:
        return None


def _put(file: Path, rows: list[bytes]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.name}.tmp")
    with temporary.open("wb") as handle:
        handle.writelines(rows)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(file)
    make_durable(file.parent)
