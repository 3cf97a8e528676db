"""A stream's contract: which raw rows count.

Here: the pandera schema built from the declaration, and the rules a row broke. Not here: what happens to a batch with
too many of them (`judge`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from cdp_platform.landing.tables import cursor_columns
from cdp_platform.sources.contract import Classification, Column, Stream, Type

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
NUMERIC = (Type.NUMBER, Type.INTEGER)
LARGEST_EXACT = 2**53 // 100
"""The largest amount of money whose cents a double still tells apart."""

NOTHING = pl.DataFrame(schema={"raw_id": pl.String, "rule": pl.String, "reason": pl.String})


@dataclass(frozen=True)
class Rule:
    """One promise of a column: `name` as quarantine lists it, `says` as people read it, and how it is checked."""

    name: str
    says: str
    check: pa.Check


@cache
def rules_of(column: Column) -> tuple[Rule, ...]:
    """The rules of a column's values; that it is not null is the schema's."""
    rules = []
    if column.required and column.type is Type.TEXT:
        rules.append(Rule("required", "must not be empty", pa.Check.str_contains(r"\S")))
    if column.one_of:
        rules.append(Rule("value", f"must be one of {', '.join(column.one_of)}", pa.Check.isin(column.one_of)))
    if column.pattern:
        rules.append(Rule("value", f"must match {column.pattern}", pa.Check.str_matches(column.pattern)))
    if column.minimum is not None:
        rules.append(Rule("value", f"must be at least {column.minimum:g}", pa.Check.ge(column.minimum)))
    if column.maximum is not None:
        rules.append(Rule("value", f"must be at most {column.maximum:g}", pa.Check.le(column.maximum)))
    if column.critical and column.classification is Classification.CONFIDENTIAL and column.type in NUMERIC:
        exact = pa.Check.in_range(-LARGEST_EXACT, LARGEST_EXACT)
        rules.append(Rule("value", f"must lie within {LARGEST_EXACT:,}, where cents are exact", exact))
    return tuple(rules)


@cache
def schema_of(stream: Stream) -> pa.DataFrameSchema:
    """The pandera schema of the stream's raw rows: every column that promises anything."""
    columns = {
        column.raw_name: pa.Column(
            POLARS_TYPE[column.type], checks=[rule.check for rule in rules_of(column)], nullable=not column.required
        )
        for column in stream.columns
        if column.required or rules_of(column)
    }
    return pa.DataFrameSchema(columns, name=stream.name)


def rejections(rows: pl.DataFrame, stream: Stream, *, extracted_at: datetime) -> pl.DataFrame:
    """The rules that rows broke, each once per row: raw_id, rule, reason. A reason names columns and rules, never a
    value.

    `rows` has the columns of `schema_of`, `_airbyte_raw_id`, `_airbyte_meta` and `_cursor`.
    """
    unreadable = _unreadable(rows, stream)
    broken = _broken(rows, stream).join(unreadable, on=["raw_id", "column"], how="anti")
    found = pl.concat([unreadable, broken]).select("raw_id", "rule", "reason")
    name = ", then ".join(column.name for column in cursor_columns(stream))
    ahead = _all(
        rows.filter(pl.col(CURSOR) > extracted_at + CLOCK_SKEW), "cursor_in_future", f"{name} is over a day ahead"
    )
    lacking = _all(rows.filter(pl.col(CURSOR).is_null()), "no_cursor", f"{name} is empty").join(
        found, on="raw_id", how="anti"
    )
    return pl.concat([found, ahead, lacking]).unique(maintain_order=True)


def _all(rows: pl.DataFrame, rule: str, reason: str) -> pl.DataFrame:
    return rows.select(pl.col("_airbyte_raw_id").alias("raw_id"), rule=pl.lit(rule), reason=pl.lit(reason))


def _broken(rows: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """Rows, and the columns and rules that pandera found broken."""
    schema = schema_of(stream)
    try:
        schema.validate(rows.select(list(schema.columns)), lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        if cases["index"].null_count():
            raise  # not a row's fault: the raw table is not what was declared
        said = pl.DataFrame(_sentences(stream), schema=["column", "check_number", "rule", "reason"], orient="row")
        return (
            cases.select("column", "check_number", raw_id=rows["_airbyte_raw_id"].gather(cases["index"]))
            .with_columns(pl.col("check_number").fill_null(-1).cast(pl.Int64))
            .join(said, on=["column", "check_number"], maintain_order="left")
            .select("raw_id", "rule", "reason", "column")
        )
    return NOTHING.with_columns(column=pl.lit(None, pl.String))


def _sentences(stream: Stream) -> list[tuple[str, int, str, str]]:
    sentences = [(c.raw_name, -1, "required", f"{c.name} must not be empty") for c in stream.columns if c.required]
    for column in stream.columns:
        for number, rule in enumerate(rules_of(column)):
            sentences.append((column.raw_name, number, rule.name, f"{column.name} {rule.says}"))
    return sentences


def _unreadable(rows: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """Rows in which a column that must not be guessed held something else than its type."""
    changed = rows.filter(~pl.col("_airbyte_meta").str.contains('"changes":[]', literal=True))
    said = pl.col("_airbyte_meta").str.to_lowercase()  # landing notes the raw name, a destination the vendor's
    found = [NOTHING.with_columns(column=pl.lit(None, pl.String))]
    for column in stream.columns:
        if column.critical or column.name in stream.key or column in cursor_columns(stream):
            noted = said.str.contains(f'"field":"{column.raw_name}"', literal=True)
            reason = f"{column.name} does not fit its type {column.type}"
            found.append(
                _all(changed.filter(noted), "unreadable_value", reason).with_columns(column=pl.lit(column.raw_name))
            )
    return pl.concat(found)
