"""The true figures of money by month: booked, billed, recognised.

Here: what the reader of a faultless platform should find, computed from the current rows of what was delivered. Not
here: recurring revenue and who stays (`retention`).
"""

from dataclasses import dataclass

import polars as pl

from cdp_platform.simulator.current import cents
from cdp_platform.simulator.products import CURRENCIES, Rates, reporting_cents

REPORTING = "reporting"
_COLUMNS = {
    ("salesforce", "opportunity"): ("id", "amount", "closedate", "iswon", "currencyisocode"),
    ("salesforce", "opportunitylineitem"): ("opportunityid", "totalprice"),
    ("netsuite", "invoice"): ("id", "trandate", "currency", "status"),
    ("netsuite", "invoiceitem"): ("invoice", "amount"),
    ("netsuite", "creditmemo"): ("trandate", "currency", "total"),
    ("netsuite", "revenueplan"): ("recognitiondate", "currency", "amount"),
    ("stripe", "invoices"): ("status", "currency", "total", "created"),
    ("stripe", "subscriptions"): ("currency", "items", "start_date", "ended_at"),
    ("stripe", "prices"): ("id", "unit_amount"),
    ("platform", "subscriptions"): ("mrr", "started_on", "ended_on"),
    ("platform", "leave_events"): ("organization_id", "employee_id", "occurred_at"),
}


@dataclass(frozen=True)
class Held:
    """The columns of current rows that the figures need, by source and table."""

    frames: dict[tuple[str, str], pl.DataFrame]

    def keep(self, source: str, table: str, current: pl.DataFrame) -> None:
        """Keep what is needed of a stream's current rows."""
        if columns := _COLUMNS.get((source, table)):
            self.frames[source, table] = current.select(columns)

    def __getitem__(self, name: str) -> pl.DataFrame:
        source, table = name.split(".")
        return self.frames[source, table]


def monthly_totals(held: Held, rates: Rates) -> pl.DataFrame:
    """month, measure, currency_code, amount_cents, row_count."""
    movements = {"booked": booked(held), "billed": billed(held), "recognized": recognized(held)}
    return pl.concat([_by_month(measure, frame, rates) for measure, frame in movements.items()])


def booked(held: Held) -> pl.DataFrame:
    """day, currency, cents of each line of a won deal; a deal without lines counts its amount."""
    won = held["salesforce.opportunity"].filter("iswon")
    lines = held["salesforce.opportunitylineitem"]
    whole = won.join(lines, left_on="id", right_on="opportunityid", how="left", maintain_order="left")
    value = pl.coalesce(cents("totalprice"), cents("amount"))
    return whole.select(
        pl.col("closedate").alias("day"), pl.col("currencyisocode").alias("currency"), value.alias("cents")
    )


def billed(held: Held) -> pl.DataFrame:
    """day, currency, cents of invoice lines that stand, of credit memos (negative), and of Stripe's invoices."""
    standing = held["netsuite.invoice"].filter(pl.col("status") != "Voided")
    lines = standing.join(held["netsuite.invoiceitem"], left_on="id", right_on="invoice", maintain_order="left")
    cards = held["stripe.invoices"].filter(~pl.col("status").is_in(["draft", "void"]))
    memos = held["netsuite.creditmemo"]
    made = pl.from_epoch("created", time_unit="s").dt.date()
    return pl.concat([
        lines.select(pl.col("trandate").alias("day"), "currency", cents("amount").alias("cents")),
        memos.select(pl.col("trandate").alias("day"), "currency", (-cents("total")).alias("cents")),
        cards.select(made.alias("day"), pl.col("currency").str.to_uppercase(), pl.col("total").alias("cents")),
    ])  # fmt: skip


def recognized(held: Held) -> pl.DataFrame:
    """day, currency, cents of each month of each line."""
    return held["netsuite.revenueplan"].select(
        pl.col("recognitiondate").alias("day"), "currency", cents("amount").alias("cents")
    )


def in_dollars(frame: pl.DataFrame, rates: Rates) -> pl.Series:
    """The cents of day, currency, cents in US cents at the rate of the day's month, each row rounded."""
    day = frame["day"]
    month = ((day.dt.year().cast(pl.Int64) - 1970) * 12 + day.dt.month() - 1).to_numpy()
    numbers = list(range(len(CURRENCIES)))
    currency = frame["currency"].replace_strict(list(CURRENCIES), numbers, return_dtype=pl.Int64).to_numpy()
    return pl.Series("cents", reporting_cents(frame["cents"].to_numpy(), rates.at(month, currency)))


def _by_month(measure: str, frame: pl.DataFrame, rates: Rates) -> pl.DataFrame:
    month = pl.col("day").dt.truncate("1mo").alias("month")
    sums = pl.col("cents").sum().alias("amount_cents"), pl.len().cast(pl.Int64).alias("row_count")
    reported = frame.with_columns(in_dollars(frame, rates), pl.lit(REPORTING).alias("currency"))
    both = pl.concat(
        [part.group_by(month, pl.col("currency").alias("currency_code")).agg(*sums) for part in (frame, reported)]
    )
    named = both.select("month", pl.lit(measure).alias("measure"), "currency_code", "amount_cents", "row_count")
    return named.sort("month", "currency_code")
