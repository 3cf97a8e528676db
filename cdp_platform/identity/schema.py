"""The frames that identity takes and gives, column by column.

Here: names and types. Not here: the coercion of a caller's frame to them (`frames`), what the values mean to a rule.
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
