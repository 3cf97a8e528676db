"""One file becomes one delivery: parsed without the warehouse, loaded in one transaction.

Here: parsing to a temporary Parquet file, then raw rows, unreadable rows and the ledger entry, all or nothing. Not here:
whether the rows count (`validate`).
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cdp_platform.landing.files import LandedFile
from cdp_platform.landing.readers import Unreadable, UnreadableFile, read
from cdp_platform.landing.tables import raw_columns, raw_relation
from cdp_platform.landing.typed import ColumnStatistics, cast_chunk
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse.duckdb import Connection, quote, scalar, scratch, transaction


@dataclass
class Parsed:
    """A file that was read: its rows in `rows_file`, what could not be read, and what its columns looked like."""

    file: LandedFile
    sha256: str
    bytes: int
    rows_file: Path | None = None
    raw: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    statistics: ColumnStatistics = field(default_factory=ColumnStatistics)

    @property
    def delivered(self) -> int:
        """Rows delivered; an unreadable file counts as one."""
        return self.raw + len(self.unreadable)

    @property
    def is_unreadable(self) -> bool:
        """The file as a whole could not be read."""
        return self.rows_file is None


def delivery_hash(file: LandedFile, stream: Stream) -> str:
    """What a delivery is remembered by: its bytes; with its name where each file is a snapshot, for then a repeat means something."""
    digest = file.sha256()
    if stream.deletes is Deletes.ABSENCE:
        return hashlib.sha256(f"{file.name}\n{digest}".encode()).hexdigest()
    return digest


def parse(file: LandedFile, sha256: str, stream: Stream, folder: Path, *, sync_id: int) -> Parsed:
    """Read and type a file into `folder`; touches no warehouse. A file that breaks off counts as unreadable as a whole."""
    parsed = Parsed(file, sha256, file.path.stat().st_size)
    target = folder / f"{sha256}.parquet"
    writer: pq.ParquetWriter | None = None
    try:
        with scratch() as connection:
            for chunk in read(file, stream):
                parsed.unreadable += chunk.unreadable
                rows = cast_chunk(
                    connection, chunk.table, stream, raw_id_prefix=sha256[:16], sync_id=sync_id, statistics=parsed.statistics
                )
                if writer is None:
                    writer = pq.ParquetWriter(target, rows.schema)
                elif rows.schema != writer.schema:
                    rows, writer = _widen(rows, writer, target)
                writer.write_table(rows)
                parsed.raw += rows.num_rows
        parsed.rows_file = target
    except UnreadableFile as error:
        parsed.unreadable = [Unreadable(0, str(error))]
        parsed.raw = 0
        parsed.statistics = ColumnStatistics()
    finally:
        if writer is not None:
            writer.close()
    return parsed


def _widen(rows: pa.Table, writer: pq.ParquetWriter, target: Path) -> tuple[pa.Table, pq.ParquetWriter]:
    """A later chunk brought other undeclared columns: rewrite what was written with the union of both."""
    writer.close()
    earlier = pq.read_table(target)
    both = pa.concat_tables([earlier, rows], promote_options="default")
    writer = pq.ParquetWriter(target, both.schema)
    writer.write_table(both.slice(0, earlier.num_rows))
    return both.slice(earlier.num_rows), writer


def load(connection: Connection, source: Source, stream: Stream, parsed: Parsed, *, delivery_id: int) -> None:
    """Write a parsed file: raw rows, quarantine of what was unreadable, and the ledger entry, in one transaction."""
    relation = raw_relation(source, stream)
    new_columns = parsed.statistics.new_columns(stream)
    existing = {row[0] for row in connection.execute(f"SELECT column_name FROM (DESCRIBE {relation})").fetchall()}
    for name in new_columns:
        if name not in existing:
            connection.execute(f"ALTER TABLE {relation} ADD COLUMN {quote(name)} VARCHAR")
    now = datetime.now(UTC)
    newest = "SELECT max(extracted_at) FROM ops.landed_file WHERE source_system = ? AND stream = ?"
    last = scalar(connection, newest, [source.name, stream.table])
    extracted_at = max(now, last + timedelta(microseconds=1)) if last else now
    with transaction(connection):
        if parsed.rows_file is not None and parsed.raw:
            columns = [c for c in raw_columns(stream) if c != "_airbyte_extracted_at"] + new_columns
            listed = ", ".join(quote(column) for column in columns)
            connection.execute(
                f"INSERT INTO {relation} (_airbyte_extracted_at, {listed}) SELECT ?, {listed} FROM read_parquet(?)",
                [extracted_at, str(parsed.rows_file)],
            )
        for item in parsed.unreadable:
            connection.execute(
                "INSERT INTO quarantine.rejected_row VALUES (?, ?, ?, 'unreadable', ?, NULL, ?, ?, ?, ?, ?, 'open', NULL)",
                [
                    f"{parsed.sha256[:16]}-{item.row_number}", source.name, stream.table, item.reason, item.text,
                    parsed.file.name, item.row_number, delivery_id, now,
                ],
            )  # fmt: skip
        connection.execute(
            "INSERT INTO ops.landed_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
            [
                delivery_id, source.name, stream.table, parsed.file.name, parsed.sha256, parsed.file.format, parsed.bytes,
                now, extracted_at, parsed.delivered, parsed.raw, len(parsed.unreadable), parsed.statistics.drift(stream),
                ", ".join(new_columns) or None, "unreadable" if parsed.is_unreadable else "pending",
            ],
        )  # fmt: skip
