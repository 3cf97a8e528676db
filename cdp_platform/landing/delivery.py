"""One file becomes one delivery: parsed without the warehouse, loaded in one transaction.

Here: parsing to temporary Parquet files, then raw rows, unreadable rows and the ledger entry, all or nothing. Not here:
whether the rows count (`validate`).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cdp_platform.landing.chunk import Unreadable, UnreadableFile
from cdp_platform.landing.drift import ColumnStatistics
from cdp_platform.landing.known import NewFile
from cdp_platform.landing.readers import read
from cdp_platform.landing.tables import insert_row, raw_columns, raw_relation
from cdp_platform.landing.typed import cast_chunk
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Type
from cdp_platform.warehouse.connection import Connection, quote, registered, transaction

STAMPED = ("_airbyte_extracted_at", "_airbyte_meta")
NOT_CONVERTIBLE = (duckdb.NotImplementedException, duckdb.ConversionException, duckdb.InvalidInputException)


@dataclass
class Parsed:
    """A file that was read: typed rows and unreadable ones in files beside each other, and how many there are."""

    file: NewFile
    folder: Path
    bytes: int
    raw: int = 0
    unreadable: int = 0
    fault: str | None = None
    statistics: ColumnStatistics = field(default_factory=ColumnStatistics)

    @property
    def delivered(self) -> int:
        """Rows delivered; an unreadable file counts as one."""
        return self.raw + self.unreadable


def parse(connection: Connection, file: NewFile, stream: Stream, folder: Path) -> Parsed:
    """Read and type a file into `folder`, by a scratch connection. A file that breaks off is unreadable as a whole."""
    folder.mkdir()
    parsed = Parsed(file, folder, file.file.path.stat().st_size)
    try:
        _write_chunks(connection, stream, parsed)
    except (UnreadableFile, *NOT_CONVERTIBLE) as error:
        kind = type(error).__name__
        parsed.fault = str(error) if isinstance(error, UnreadableFile) else f"values that cannot be stored: {kind}"
        parsed.raw, parsed.unreadable, parsed.statistics = 0, 1, ColumnStatistics()
        for written in folder.iterdir():
            written.unlink()
        _write_unreadable([Unreadable(0, parsed.fault)], folder / "unreadable-0.parquet")
    return parsed


def _write_chunks(connection: Connection, stream: Stream, parsed: Parsed) -> None:
    for number, chunk in enumerate(read(parsed.file.file, stream)):
        prefix = parsed.file.sha256[:16]
        rows = cast_chunk(connection, chunk, stream, raw_id_prefix=prefix, statistics=parsed.statistics)
        if rows.num_rows:
            pq.write_table(rows, parsed.folder / f"rows-{number}.parquet", compression="snappy", use_dictionary=False)
        _write_unreadable(chunk.unreadable, parsed.folder / f"unreadable-{number}.parquet")
        parsed.raw += rows.num_rows
        parsed.unreadable += len(chunk.unreadable)
    if parsed.raw and not parsed.statistics.has_declared(stream):
        raise UnreadableFile("no row has one of the declared columns")


def _write_unreadable(rows: list[Unreadable], path: Path) -> None:
    if rows:
        columns = {
            "row_number": pa.array([row.row_number for row in rows], pa.int64()),
            "reason": pa.array([row.reason for row in rows], pa.string()),
            "raw_text": pa.array([row.text for row in rows], pa.large_string()),
        }
        pq.write_table(pa.table(columns), path)


def load(connection: Connection, source: Source, stream: Stream, parsed: Parsed) -> int:
    """Write a parsed file in one transaction: raw rows, unreadable rows, ledger entry. Returns the delivery id."""
    kept = parsed.statistics.undeclared(stream)
    if kept:
        _add_columns(connection, raw_relation(source, stream), kept)
    key = [source.name, stream.table]
    newest = (
        "SELECT coalesce(max(delivery_id), 0), max(CASE WHEN source_system = ? AND stream = ? THEN extracted_at END) "
        "FROM ops.landed_file"
    )
    [(delivery_id, last)] = connection.execute(newest, key).fetchall()
    extracted_at = max(datetime.now(UTC), last + timedelta(microseconds=1)) if last else datetime.now(UTC)
    delivery_id = int(delivery_id) + 1
    file = parsed.file
    with _registered(connection, parsed), transaction(connection):
        if parsed.raw:
            columns = [column for column in raw_columns(stream) if column not in STAMPED] + kept
            listed = ", ".join(quote(column) for column in columns)
            connection.execute(
                f"INSERT INTO {raw_relation(source, stream)} (_airbyte_extracted_at, _airbyte_meta, {listed}) "
                f"SELECT ?, CAST('{{\"sync_id\":{delivery_id},\"changes\":' || _airbyte_meta || '}}' AS JSON), "
                f"{', '.join(_value(stream, column) for column in columns)} FROM _cdp_rows",
                [extracted_at],
            )
        if parsed.unreadable:
            connection.execute(
                "INSERT INTO quarantine.rejected_row (rejection_id, source_system, stream, rule, reason, raw_text, "
                "file_name, row_number, delivery_id, first_seen, status) "
                "SELECT md5(concat_ws('|', ?, ?, ?, row_number)), ?, ?, 'unreadable', reason, raw_text, ?, row_number, "
                "?, ?, 'open' FROM _cdp_unreadable",
                [*key, file.sha256, *key, file.name, delivery_id, file.taken_at],
            )
        entry = {
            "delivery_id": delivery_id,
            "source_system": source.name,
            "stream": stream.table,
            "file_name": file.name,
            "sha256": file.sha256,
            "format": file.file.format,
            "bytes": parsed.bytes,
            "landed_at": file.taken_at,
            "extracted_at": extracted_at,
            "delivered": parsed.delivered,
            "raw": parsed.raw,
            "unreadable": parsed.unreadable,
            "drift": parsed.statistics.drift(stream),
            "new_columns": parsed.statistics.new_columns(stream),
            "status": "unreadable" if parsed.fault else "pending",
            "cause": "contract" if parsed.fault else None,
            "reason": parsed.fault,
            "fingerprint": file.fingerprint,
        }
        insert_row(connection, "ops.landed_file", entry)
    return delivery_id


@contextmanager
def _registered(connection: Connection, parsed: Parsed) -> Iterator[None]:
    """The files as `_cdp_rows` and `_cdp_unreadable`, where there are any."""
    with ExitStack() as stack:
        for kind, count in (("rows", parsed.raw), ("unreadable", parsed.unreadable)):
            if count:
                files = connection.read_parquet(_files(parsed, kind), union_by_name=True)
                stack.enter_context(registered(connection, f"_cdp_{kind}", files))
        yield


def _value(stream: Stream, column: str) -> str:
    is_json = any(declared.raw_name == column and declared.type is Type.JSON for declared in stream.columns)
    return f"CAST({quote(column)} AS JSON)" if is_json else quote(column)


def _files(parsed: Parsed, kind: str) -> list[str]:
    return [str(path) for path in sorted(parsed.folder.iterdir()) if path.name.startswith(kind)]


def _add_columns(connection: Connection, relation: str, names: list[str]) -> None:
    # before the transaction: DuckDB replays definitions and rows of one transaction badly after a crash
    for name in names:
        connection.execute(f"ALTER TABLE {relation} ADD COLUMN IF NOT EXISTS {quote(name)} VARCHAR")
