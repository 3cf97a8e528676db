"""JSON Lines: one object per line; whatever a value is, it is handed over as its text.

Here: telling lines that are objects from those that are not. Not here: what the values mean.
"""

import json
from collections.abc import Iterator
from typing import IO, Any

import orjson

from cdp_platform.landing.chunk import (
    CHUNK_BYTES,
    CHUNK_ROWS,
    MAX_COLUMNS,
    MAX_LINE_BYTES,
    Chunk,
    Unreadable,
    UnreadableFile,
    kept_name,
    name_fault,
    text_chunk,
)

EXACT_DIGITS, EXACT_INTEGER = 15, 2**53
Row = dict[str, str | None]


class _BadRow(Exception):
    """A line that is no record, and why."""


class _Rounded(Exception):
    """A number of more digits than a double keeps."""


class _Names:
    """The kept names of every set of keys seen so far, so that each is judged once."""

    def __init__(self) -> None:
        self.all: dict[str, None] = {}
        self._known: dict[tuple[str, ...], list[str]] = {}

    def of(self, keys: tuple[str, ...]) -> list[str]:
        names = self._known.get(keys)
        if names is None:
            names = [kept_name(key) for key in keys]
            if fault := name_fault(names):
                raise _BadRow(fault)
            self.all |= dict.fromkeys(names)
            if len(self.all) > MAX_COLUMNS:
                raise UnreadableFile(f"more than {MAX_COLUMNS:,} different field names")
            if len(self._known) < CHUNK_ROWS:
                self._known[keys] = names
        return names


def read_jsonl(handle: IO[bytes]) -> Iterator[Chunk]:
    """The lines of a file; `row_number` counts them from 1, blank ones among them. Raises UnreadableFile."""
    names = _Names()
    rows: list[Row] = []
    numbers: list[int] = []
    bad: list[Unreadable] = []
    length = 0
    for number, body in _lines(handle):
        try:
            rows.append(_row(body, names))
            numbers.append(number)
        except _BadRow as fault:
            bad.append(Unreadable(number, str(fault), body.decode("utf-8", "backslashreplace").replace("\0", "\\0")))
        length += len(body)
        if len(rows) + len(bad) >= CHUNK_ROWS or length > CHUNK_BYTES:
            yield _chunk(names, rows, numbers, bad)
            rows, numbers, bad, length = [], [], [], 0
    yield _chunk(names, rows, numbers, bad)


def _lines(handle: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := handle.readline(MAX_LINE_BYTES):
        number += 1
        if len(line) == MAX_LINE_BYTES:
            raise UnreadableFile(f"line {number} is longer than {MAX_LINE_BYTES // 1024**2} MB")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if body := line.strip():
            if number == 1 and body.startswith(b"["):
                raise UnreadableFile("a JSON array; one object per line is read")
            yield number, body


def _row(body: bytes, names: _Names) -> Row:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _BadRow(f"not JSON: {error.msg}") from error
    if not isinstance(value, dict):
        raise _BadRow("not a JSON object")
    try:
        if b"\\u0000" in body and _holds_nul(value):
            raise _BadRow("contains a NUL character")
        texts = _texts(value, body)
    except (RecursionError, orjson.JSONEncodeError) as error:
        raise _BadRow("nested too deeply") from error
    return dict(zip(names.of(tuple(value)), texts, strict=True))


def _texts(value: dict[str, Any], body: bytes) -> list[str | None]:
    """Every value as text, every digit of a number kept: rounded, an id would be another record's."""
    try:
        return [item if item is None or type(item) is str else _text(item) for item in value.values()]
    except _Rounded:
        exact = json.loads(body, parse_int=str, parse_float=str)
        scalars = (exact[key] if type(item) in (int, float) else item for key, item in value.items())
        return [item if item is None or type(item) is str else _text(item) for item in scalars]


def _text(value: Any) -> str:
    text = orjson.dumps(value).decode()
    if type(value) is float and (len(text) > EXACT_DIGITS or abs(value) > EXACT_INTEGER):
        raise _Rounded
    return text


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any("\0" in key or _holds_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _chunk(names: _Names, rows: list[Row], numbers: list[int], bad: list[Unreadable]) -> Chunk:
    used = list(names.all)
    return text_chunk(used, ([row.get(name) for row in rows] for name in used), numbers, bad)
