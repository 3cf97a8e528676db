"""CSV: a header, then one record after the other, by the letter of RFC 4180.

Here: telling records apart, also after a quote that nobody closed. Not here: what the fields mean.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from cdp_platform.landing.chunk import (
    CHUNK_BYTES,
    CHUNK_ROWS,
    MAX_LINE_BYTES,
    Chunk,
    Unreadable,
    UnreadableFile,
    column_names,
    is_utf8,
    text_chunk,
)

MAX_RECORD_LINES = 1_000

csv.field_size_limit(MAX_LINE_BYTES)


class _EndlessRecord(csv.Error):
    """More lines in quotes than anyone types: a quote was not closed."""


class _Lines:
    """The file's lines for the CSV parser; those of the current record are remembered, and can be given back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.record: list[str] = []
        self.length = 0
        self._lines = iter(lines)
        self._again: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.record) >= MAX_RECORD_LINES:
            raise _EndlessRecord
        line = self._again.popleft() if self._again else next(self._lines)
        self.record.append(line)
        self.length += len(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))


def read_csv(path: Path, declared: Iterable[str] | None) -> Iterator[Chunk]:
    """The records of a file; `row_number` counts them from 1 after the header. Raises UnreadableFile."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
        lines = _Lines(handle)
        records = csv.reader(lines, strict=True)
        try:
            names = column_names(next(records), declared)
        except (StopIteration, csv.Error) as error:
            raise UnreadableFile("the file has no header") from error
        rows: list[list[str]] = []
        numbers: list[int] = []
        bad: list[Unreadable] = []
        for number, row in enumerate(_records(lines, records, len(names)), start=1):
            if isinstance(row, str):
                bad.append(Unreadable(number, row, printable("".join(lines.record))))
            else:
                rows.append(row)
                numbers.append(number)
            if len(rows) + len(bad) >= CHUNK_ROWS or lines.length > CHUNK_BYTES:
                yield _chunk(names, rows, numbers, bad)
                rows, numbers, bad, lines.length = [], [], [], 0
        yield _chunk(names, rows, numbers, bad)


def _records(lines: _Lines, records: Iterator[list[str]], width: int) -> Iterator[list[str] | str]:
    """Each record's fields, or why it is none; `lines.record` then holds what it said."""
    while True:
        lines.record = []
        try:
            row = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            # only the first line is at fault: what an open quote swallowed are records of their own
            first, *others = lines.record
            lines.give_back(others)
            lines.record = [first]
            yield "a quote that is not closed" if others or isinstance(error, _EndlessRecord) else f"not CSV: {error}"
            continue
        if row:
            yield _fault(row, width) or row


def _fault(row: list[str], width: int) -> str | None:
    if len(row) != width:
        return f"{len(row)} fields where the header has {width}"
    joined = "".join(row)
    if "\0" in joined:
        return "contains a NUL character"
    return None if is_utf8(joined) else "not UTF-8"


def _chunk(names: list[str], rows: list[list[str]], numbers: list[int], bad: list[Unreadable]) -> Chunk:
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return text_chunk(names, ([value or None for value in column] for column in columns), numbers, bad)


def printable(text: str) -> str:
    """Delivered text as UTF-8: bytes that are none, and NUL, are spelled out."""
    spelled = text.rstrip("\r\n").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return spelled.replace("\0", "\\0")
