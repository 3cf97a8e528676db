"""The frames that identity takes and gives, column by column.

Here: names and types, and the coercion of a caller's frame to them. Not here: what the values mean to a rule.
"""

from collections.abc import Mapping

import polars as pl

ORGANIZATION = "organization"
PERSON = "person"
RECORD_TYPES = (ORGANIZATION, PERSON)

_UTC = pl.Datetime("us", "UTC")

Schema = Mapping[str, type[pl.DataType] | pl.DataType]

RECORD_SCHEMA: Schema = {
    "source_record_id": pl.String,
    "source_system": pl.String,
    "source_object": pl.String,
    "source_id": pl.String,
    "record_type": pl.String,
    "full_name": pl.String,
    "first_name": pl.String,
    "last_name": pl.String,
    "company_name": pl.String,
    "email": pl.String,
    "phone": pl.String,
    "website": pl.String,
    "tax_id": pl.String,
    "birth_date": pl.Date,
    "device_id": pl.String,
    "street": pl.String,
    "city": pl.String,
    "region": pl.String,
    "postal_code": pl.String,
    "country": pl.String,
    "created_at": _UTC,
    "updated_at": _UTC,
}

CROSSWALK_SCHEMA: Schema = {
    "source_record_id": pl.String,
    "source_system": pl.String,
    "source_object": pl.String,
    "source_id": pl.String,
    "record_type": pl.String,
    "customer_id": pl.String,
    "confidence": pl.Float64,
    "method": pl.String,
}

EDGE_SCHEMA: Schema = {
    "record_a": pl.String,
    "record_b": pl.String,
    "record_type": pl.String,
    "rule": pl.String,
    "confidence": pl.Float64,
    "evidence": pl.String,
    "weight": pl.Float64,
    "fields": pl.String,
    "status": pl.String,
    "veto": pl.String,
    "model_version": pl.String,
}

HEALTH_SCHEMA: Schema = {
    "record_type": pl.String,
    "identifier": pl.String,
    "value": pl.String,
    "names": pl.Int64,
    "records": pl.Int64,
}

POPULATION_SCHEMA: Schema = {"statistic": pl.String, "value": pl.String, "records": pl.Int64}

HISTORY_SCHEMA: Schema = {
    "customer_id": pl.String,
    "event": pl.String,
    "related_customer_id": pl.String,
    "cause": pl.String,
    "record_count": pl.Int64,
    "run_id": pl.String,
    "as_of": _UTC,
}

RUN_SCHEMA: Schema = {
    "run_id": pl.String,
    "as_of": _UTC,
    "measure": pl.String,
    "record_type": pl.String,
    "subject": pl.String,
    "value": pl.Int64,
}

ALIAS_SCHEMA: Schema = {
    "retired_customer_id": pl.String,
    "customer_id": pl.String,
    "since": _UTC,
    "successor_customer_id": pl.String,
}

HOUSEHOLD_SCHEMA: Schema = {"household_id": pl.String, "customer_id": pl.String, "evidence": pl.String}

PARENT_SCHEMA: Schema = {
    "customer_id": pl.String,
    "parent_customer_id": pl.String,
    "evidence": pl.String,
    "confidence": pl.Float64,
}

STRETCH_SCHEMA: Schema = {"customer_id": pl.String, "since_change": pl.Int64, "is_provisional": pl.Boolean}

LEDGER_SCHEMA: Schema = {
    "source_record_id": pl.String,
    "customer_id": pl.String,
    "record_type": pl.String,
    "since_change": pl.Int64,
    "is_provisional": pl.Boolean,
    "earlier": pl.List(pl.Struct(dict(STRETCH_SCHEMA))),
}

IDENTIFYING = ("source_record_id", "source_system", "source_object", "source_id", "record_type")


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
            columns.append(pl.col(name).cast(dtype).alias(name))
    return frame.select(columns)


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
