"""What every reader hands over: rows in chunks of bounded size, and what it could not read, with the reason.

Here: the vocabulary of the readers, and which column names can be kept. Not here: a format (`csv_rows`, `jsonl_rows`,
`parquet_rows`), types (`typed`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

CHUNK_ROWS = 100_000
CHUNK_BYTES = 64 * 1024 * 1024
MAX_LINE_BYTES = 64 * 1024 * 1024
MAX_COLUMNS = 1_000


@dataclass(frozen=True)
class Unreadable:
    """A row (`row_number` from 1) or a whole file (0) that could not be read, and what it said."""

    row_number: int
    reason: str
    text: str = ""


class UnreadableFile(Exception):
    """The file as a whole cannot be read; it counts as one delivered unit. The text is the reason, without a value."""


@dataclass
class Chunk:
    """Some rows of a file, columns by lower-case name; the number of each row; and the rows that could not be read."""

    table: pa.Table
    numbers: pa.Array
    unreadable: list[Unreadable] = field(default_factory=list)


def text_chunk(
    names: list[str], columns: Iterable[list[str | None]], numbers: list[int], unreadable: list[Unreadable]
) -> Chunk:
    """A chunk of nothing but text."""
    arrays = [pa.array(column, pa.string()) for column in columns]
    return Chunk(pa.table(arrays, names=names), pa.array(numbers, pa.int64()), unreadable)


def name_fault(names: Iterable[str]) -> str | None:
    """Why columns of these lower-case names cannot be told apart or kept; None where they can."""
    seen: set[str] = set()
    for name in names:
        if not name:
            return "an empty column name"
        if "\0" in name or not is_utf8(name):
            return "a column name that is not text"
        if name in seen:
            return "the same column name twice, upper and lower case being the same"
        seen.add(name)
    return None


def kept_name(name: str) -> str:
    """The lower-case name under which a delivered column is kept: raw's own columns and ours cannot be delivered."""
    lower = name.strip().lower()
    return f"delivered{lower}" if lower.startswith(("_airbyte_", "_cdp_")) else lower


def column_names(delivered: Iterable[str], declared: Iterable[str] | None) -> list[str]:
    """The names of a file's columns as kept. Raises UnreadableFile where the header cannot be one of this stream.

    `declared`: None for a file of which nothing is declared.
    """
    names = [kept_name(name) for name in delivered]
    if fault := name_fault(names):
        raise UnreadableFile(f"the header has {fault}")
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile(f"{len(names)} columns, of which {MAX_COLUMNS} could be kept")
    if declared is not None and not set(names) & set(declared):
        raise UnreadableFile(
            "the header has none of the declared columns: is it a header, with commas between the names?"
        )
    return names


def is_utf8(text: str) -> bool:
    """The text has no half characters, as bytes that are not UTF-8 leave them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
