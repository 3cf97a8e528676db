"""How right the published figures are, against what the synthetic company really is.

Here: identity accuracy, revenue, recurring revenue and active lives, published against true. One of the few readers of
the truth. Not here: how the truth was made (`simulator`).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from cdp_platform.environment import Settings
from cdp_platform.identity import pairwise
from cdp_platform.serving.publish import Role, current_file
from cdp_platform.warehouse.duckdb import Connection, open_for_reading


class NoTruth(LookupError):
    """This installation holds no synthetic company, so there is nothing to score against."""


@dataclass(frozen=True)
class Measure:
    """One figure: `expected` is the target or the true value, `actual` the published one, `is_met` the verdict.

    Shares are between 0 and 1; amounts are US dollars to the cent; counts are whole.
    """

    measure: str
    expected: float | int
    actual: float | int
    is_met: bool

    def row(self) -> dict[str, object]:
        """The measure as a row to print."""
        return {"measure": self.measure, "expected": self.expected, "actual": self.actual, "is_met": self.is_met}


FLOORS = {
    "organization": {"precision": 0.98, "recall": 0.90},
    "person": {"precision": 0.98, "recall": 0.70},
}
"""What the first cut of the customer master must hold, over all true pairs: about a fifth of the true pairs of persons
share nothing but a name, or nothing at all, and no rule may join those."""
DUPLICATES_LEFT = {"organization": 0.05, "person": 0.08}
"""The share of duplicates that is asked for, and for persons the one up to which a customer master is let through."""
ROUNDING = 0.0001


def score_home(settings: Settings) -> list[Measure]:
    """Every measure. Raises NoTruth, NothingPublished."""
    if not (settings.truth / "record_entity.parquet").exists():
        raise NoTruth(f"{settings.home.name} holds no synthetic company; `cdp demo` makes one")
    with open_for_reading(current_file(settings, Role.INTERNAL)) as published:
        return [*_identity(settings, published), *_amounts(settings, published), *_lives(settings, published)]


def _frame(connection: Connection, sql: str) -> pl.DataFrame:
    frame = pl.from_arrow(connection.sql(sql).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame


def _identity(settings: Settings, published: Connection) -> list[Measure]:
    crosswalk = _frame(
        published, "SELECT source_record_id, record_type, customer_id FROM customer_master.customer_crosswalk"
    )
    truth = pl.read_parquet(settings.truth / "record_entity.parquet").with_columns(
        source_record_id=pl.concat_str("source_system", "source_object", "source_id", separator=":")
    )
    found = []
    for row in pairwise(crosswalk, truth).iter_rows(named=True):
        kind = row["record_type"]
        for name, target in FLOORS[kind].items():
            actual = round(row[name], 4)
            found.append(Measure(f"{kind} matches: {name} at least", target, actual, actual >= target))
        rate = round(row["duplicate_rate"], 4)
        most = DUPLICATES_LEFT[kind]
        found.append(Measure(f"{kind} duplicates left: at most", most, rate, rate <= most))
    return found


def _last_full_month(published: Connection) -> date:
    last = published.execute(
        "SELECT date_trunc('month', max(transaction_date) + 1) - INTERVAL 1 MONTH FROM gold.fact_revenue "
        "WHERE revenue_type = 'recognized'"
    ).fetchall()[0][0]
    return date(last.year, last.month, 1)


def _amounts(settings: Settings, published: Connection) -> list[Measure]:
    month = _last_full_month(published)
    totals = pl.read_parquet(settings.truth / "monthly_total.parquet").filter(
        (pl.col("currency_code") == "reporting") & (pl.col("month") == month)
    )
    true = {row["measure"]: row["amount_cents"] / 100 for row in totals.iter_rows(named=True)}
    held = dict(
        published.execute(
            "SELECT revenue_type, sum(reporting_amount) FROM gold.fact_revenue "
            "WHERE date_trunc('month', transaction_date) = ? GROUP BY 1",
            [month],
        ).fetchall()
    )
    mrr = published.execute("SELECT mrr_amount FROM gold.agg_mrr_month WHERE month_start_date = ?", [month]).fetchall()
    held["mrr"] = mrr[0][0] if mrr else 0
    return [
        _equal(f"{name} in {month:%Y-%m}", true.get(name, 0.0), float(held.get(name) or 0))
        for name in ("booked", "billed", "recognized", "mrr")
    ]


def _equal(name: str, expected: float, actual: float) -> Measure:
    """Amounts agree within a hundredth of a percent: conversions round row by row."""
    return Measure(name, round(expected, 2), round(actual, 2), abs(actual - expected) <= ROUNDING * abs(expected))


def _lives(settings: Settings, published: Connection) -> list[Measure]:
    truth = pl.read_parquet(settings.truth / "active_lives.parquet").filter(pl.col("entity_id").is_null())
    if truth.is_empty():
        return []
    last = truth.sort("as_of").row(-1, named=True)
    held = published.execute(
        "SELECT sum(active_lives) FROM gold.fact_active_lives WHERE activity_date = ?", [last["as_of"]]
    ).fetchall()[0][0]
    actual = int(held or 0)
    name = f"active lives on {last['as_of']:%Y-%m-%d}"
    return [Measure(name, last["active_lives"], actual, actual == last["active_lives"])]
