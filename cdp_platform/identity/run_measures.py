"""A run in numbers: what a later one is held against.

Here: the counts of one run, and what the rules alone say of the pairs that people judged. Not here: limits for any of
them, or a comparison of runs.
"""

from datetime import datetime

import polars as pl

from cdp_platform.identity.exceptions import FORCE_MATCH, NEVER_MATCH
from cdp_platform.identity.frames import conform
from cdp_platform.identity.schema import RECORD_TYPES, RUN_SCHEMA

RECORDS, KNOWN_BEFORE = "records", "records_known_before"
CUSTOMERS, LARGEST = "customers", "largest_customer"
ACCEPTED = "accepted_pairs"
LABELLED, LABELLED_JOINED = "labelled_pairs", "labelled_pairs_joined"


def judged_by_rules(decisions: pl.DataFrame, labels: pl.Series) -> pl.DataFrame:
    """How many pairs people declared to be one or two, and how many of them the rules join: `subject`, two measures.

    `decisions`: with `row_a` and `row_b` (see `decide.in_rows`). `labels`: the cluster of every row by the rules alone.
    """
    pairs = decisions.filter(pl.col("action").is_in([FORCE_MATCH, NEVER_MATCH]) & pl.col("row_b").is_not_null())
    joined = labels.gather(pairs["row_a"]) == labels.gather(pairs["row_b"])
    counted = pairs.with_columns(joined=joined).group_by(subject="action")
    return counted.agg(pl.len().alias(LABELLED), pl.col("joined").sum().alias(LABELLED_JOINED))


def run_measures(
    now: pl.DataFrame,
    edge: pl.DataFrame,
    judged: pl.DataFrame,
    *,
    run_id: str,
    as_of: datetime,
) -> pl.DataFrame:
    """The counts of this run, sorted (columns: `RUN_SCHEMA`).

    `now`: `record_type`, `customer_id` and `was`, the id before (null: none), of every record. `judged`: see
    `judged_by_rules`, with `record_type`.
    """
    customers = now.group_by("record_type", "customer_id").agg(pl.len().alias(RECORDS), pl.col("was").count())
    of_records = customers.group_by("record_type").agg(
        pl.col(RECORDS).sum(),
        pl.col("was").sum().alias(KNOWN_BEFORE),
        pl.len().alias(CUSTOMERS),
        pl.col(RECORDS).max().alias(LARGEST),
    )
    of_records = pl.DataFrame({"record_type": RECORD_TYPES}).join(of_records, on="record_type", how="left").fill_null(0)
    accepted = edge.filter(pl.col("status") == "accepted").group_by("record_type", subject="rule")
    tables = [of_records, accepted.agg(pl.len().alias(ACCEPTED)), judged]
    long = [table.unpivot(index=[c for c in ("record_type", "subject") if c in table.columns],
                          variable_name="measure", value_name="value") for table in tables]  # fmt: skip
    rows = [conform(table.with_columns(run_id=pl.lit(run_id), as_of=pl.lit(as_of)), RUN_SCHEMA) for table in long]
    return pl.concat(rows).sort("measure", "record_type", "subject")
