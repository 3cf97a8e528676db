"""A caller's frames made to fit: the columns and types of a schema, and records that can be resolved.

Here: coercion and refusal. Not here: the schemas (`schema`), the reading of files (`intake`).
"""

import polars as pl

from cdp_platform.identity.schema import IDENTIFYING, RECORD_SCHEMA, RECORD_TYPES, Schema


class UnusableRecords(ValueError):
    """The records cannot be resolved: a column is missing, an id is empty or repeated, or a record type is unknown."""


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The frame with exactly the schema's columns, in order and type; a column it lacks is null.

    Times without a zone are taken as UTC, dates may be ISO text. Raises polars' InvalidOperationError for other text.
    """
    columns = []
    for name, dtype in schema.items():
        if name not in frame.columns:
            columns.append(pl.lit(None, dtype=dtype).alias(name))
        elif isinstance(dtype, pl.Datetime) and isinstance(frame.schema[name], pl.Datetime):
            naive = frame.schema[name].time_zone is None  # type: ignore[attr-defined]
            moment = pl.col(name).dt.replace_time_zone("UTC") if naive else pl.col(name).dt.convert_time_zone("UTC")
            columns.append(moment.cast(dtype).alias(name))
        elif dtype == pl.Date and frame.schema[name] == pl.String:
            columns.append(pl.col(name).str.to_date("%Y-%m-%d").alias(name))
        else:
            columns.append(_cast(name, frame.schema[name], dtype))
    return frame.select(columns)


def _cast(name: str, found: pl.DataType, wanted: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """The column in the wanted type. An engine that keeps lists of objects as JSON sorts the objects' keys."""
    column = pl.col(name)
    if isinstance(found, pl.List) and isinstance(wanted, pl.List):
        inner, ours = found.inner, wanted.inner
        if isinstance(inner, pl.Struct) and isinstance(ours, pl.Struct):
            names = [field.name for field in ours.fields]
            if [field.name for field in inner.fields] != names:
                column = column.list.eval(pl.struct(pl.element().struct.field(name) for name in names))
    return column.cast(wanted)


def checked_records(records: pl.DataFrame) -> pl.DataFrame:
    """The records in their schema, sorted by `source_record_id`, so that row numbers do not depend on arrival.

    Raises UnusableRecords.
    """
    missing = [name for name in IDENTIFYING if name not in records.columns]
    if missing:
        raise UnusableRecords(f"the records lack the columns: {', '.join(missing)}")
    records = conform(records, RECORD_SCHEMA)
    if not records["source_record_id"].is_sorted():
        records = records.sort("source_record_id")
    empty = records["source_record_id"].null_count()
    repeated = records.height - records["source_record_id"].n_unique()
    strange = records.filter(~pl.col("record_type").is_in(RECORD_TYPES) | pl.col("record_type").is_null()).height
    if empty or repeated or strange:
        raise UnusableRecords(
            f"of {records.height} records {empty} have no source_record_id, {repeated} repeat one, "
            f"{strange} are neither {' nor '.join(RECORD_TYPES)}"
        )
    return records


def empty(schema: Schema) -> pl.DataFrame:
    """A frame of the schema without rows: the ledger, aliases or exceptions of a first run."""
    return pl.DataFrame(schema=dict(schema))
