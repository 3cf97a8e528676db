"""People's exceptions to the rules: their columns, their form, and which are in force on a day.

Here: the schema, the status of every exception, the records it means. Not here: the file they are kept in, whether
they contradict each other (`conflicts`), or how one changes a cluster (`decide`).
"""

from datetime import UTC, date, datetime

import polars as pl

from cdp_platform.identity.frames import conform
from cdp_platform.identity.schema import Schema

FORCE_MATCH, NEVER_MATCH, EXCLUDE, PIN_ID = "force_match", "never_match", "exclude", "pin_id"
APPLIED, UNAPPROVED, NOT_YET, EXPIRED = "applied", "waiting_for_approval", "not_yet_valid", "expired"
UNKNOWN_RECORD, AMBIGUOUS_RECORD = "unknown_record", "ambiguous_record"

EXCEPTION_SCHEMA: Schema = {
    "exception_id": pl.String,
    "action": pl.String,
    "source_system_a": pl.String,
    "source_id_a": pl.String,
    "source_system_b": pl.String,
    "source_id_b": pl.String,
    "customer_id": pl.String,
    "requester": pl.String,
    "approver": pl.String,
    "rationale": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
}

_PAIRED = (FORCE_MATCH, NEVER_MATCH)


class RefusedExceptions(ValueError):
    """The exceptions cannot be applied as they stand; the message names them."""


class MalformedExceptions(RefusedExceptions):
    """An exception has no id of its own, an unknown action, or lacks what its action needs."""


def statuses(frame: pl.DataFrame, records: pl.DataFrame, *, as_of: datetime | None = None) -> pl.DataFrame:
    """Every exception, by id: its `action`, `status`, `record_a`, `record_b`, `customer_id`, `type_a` and `type_b`.

    `applied`; `waiting_for_approval` without an approver; `not_yet_valid` and `expired` by `valid_from` (inclusive) and
    `valid_to` (exclusive), both open where empty, on the UTC day of `as_of` (None: on any day); `unknown_record` or
    `ambiguous_record` where a record is not there, or where `source_id` alone means several of the system's records
    (then write `<object>:<source_id>`). `record_x` is the `source_record_id`, `type_x` its record type.
    Raises MalformedExceptions.
    """
    frame = _trimmed(conform(frame, EXCEPTION_SCHEMA)).sort("exception_id")
    _check_form(frame)
    for side in ("a", "b"):
        frame = _with_record(frame, records, side)
    today = pl.lit(None if as_of is None else _utc_day(as_of), dtype=pl.Date)
    is_paired = pl.col("action").is_in(_PAIRED)
    meant = [pl.col("count_a"), pl.when(is_paired).then("count_b").otherwise(1)]
    status = (
        pl.when(pl.col("approver").is_null()).then(pl.lit(UNAPPROVED))
        .when(pl.col("valid_from") > today).then(pl.lit(NOT_YET))
        .when(pl.col("valid_to") <= today).then(pl.lit(EXPIRED))
        .when(pl.min_horizontal(meant) == 0).then(pl.lit(UNKNOWN_RECORD))
        .when(pl.max_horizontal(meant) > 1).then(pl.lit(AMBIGUOUS_RECORD))
        .otherwise(pl.lit(APPLIED))
    )  # fmt: skip
    columns = ("record_a", "record_b", "customer_id", "type_a", "type_b")
    return frame.select("exception_id", "action", status.alias("status"), *columns)


def _utc_day(moment: datetime) -> date:
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()


def _trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name, dtype in EXCEPTION_SCHEMA.items() if dtype == pl.String]
    return frame.with_columns(pl.col(*texts).str.strip_chars().replace("", None))


def _check_form(frame: pl.DataFrame) -> None:
    repeated = frame.filter(pl.col("exception_id").is_duplicated() | pl.col("exception_id").is_null())
    if not repeated.is_empty():
        names = repeated["exception_id"].fill_null("(empty)").unique().sort().to_list()
        raise MalformedExceptions(f"every exception needs an exception_id of its own; not so: {', '.join(names)}")
    is_paired, is_pin = pl.col("action").is_in(_PAIRED), pl.col("action") == PIN_ID
    lacks_a = pl.any_horizontal(pl.col("source_system_a", "source_id_a").is_null())
    lacks_b = pl.any_horizontal(pl.col("source_system_b", "source_id_b").is_null())
    same = (pl.col("source_system_a") == pl.col("source_system_b")) & (pl.col("source_id_a") == pl.col("source_id_b"))
    lacks = lacks_a | (is_paired & (lacks_b | same)) | (is_pin & pl.col("customer_id").is_null())
    is_known = pl.col("action").is_in([*_PAIRED, EXCLUDE, PIN_ID]).fill_null(False)
    bad = frame.filter(~is_known | lacks.fill_null(False))["exception_id"].to_list()
    if bad:
        raise MalformedExceptions(
            f"exceptions {', '.join(bad)}: the action must be force_match or never_match (two different records), "
            "exclude (one record) or pin_id (one record and a customer_id)"
        )


def _with_record(frame: pl.DataFrame, records: pl.DataFrame, side: str) -> pl.DataFrame:
    """The record that a side means: by `<object>:<source_id>` if there is one, else by the plain source id."""
    system, given = f"source_system_{side}", f"source_id_{side}"
    asked = frame.select("exception_id", system, given)
    spelled = records.select(
        "source_record_id", "record_type", pl.col("source_system").alias(system), pl.col("source_id").alias("plain"),
        (pl.col("source_object") + ":" + pl.col("source_id")).alias("full"),
    )  # fmt: skip
    full = asked.join(spelled, left_on=[system, given], right_on=[system, "full"])
    rest = asked.join(full, on="exception_id", how="anti")
    plain = rest.join(spelled, left_on=[system, given], right_on=[system, "plain"])
    columns = ("exception_id", "source_record_id", "record_type")
    found = pl.concat([full.select(columns), plain.select(columns)]).group_by("exception_id").agg(
        pl.col("source_record_id").min().alias(f"record_{side}"),
        pl.col("record_type").min().alias(f"type_{side}"),
        pl.len().alias(f"count_{side}"),
    )  # fmt: skip
    frame = frame.join(found, on="exception_id", how="left", maintain_order="left")
    return frame.with_columns(pl.col(f"count_{side}").fill_null(0))
