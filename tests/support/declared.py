"""Rows as a stream's declaration promises them, for every source that there is or will be.

Here: good values of every declared column. Not here: what may be wrong with them (`tests/landing`).
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from cdp_platform.landing.tables import cursor_columns
from cdp_platform.sources import SOURCES, Stream
from cdp_platform.sources.contract import Column, Deletes, Type

ARROW = {
    Type.TEXT: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.TIMESTAMP: pa.timestamp("us", "UTC"),
    Type.DATE: pa.date32(),
    Type.JSON: pa.string(),
}
MOMENT = datetime(2026, 3, 1, 10, tzinfo=UTC)
WORDS = ("EUR", "DE", "a@mail.example", "2026-03", "1", "a")
STREAMS = [(source, stream) for source in SOURCES for stream in source.streams]
NAMES = [f"{source.name}.{stream.table}" for source, stream in STREAMS]


def value(stream: Stream, column: Column, row: int) -> Any:
    """A good value of a column."""
    match column.type:
        case Type.TEXT:
            return _text(stream, column, row)
        case Type.INTEGER if column in cursor_columns(stream):
            return int(MOMENT.timestamp()) + row
        case Type.INTEGER | Type.NUMBER:
            lowest = max(column.minimum or 0, 0)
            number = min(lowest + row, column.maximum if column.maximum is not None else lowest + row)
            return int(number) if column.type is Type.INTEGER else float(number)
        case Type.BOOLEAN:
            return False
        case Type.TIMESTAMP:
            return MOMENT + timedelta(seconds=row)
        case Type.DATE:
            return date(2026, 3, 1) + timedelta(days=row)
        case Type.JSON:
            return '{"a":1}'


def _text(stream: Stream, column: Column, row: int) -> str:
    if column.name in stream.key:
        return f"key-{row}"
    if column.one_of:
        return column.one_of[0]
    if column.pattern:
        return next(word for word in WORDS if re.search(column.pattern, word))
    return "text"


def rows(stream: Stream, count: int) -> pa.Table:
    """Good rows in the declared types; nobody is deleted."""
    gone = (stream.delete_column or "").lower() if stream.deletes is Deletes.TOMBSTONE else None
    columns = {
        c.name: pa.array([None if c.raw_name == gone else value(stream, c, n) for n in range(count)], ARROW[c.type])
        for c in stream.columns
    }
    return pa.table(columns)
