"""How one delivered column becomes its declared type, as SQL.

DuckDB's casts are more generous than a contract may be ('1_000', 'epoch', 'infinity', 1.5 to 2, years before Christ):
they are narrowed first. Here: the expression, and which delivered types it takes. Not here: rows, and what becomes of a
value that does not fit (`typed`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from cdp_platform.landing.parquet_rows import is_text
from cdp_platform.sources.contract import Column, Type
from cdp_platform.warehouse.connection import quote

LATEST_EPOCH = 253402300799
_TIME = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?( ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?"
_MOMENT = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ]{_TIME})?"
_NUMBER = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
_WHOLE = "[+-]?[0-9]+([.]0*)?"


def _is_number(type_: pa.DataType) -> bool:
    return pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)


TAKES: dict[Type, Callable[[pa.DataType], bool]] = {
    Type.TEXT: lambda _: False,
    Type.INTEGER: _is_number,
    Type.NUMBER: _is_number,
    Type.BOOLEAN: lambda t: pa.types.is_boolean(t) or pa.types.is_integer(t),
    Type.TIMESTAMP: pa.types.is_timestamp,
    Type.DATE: lambda t: pa.types.is_date(t) or pa.types.is_timestamp(t),
    Type.JSON: pa.types.is_nested,
}
"""The delivered types that a column of a declared type may have, besides text and nothing at all."""


@dataclass(frozen=True)
class Cast:
    """SQL of the typed value; SQL that says whether anything was delivered, or None where the value always fits."""

    value: str
    is_filled: str | None = None


def is_retyped(column: Column, delivered: pa.DataType) -> bool:
    """The delivered type is another kind of thing than the declared one, whatever its values."""
    return not (is_text(delivered) or pa.types.is_null(delivered) or TAKES[column.type](delivered))


def cast_of(column: Column, delivered: pa.DataType, *, is_epoch_cursor: bool, is_key: bool) -> Cast:
    """The cast of a delivered column. An epoch that orders versions must be a moment; a key is never an object."""
    name = quote(column.raw_name)
    if column.type is Type.TEXT and is_text(delivered):
        if not is_key:
            return Cast(name)
        return Cast(f"CASE WHEN {name}[1] NOT IN ('{{', '[') THEN {name} END", f"{name} IS NOT NULL")
    if column.type is Type.INTEGER and pa.types.is_signed_integer(delivered) and not is_epoch_cursor:
        return Cast(name)
    if column.type is Type.BOOLEAN and pa.types.is_boolean(delivered):
        return Cast(name)
    if column.type is Type.TIMESTAMP and pa.types.is_timestamp(delivered) and delivered.tz is not None:
        return Cast(_in_calendar(f"CAST({name} AS TIMESTAMPTZ)"), f"{name} IS NOT NULL")
    if column.type is Type.DATE and pa.types.is_date(delivered):
        return Cast(_in_calendar(name, "DATE"), f"{name} IS NOT NULL")
    text = as_text(column.raw_name, delivered)
    if column.type in (Type.TEXT, Type.JSON):
        kept = (
            text
            if column.type is Type.TEXT
            else f"CASE WHEN ltrim({text})[1] IN ('{{', '[') AND json_valid({text}) THEN {text} END"
        )
        return Cast(kept, f"{text} IS NOT NULL")
    trimmed = f"trim({text})"
    return Cast(_parsed(column, trimmed, is_epoch_cursor=is_epoch_cursor), f"nullif({trimmed}, '') IS NOT NULL")


def as_text(name: str, delivered: pa.DataType) -> str:
    """A delivered column as text: an object or array as JSON."""
    return (
        f"CAST(to_json({quote(name)}) AS VARCHAR)"
        if pa.types.is_nested(delivered)
        else f"CAST({quote(name)} AS VARCHAR)"
    )


def _parsed(column: Column, text: str, *, is_epoch_cursor: bool) -> str:
    match column.type:
        case Type.INTEGER:
            whole = f"TRY_CAST(regexp_replace({text}, '[.]0*$', '') AS BIGINT)"
            fits = f"AND {whole} BETWEEN 0 AND {LATEST_EPOCH}" if is_epoch_cursor else ""
            return f"CASE WHEN regexp_full_match({text}, '{_WHOLE}') {fits} THEN {whole} END"
        case Type.NUMBER:
            number = f"TRY_CAST({text} AS DOUBLE)"
            return f"CASE WHEN regexp_full_match({text}, '{_NUMBER}') AND isfinite({number}) THEN {number} END"
        case Type.BOOLEAN:
            return f"TRY_CAST(lower({text}) AS BOOLEAN)"
        case Type.TIMESTAMP:
            moment = _in_calendar(f"TRY_CAST({text} AS TIMESTAMPTZ)")
            return f"CASE WHEN regexp_full_match({text}, '{_MOMENT}') THEN {moment} END"
        case _:
            # the day as it was written: a time zone behind it must not move a business date
            day = _in_calendar(f"TRY_CAST(left({text}, 10) AS DATE)", "DATE")
            moment = f"regexp_full_match({text}, '{_MOMENT}') AND TRY_CAST({text} AS TIMESTAMPTZ) IS NOT NULL"
            return f"CASE WHEN {moment} THEN {day} END"


def _in_calendar(value: str, type_: str = "TIMESTAMPTZ") -> str:
    """Null outside the years 1 to 9999, which no reader of the data can express."""
    last = "9999-12-31" if type_ == "DATE" else "9999-12-31 23:59:59.999999+00"
    return f"CASE WHEN {value} BETWEEN {type_} '0001-01-01' AND {type_} '{last}' THEN {value} END"
