"""Turning delivered values into a stream's declared types, as Airbyte's destination does.

A value that does not fit becomes null and is noted in `_airbyte_meta.changes`. Here: that, and the raw ids. Not here:
the casts themselves (`casts`), judging rows (`contract`).
"""

import pyarrow as pa
import pyarrow.compute as pc

from cdp_platform.landing.casts import Cast, as_text, cast_of, is_retyped
from cdp_platform.landing.chunk import Chunk
from cdp_platform.landing.drift import ColumnStatistics
from cdp_platform.landing.tables import cursor_columns
from cdp_platform.sources import Stream
from cdp_platform.sources.contract import Column, Type
from cdp_platform.warehouse.connection import Connection, quote

NUMBER = "_cdp_row_number"
STAGED = {
    Type.INTEGER: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.BOOLEAN: "BOOLEAN",
    Type.TIMESTAMP: "TIMESTAMPTZ",
    Type.DATE: "DATE",
}


def cast_chunk(
    connection: Connection, chunk: Chunk, stream: Stream, *, raw_id_prefix: str, statistics: ColumnStatistics
) -> pa.Table:
    """The chunk as raw rows: id, meta (its changes only), generation, declared columns, then the others as text."""
    delivered = {name: chunk.table.schema.field(name).type for name in chunk.table.column_names}
    statistics.add_columns(delivered, chunk.table.num_rows)
    casts = {c.raw_name: _cast(c, delivered[c.raw_name], stream) for c in stream.columns if c.raw_name in delivered}
    outer, inner = [], [NUMBER]
    for column in stream.columns:
        name, staged = column.raw_name, STAGED.get(column.type, "VARCHAR")
        value = casts[name].value if name in casts else "NULL"
        inner.append(f"CAST({value} AS {staged}) AS {quote(name)}")
        outer.append(quote(name))
        if name in delivered and is_retyped(column, delivered[name]):
            statistics.retyped[name] = str(delivered[name])
    for name in delivered.keys() - {column.raw_name for column in stream.columns}:
        inner.append(f"{as_text(name, delivered[name])} AS {quote(name)}")
        outer.append(quote(name))
    fallible = [name for name, cast in casts.items() if cast.is_filled]
    inner += [f"({casts[name].is_filled}) AS _cdp_filled_{i}" for i, name in enumerate(fallible)]
    changes = "".join(f", {_change(name, i)}" for i, name in enumerate(fallible))
    connection.register("_cdp_delivered", chunk.table.append_column(NUMBER, chunk.numbers))
    try:
        rows = connection.sql(
            f"SELECT {_raw_id(raw_id_prefix)} AS _airbyte_raw_id, "
            f"'[' || concat_ws(',', NULL{changes}) || ']' AS _airbyte_meta, "
            f"0::BIGINT AS _airbyte_generation_id, {', '.join(outer)}"
            f"{''.join(f', _cdp_filled_{i}' for i in range(len(fallible)))} "
            f"FROM (SELECT {', '.join(inner)} FROM _cdp_delivered)"
        ).to_arrow_table()
    finally:
        connection.unregister("_cdp_delivered")
    for i, name in enumerate(fallible):
        filled = rows[f"_cdp_filled_{i}"]
        statistics.filled[name] += pc.sum(filled).as_py() or 0
        statistics.nulled[name] += pc.sum(pc.and_(filled, pc.is_null(rows[name]))).as_py() or 0
    return rows.drop_columns([f"_cdp_filled_{i}" for i in range(len(fallible))])


def _cast(column: Column, delivered: pa.DataType, stream: Stream) -> Cast:
    return cast_of(
        column, delivered, is_epoch_cursor=column in cursor_columns(stream), is_key=column.name in stream.key
    )


def _change(name: str, index: int) -> str:
    noted = f'{{"field":"{name}","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}}'
    return f"CASE WHEN _cdp_filled_{index} AND {quote(name)} IS NULL THEN '{noted}' END"


def _raw_id(prefix: str) -> str:
    """A UUID's text made of 16 hex digits of the file's hash and the row number, so that a retry writes the same id."""
    number = f"lpad(to_hex({NUMBER}), 16, '0')"
    return f"'{prefix[:8]}-{prefix[8:12]}-{prefix[12:16]}-' || left({number}, 4) || '-' || right({number}, 12)"


def decode_raw_id(raw_id: str) -> tuple[str, int | None]:
    """The first 16 hex digits of the delivery's sha256, and the number of the row in it (from 1).

    None where the id is a random UUID, as Airbyte gives them: there the highest bit of that number is always set.
    """
    digits = raw_id.replace("-", "")
    number = int(digits[16:], 16)
    return digits[:16], number if number < 2**63 else None
