"""Reading delivered files row by row, losing nothing: what cannot be read is handed over with its reason.

Here: CSV, JSON Lines and Parquet into chunks. Not here: types (`typed`), rules (`contract`).
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from cdp_platform.landing.files import LandedFile
from cdp_platform.sources.contract import Stream, Type

CHUNK_ROWS = 100_000
ROW_NUMBER = "_row_number"
csv.field_size_limit(64 * 1024 * 1024)


@dataclass(frozen=True)
class Unreadable:
    """A row (`row_number` from 1) or a whole file (0) that could not be read, and what it said."""

    row_number: int
    reason: str
    text: str = ""


class UnreadableFile(Exception):
    """The file as a whole cannot be read; it counts as one delivered unit."""


@dataclass
class Chunk:
    """Some rows of a file, columns by lower-case name, and `_row_number`; and the rows that could not be read."""

    table: pa.Table
    unreadable: list[Unreadable] = field(default_factory=list)


def read(file: LandedFile, stream: Stream) -> Iterator[Chunk]:
    """The rows of a file in chunks. Raises UnreadableFile, possibly after some chunks: then none of them counts."""
    if file.path.stat().st_size == 0:
        raise UnreadableFile("the file is empty")
    try:
        match file.format:
            case "csv":
                yield from _read_csv(file.path)
            case "jsonl":
                with file.path.open("rb") as handle:
                    yield from _read_jsonl(handle, stream)
            case "jsonl.gz":
                with gzip.open(file.path, "rb") as handle:
                    yield from _read_jsonl(handle, stream)  # type: ignore[arg-type]
            case "parquet":
                yield from _read_parquet(file.path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile(f"not a complete gzip file: {error}") from error
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"not a complete {file.format} file: {type(error).__name__}") from error


def _chunk(names: Sequence[str], rows: Sequence[Sequence[Any]], numbers: list[int], bad: list[Unreadable]) -> Chunk:
    columns = list(zip(*rows, strict=True)) if rows else [[] for _ in names]
    arrays = [pa.array(column, pa.string()) for column in columns]
    return Chunk(pa.table([*arrays, pa.array(numbers, pa.int64())], names=[*names, ROW_NUMBER]), bad)


def _read_csv(path: Path) -> Iterator[Chunk]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
        reader = csv.reader(handle, strict=True)
        try:
            header = next(reader)
        except (StopIteration, csv.Error) as error:
            raise UnreadableFile("the file has no header") from error
        names = [name.strip().lower() for name in header]
        if len(set(names)) < len(names) or not all(names):
            raise UnreadableFile("the header has an empty or a repeated column name")
        rows: list[list[str | None]] = []
        numbers: list[int] = []
        bad: list[Unreadable] = []
        number = 0
        while True:
            number += 1
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                bad.append(Unreadable(number, f"not CSV: {error}"))
                continue
            if not row:
                number -= 1
                continue
            reason = _csv_fault(row, len(names))
            if reason:
                bad.append(Unreadable(number, reason, _printable(",".join(row))))
            else:
                rows.append([value or None for value in row])
                numbers.append(number)
            if len(rows) >= CHUNK_ROWS:
                yield _chunk(names, rows, numbers, bad)
                rows, numbers, bad = [], [], []
        yield _chunk(names, rows, numbers, bad)


def _csv_fault(row: list[str], width: int) -> str | None:
    if len(row) != width:
        return f"{len(row)} fields where the header has {width}"
    joined = "".join(row)
    if joined.isascii():
        return "contains a NUL byte" if "\0" in joined else None
    if "\0" in joined:
        return "contains a NUL byte"
    if any("\ud800" <= character <= "\udfff" for character in joined):
        return "not UTF-8"
    return None


def _printable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\0", "\\0")


def _read_jsonl(handle: IO[bytes], stream: Stream) -> Iterator[Chunk]:
    json_columns = frozenset(column.raw_name for column in stream.columns if column.type is Type.JSON)
    records: list[dict[str, str | None]] = []
    numbers: list[int] = []
    bad: list[Unreadable] = []
    for number, line in enumerate(handle, start=1):
        body = (line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).strip()
        if not body:
            continue
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            bad.append(Unreadable(number, f"not JSON: {error.msg}", body.decode("utf-8", "backslashreplace")))
            continue
        if not isinstance(value, dict):
            bad.append(Unreadable(number, "not a JSON object", body.decode("utf-8")))
            continue
        record = {key.lower(): _text(item, key.lower() in json_columns) for key, item in value.items()}
        if b"\\u0000" in body and any(item and "\0" in item for item in record.values()):
            bad.append(Unreadable(number, "contains a NUL character", body.decode("utf-8")))
            continue
        records.append(record)
        numbers.append(number)
        if len(records) >= CHUNK_ROWS:
            yield _records(records, numbers, bad)
            records, numbers, bad = [], [], []
    yield _records(records, numbers, bad)


def _records(records: list[dict[str, str | None]], numbers: list[int], bad: list[Unreadable]) -> Chunk:
    names = list(dict.fromkeys(name for record in records for name in record))
    return _chunk(names, [[record.get(name) for name in names] for record in records], numbers, bad)


def _text(value: Any, is_json: bool) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and not is_json:
        return value
    return orjson.dumps(value).decode()


def _read_parquet(path: Path) -> Iterator[Chunk]:
    start = 0
    with pq.ParquetFile(path) as parquet:
        names = [name.lower() for name in parquet.schema_arrow.names]
        if len(set(names)) < len(names):
            raise UnreadableFile("two columns have the same name but for their case")
        for batch in parquet.iter_batches(batch_size=CHUNK_ROWS):
            table = pa.Table.from_batches([batch]).rename_columns(names)
            numbers = pa.array(range(start + 1, start + 1 + table.num_rows), pa.int64())
            start += table.num_rows
            yield Chunk(table.append_column(ROW_NUMBER, numbers))
        if start == 0:
            yield Chunk(parquet.schema_arrow.empty_table().rename_columns(names).append_column(ROW_NUMBER, pa.array([], pa.int64())))
