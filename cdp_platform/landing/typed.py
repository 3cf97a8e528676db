"""Turning delivered values into a stream's declared types, as Airbyte's destination does.

A value that does not fit becomes null and is noted in `_airbyte_meta.changes`. Here: that, and telling a drifted delivery
(a column missing, retyped or new) from a good one. Not here: judging rows (`contract`).
"""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa

from cdp_platform.landing.readers import ROW_NUMBER
from cdp_platform.sources.contract import Column, Stream, Type
from cdp_platform.warehouse.duckdb import Connection, quote

RETYPED_SHARE = 0.5
FEW_ROWS = 10


@dataclass
class ColumnStatistics:
    """What a delivery's columns looked like, over all its chunks."""

    rows: int = 0
    seen: set[str] = field(default_factory=set)
    filled: Counter[str] = field(default_factory=Counter)
    nulled: Counter[str] = field(default_factory=Counter)

    def drift(self, stream: Stream) -> str | None:
        """The sentence that says which declared column is missing or retyped, or None."""
        faults = []
        if self.rows:
            missing = [c.name for c in stream.columns if not c.optional and c.raw_name not in self.seen]
            if missing:
                faults.append(f"missing column {', '.join(missing)}")
        for column in stream.columns:
            nulled, filled = self.nulled[column.raw_name], self.filled[column.raw_name]
            if nulled >= FEW_ROWS and nulled > RETYPED_SHARE * filled:
                faults.append(f"retyped column {column.name}: {nulled} of {filled} values are not {column.type}")
        return "; ".join(faults) or None

    def new_columns(self, stream: Stream) -> list[str]:
        """Delivered columns that nobody declared."""
        return sorted(self.seen - {column.raw_name for column in stream.columns})


def cast_chunk(
    connection: Connection, table: pa.Table, stream: Stream, *, raw_id_prefix: str, sync_id: int, statistics: ColumnStatistics
) -> pa.Table:
    """The chunk as raw rows without `_airbyte_extracted_at`: raw id, meta, generation, declared columns, then new ones as text."""
    present = [name for name in table.column_names if name != ROW_NUMBER]
    delivered = {name: _is_nested(table.schema.field(name).type) for name in present}
    casts, changes, tallies = [], [], []
    for column in stream.columns:
        name = column.raw_name
        if name not in delivered:
            casts.append(f"NULL::VARCHAR AS {quote(name)}")
            continue
        value = f"to_json({quote(name)})" if delivered[name] else quote(name)
        arrow_type = table.schema.field(name).type
        cast = value if _fits(column, arrow_type) else _cast(column, value, _is_text(arrow_type))
        casts.append(f"CAST({cast} AS {_staged(column)}) AS {quote(name)}")
        failed = f"({_filled(column, value)} AND {cast} IS NULL)"
        changes.append(
            f"CASE WHEN {failed} THEN "
            f"'{{\"field\":\"{name}\",\"change\":\"NULLED\",\"reason\":\"DESTINATION_TYPECAST_ERROR\"}}' END"
        )
        tallies.append(f"count(*) FILTER ({_filled(column, value)}), count(*) FILTER ({failed})")
    declared = {column.raw_name for column in stream.columns}
    casts += [
        f"CAST({f'to_json({quote(name)})' if delivered[name] else quote(name)} AS VARCHAR) AS {quote(name)}"
        for name in present
        if name not in declared
    ]
    connection.register("delivered_chunk", table)
    try:
        noted = f"concat_ws(',', {', '.join(changes)})" if changes else "''"
        result = connection.sql(
            f"SELECT {_raw_id(raw_id_prefix)} AS _airbyte_raw_id, "
            f"'{{\"sync_id\":{sync_id},\"changes\":[' || {noted} || ']}}' AS _airbyte_meta, "
            f"0::BIGINT AS _airbyte_generation_id, {', '.join(casts)} FROM delivered_chunk"
        ).to_arrow_table()
        counts = connection.execute(f"SELECT {', '.join(tallies) or '0'} FROM delivered_chunk").fetchall()[0]
    finally:
        connection.unregister("delivered_chunk")
    statistics.rows += table.num_rows
    if table.num_rows:
        statistics.seen |= set(present)
    judged = [column.raw_name for column in stream.columns if column.raw_name in delivered]
    for index, name in enumerate(judged):
        statistics.filled[name] += counts[2 * index]
        statistics.nulled[name] += counts[2 * index + 1]
    return result


def _raw_id(prefix: str) -> str:
    """A UUID's text made of 16 hex digits of the file's hash and the row number, so that a retry writes the same id."""
    number = f"lpad(to_hex({ROW_NUMBER}), 16, '0')"
    return f"'{prefix[:8]}-{prefix[8:12]}-{prefix[12:16]}-' || left({number}, 4) || '-' || right({number}, 12)"


def decode_raw_id(raw_id: str) -> tuple[str, int]:
    """The first 16 hex digits of the delivering file's sha256, and the row number in it (from 1)."""
    digits = raw_id.replace("-", "")
    return digits[:16], int(digits[16:], 16)


def _is_text(type_: pa.DataType) -> bool:
    return pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_)


def _fits(column: Column, type_: pa.DataType) -> bool:
    """The delivered type is the declared one already: nothing to parse, nothing that can fail."""
    return {
        Type.TEXT: _is_text,
        Type.INTEGER: lambda t: pa.types.is_signed_integer(t),
        Type.BOOLEAN: pa.types.is_boolean,
        Type.TIMESTAMP: lambda t: pa.types.is_timestamp(t) and t.tz is not None,
        Type.DATE: pa.types.is_date,
    }.get(column.type, lambda _: False)(type_)


def _is_nested(type_: pa.DataType) -> bool:
    return pa.types.is_nested(type_)


def _staged(column: Column) -> str:
    return {
        Type.INTEGER: "BIGINT",
        Type.NUMBER: "DOUBLE",
        Type.BOOLEAN: "BOOLEAN",
        Type.TIMESTAMP: "TIMESTAMPTZ",
        Type.DATE: "DATE",
    }.get(column.type, "VARCHAR")


def _filled(column: Column, value: str) -> str:
    if column.type in (Type.TEXT, Type.JSON):
        return f"{value} IS NOT NULL"
    return f"nullif(trim(CAST({value} AS VARCHAR)), '') IS NOT NULL"


def _cast(column: Column, value: str, is_text: bool) -> str:
    """DuckDB's casts are more generous than a contract may be (1.5 to 2, 'epoch', 'infinity'): narrow them first."""
    as_text = f"trim(CAST({value} AS VARCHAR))"
    match column.type:
        case Type.TEXT:
            return f"CAST({value} AS VARCHAR)"
        case Type.JSON:
            return f"CASE WHEN json_valid(CAST({value} AS VARCHAR)) THEN CAST({value} AS VARCHAR) END"
        case Type.INTEGER:
            whole = f"regexp_full_match({as_text}, '[+-]?[0-9]+([.]0*)?')"
            return f"CASE WHEN {whole} THEN TRY_CAST(regexp_replace({as_text}, '[.]0*$', '') AS BIGINT) END"
        case Type.NUMBER:
            number = f"TRY_CAST({as_text if is_text else value} AS DOUBLE)"
            return f"CASE WHEN isfinite({number}) THEN {number} END"
        case Type.BOOLEAN:
            return f"TRY_CAST(lower({as_text}) AS BOOLEAN)"
        case Type.TIMESTAMP:
            return f"CASE WHEN regexp_matches({as_text}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN TRY_CAST({as_text} AS TIMESTAMPTZ) END"
        case Type.DATE:
            return f"CASE WHEN regexp_matches({as_text}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN TRY_CAST(left({as_text}, 10) AS DATE) END"
