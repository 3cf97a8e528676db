"""A stream's contract: which raw rows count.

Here: the pandera schema built from the declaration, and the rules a row broke. Not here: what happens to a batch with too
many of them (`validate`).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

import orjson
import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from cdp_platform.sources.contract import Column, Stream, Type

POLARS_TYPE: dict[Type, type[pl.DataType] | pl.DataType] = {
    Type.TEXT: pl.String,
    Type.INTEGER: pl.Int64,
    Type.NUMBER: pl.Float64,
    Type.BOOLEAN: pl.Boolean,
    Type.TIMESTAMP: pl.Datetime("us", "UTC"),
    Type.DATE: pl.Date,
    Type.JSON: pl.String,
}
CLOCK_SKEW = timedelta(days=1)
CURSOR = "_cursor"

Rejection = tuple[str, str, str]
"""Raw id, rule, reason. A reason names columns and rules, never a value."""


@cache
def schema_of(stream: Stream) -> pa.DataFrameSchema:
    """The pandera schema of the stream's raw rows."""
    columns = {column.raw_name: _column(column) for column in stream.columns}
    return pa.DataFrameSchema(columns, name=stream.name)


def _column(column: Column) -> pa.Column:
    checks = []
    if column.required and column.type is Type.TEXT:
        checks.append(pa.Check.str_length(min_value=1, name="is_filled"))
    if column.one_of:
        checks.append(pa.Check.isin(column.one_of, name=f"one of {', '.join(column.one_of)}"))
    if column.pattern:
        checks.append(pa.Check.str_matches(column.pattern, name=f"matches {column.pattern}"))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, name=f"at least {column.minimum:g}"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, name=f"at most {column.maximum:g}"))
    return pa.Column(POLARS_TYPE[column.type], checks=checks, nullable=not column.required)


def rejections(rows: pl.DataFrame, stream: Stream, *, extracted_at: datetime) -> list[Rejection]:
    """The rules that the rows broke, at most one per row, column and rule.

    `rows` has the stream's columns, `_airbyte_raw_id`, `_airbyte_meta` and `_cursor`.
    """
    found = list(_schema_rejections(rows, stream))
    found += _critical_rejections(rows, stream)
    ahead = rows.filter(pl.col(CURSOR) > extracted_at + CLOCK_SKEW)["_airbyte_raw_id"]
    found += [(raw_id, "cursor_in_future", f"{stream.cursor} is more than a day ahead of the delivery") for raw_id in ahead]
    lacking = rows.filter(pl.col(CURSOR).is_null())["_airbyte_raw_id"]
    reported = {raw_id for raw_id, _, _ in found}
    found += [(raw_id, "no_cursor", f"{stream.cursor} is empty") for raw_id in lacking if raw_id not in reported]
    return found


def _schema_rejections(rows: pl.DataFrame, stream: Stream) -> Iterator[Rejection]:
    names = [column.raw_name for column in stream.columns]
    try:
        schema_of(stream).validate(rows.select(names), lazy=True)
    except SchemaErrors as errors:
        raw_ids = rows["_airbyte_raw_id"]
        cases = errors.failure_cases.select("column", "check", "index").drop_nulls("index").unique().sort("index", "column")
        for column, check, index in cases.iter_rows():
            rule = "required" if check in ("not_nullable", "is_filled") else "value"
            said = "must not be empty" if rule == "required" else f"must be {check}".replace("must be matches", "must match")
            yield raw_ids[index], rule, f"{stream.column(column).name} {said}"


def _critical_rejections(rows: pl.DataFrame, stream: Stream) -> list[Rejection]:
    critical = {column.raw_name: column.name for column in stream.columns if column.critical}
    changed = rows.filter(~pl.col("_airbyte_meta").str.contains('"changes":[]', literal=True))
    found = []
    for raw_id, meta in changed.select("_airbyte_raw_id", "_airbyte_meta").iter_rows():
        for change in orjson.loads(meta)["changes"]:
            if change["field"] in critical:
                name = critical[change["field"]]
                found.append((raw_id, "unreadable_value", f"{name} does not fit its type {stream.column(name).type}"))
    return found
