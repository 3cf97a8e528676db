"""The pairs that only a person can decide, those first whose customers were billed most.

Here: which pairs wait, and their order. Not here: how a decision is written (`assets.appending`), or what an undecided
pair is (`identity.rules`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl

from cdp_platform.identity.exceptions import EXCLUDE, EXPIRED, FORCE_MATCH, NEVER_MATCH, statuses
from cdp_platform.serving.members import FACT, Master
from cdp_platform.serving.reasons import Reason, told
from cdp_platform.warehouse.duckdb import scalar

UNDECIDED = """
WITH placed AS (
    SELECT edge.*, a.customer_id AS customer_a, b.customer_id AS customer_b
    FROM customer_master.match_edge AS edge
    JOIN customer_master.customer_crosswalk AS a ON a.source_record_id = edge.record_a
    JOIN customer_master.customer_crosswalk AS b ON b.source_record_id = edge.record_b
    WHERE edge.status = 'undecided' AND a.customer_id <> b.customer_id
)
SELECT * FROM placed
QUALIFY row_number() OVER (
    PARTITION BY least(customer_a, customer_b), greatest(customer_a, customer_b)
    ORDER BY confidence DESC, weight DESC, record_a, record_b, rule
) = 1
"""
CURRENCY = f"SELECT max(reporting_currency_code) FROM {FACT}"


@dataclass(frozen=True)
class Waiting:
    """A pair of customers that a person is asked about, by their strongest undecided pair of records.

    `revenue`: all that was ever billed to both customers, in the reporting `currency`; None where gold is not built.
    """

    rank: int
    customer_a: str
    customer_b: str
    revenue: Decimal | None
    currency: str | None
    pair: Reason


@dataclass(frozen=True)
class Queue:
    """The first pairs that wait, how many wait in all, and how many undecided ones a decision in the file is about."""

    first: list[Waiting]
    waiting: int
    decided: int


def review_queue(master: Master, exceptions: pl.DataFrame, limit: int, hidden: Collection[str]) -> Queue:
    """The undecided pairs whose customers are still two, by what was billed to both, then by confidence.

    `exceptions`: the decisions as the file has them now; a pair of customers that one is about, approved or not, and
    not over, does not wait. Raises MalformedExceptions.
    """
    asked = master.frame(UNDECIDED)
    waiting = _without_decided(asked, exceptions, master.records())
    ranked = _with_revenue(master, waiting).sort(
        ["revenue", "confidence", "record_a", "record_b"], descending=[True, True, False, False], nulls_last=True
    )
    shown = ranked.head(limit)
    currency = scalar(master.connection, CURRENCY) if master.has(FACT) else None
    first = [
        Waiting(rank, row["customer_a"], row["customer_b"], row["revenue"], currency, pair)
        for rank, (row, pair) in enumerate(
            zip(shown.to_dicts(), told(master, shown, "against", hidden), strict=True), 1
        )
    ]
    return Queue(first, ranked.height, asked.height - ranked.height)


def _without_decided(asked: pl.DataFrame, exceptions: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The pairs whose customers no decision is about, nor one that leaves either record alone."""
    found = statuses(exceptions, records, as_of=datetime.now(UTC)).filter(pl.col("status") != EXPIRED)
    alone = found.filter(pl.col("action") == EXCLUDE)["record_a"].drop_nulls().implode()
    owner = records.select("source_record_id", "customer_id")
    pairs = found.filter(pl.col("action").is_in([FORCE_MATCH, NEVER_MATCH])).drop("customer_id")
    for side in ("a", "b"):
        named = owner.rename({"source_record_id": f"record_{side}", "customer_id": f"customer_{side}"})
        pairs = pairs.join(named, on=f"record_{side}")
    for one, other in (("customer_a", "customer_b"), ("customer_b", "customer_a")):
        asked = asked.join(pairs, left_on=["customer_a", "customer_b"], right_on=[one, other], how="anti")
    return asked.filter(~pl.col("record_a").is_in(alone) & ~pl.col("record_b").is_in(alone))


def _with_revenue(master: Master, pairs: pl.DataFrame) -> pl.DataFrame:
    if not master.has(FACT):
        return pairs.with_columns(revenue=pl.lit(None, dtype=pl.Decimal(38, 2)))
    billed = master.billed("customer_id")
    for side in ("a", "b"):
        named = billed.rename({"customer_id": f"customer_{side}", "revenue": f"revenue_{side}"})
        pairs = pairs.join(named, on=f"customer_{side}", how="left")
    return pairs.with_columns(revenue=pl.col("revenue_a").fill_null(0) + pl.col("revenue_b").fill_null(0))
