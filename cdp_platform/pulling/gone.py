"""Deletes that no row tells of: what raw takes for current and the table no longer has becomes a row that says so.

The row has what was last known of it, so that it keeps its contract, and the sync's moment as cursor and as time of its
deletion. Here: that comparison. Not here: rows that say themselves that they are gone (they are read like any).
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.tables import raw_columns
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes, Type
from cdp_platform.warehouse.connection import Connection, quote, registered, scalar

COMPARED = (Deletes.TOMBSTONE, Deletes.FLAG)
FEW = 100
MOST_SHARE = 0.5
CHUNK_ROWS = 100_000


def deletions(
    connection: Connection, source: Source, stream: Stream, keys: Path, moment: str
) -> Iterator[pa.RecordBatch]:
    """The current rows of raw whose key is not in `keys`, a Parquet file of texts, as rows that were deleted then."""
    told = ", ".join(_told(stream, name, moment) for name in raw_columns(stream) if not name.startswith("_airbyte_"))
    same = " AND ".join(f"_cdp_key.{quote(k)} = CAST(known.{quote(k)} AS VARCHAR)" for k in map(str.lower, stream.key))
    with registered(connection, "_cdp_key", connection.read_parquet([str(keys)], union_by_name=True)):
        yield from connection.sql(
            f"SELECT {told} FROM ({fate_sql(source, stream)}) AS known "
            f"WHERE fate = 'current' AND NOT EXISTS (SELECT 1 FROM _cdp_key WHERE {same})"
        ).to_arrow_reader(CHUNK_ROWS)


def _told(stream: Stream, name: str, moment: str) -> str:
    now = f"CAST('{moment}' AS TIMESTAMPTZ)"
    if name == (stream.delete_column or "").lower():
        return f"{'true' if stream.deletes is Deletes.FLAG else now} AS {quote(name)}"
    if name == stream.cursor.lower():
        is_epoch = stream.column(name).type is Type.INTEGER
        return f"greatest({quote(name)}, {f'CAST(epoch({now}) AS BIGINT)' if is_epoch else now}) AS {quote(name)}"
    return quote(name)


def too_many(connection: Connection, source: Source, stream: Stream, gone: int, left: int) -> str | None:
    """Why so many deletes are more likely a fault, or None."""
    known = f"SELECT count(*) FROM ({fate_sql(source, stream)}) AS known WHERE fate = 'current'"
    if not gone or (left and gone <= FEW):
        return None
    share = gone / int(scalar(connection, known))
    if left and share <= MOST_SHARE:
        return None
    said = f"{gone:,} rows that were there are gone, {left:,} are left"
    remedy = f"look at the table; if it is true, `cdp pull {source.name} --accept-deletes`"
    return f"{source.name}.{stream.table}: {said}; none of these deletes counts: {remedy}"
