"""The true figures of who stays: recurring revenue, active lives, churn.

Here: what the reader of a faultless platform should find at each month's end. Not here: money by month (`figures`).
"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from cdp_platform.simulator.companies import company_ids
from cdp_platform.simulator.contracts import FOREVER
from cdp_platform.simulator.current import cents
from cdp_platform.simulator.figures import REPORTING, Held, in_dollars
from cdp_platform.simulator.products import Rates
from cdp_platform.simulator.timeline import DAY, dates, day_numbers, next_month
from cdp_platform.simulator.world import World

WINDOW_DAYS = 90


def month_ends(first: date, until: int) -> list[date]:
    """The last day of each month from `first` on, and last the last day known."""
    last = datetime.fromtimestamp(until - 1, UTC).date()
    found = []
    end = next_month(first) - timedelta(days=1)
    while end < last:
        found.append(end)
        end = next_month(end + timedelta(days=1)) - timedelta(days=1)
    return [*found, last]


def recurring_revenue(held: Held, rates: Rates, first: date, until: int) -> pl.DataFrame:
    """month, measure (mrr), currency_code, amount_cents, row_count."""
    subscriptions = _subscriptions(held, rates)
    rows = []
    for day in month_ends(first, until):
        runs = (pl.col("started_on") <= day) & (pl.col("ended_on").is_null() | (pl.col("ended_on") >= day))
        running = subscriptions.filter(runs)
        rows.append((day.replace(day=1), "mrr", REPORTING, running["cents"].sum(), len(running)))
    names = ("month", "measure", "currency_code", "amount_cents", "row_count")
    types = (pl.Date, pl.String, pl.String, pl.Int64, pl.Int64)
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def _subscriptions(held: Held, rates: Rates) -> pl.DataFrame:
    """started_on, ended_on, cents: the product's in US dollars, Stripe's at the rate of their first month."""
    items = held["stripe.subscriptions"].with_columns(pl.col("items").struct.field("data")).explode("data")
    item = pl.col("data").struct
    priced = items.with_columns(item.field("price").struct.field("id").alias("price")).join(
        held["stripe.prices"], left_on="price", right_on="id", maintain_order="left"
    )
    cards = priced.select(
        pl.from_epoch("start_date").dt.date().alias("day"),
        pl.col("currency").str.to_uppercase(),
        (item.field("quantity") * pl.col("unit_amount")).alias("cents"),
        pl.from_epoch("ended_at").dt.date().alias("ended_on"),
    )
    paid = cards.with_columns(in_dollars(cards, rates)).select(pl.col("day").alias("started_on"), "ended_on", "cents")
    tenants = held["platform.subscriptions"].select("started_on", "ended_on", cents("mrr").alias("cents"))
    return pl.concat([tenants, paid])


def active_lives(held: Held, records: pl.DataFrame, first: date, until: int) -> pl.DataFrame:
    """as_of, entity_id, active_lives at each month's end."""
    tenants = records.filter((pl.col("source_system") == "platform") & (pl.col("source_object") == "organization"))
    events = held["platform.leave_events"].select(
        "organization_id", "employee_id", pl.col("occurred_at").dt.date().alias("day")
    )
    events = events.join(tenants.select("source_id", "entity_id"), left_on="organization_id", right_on="source_id")
    found = []
    for day in month_ends(first, until):
        recent = events.filter(pl.col("day").is_between(day - timedelta(days=WINDOW_DAYS - 1), day))
        lives = pl.col("employee_id").n_unique().cast(pl.Int64).alias("active_lives")
        per_company = recent.group_by("entity_id").agg(lives).sort("entity_id")
        total = per_company.select(pl.lit(None, pl.String).alias("entity_id"), pl.col("active_lives").sum())
        found.append(pl.concat([total, per_company]).select(pl.lit(day).alias("as_of"), "entity_id", "active_lives"))
    return pl.concat(found)


def churn(world: World, until: int) -> pl.DataFrame:
    """entity_id, churned_on, mrr_cents, returned_on of companies whose contract ended."""
    agreed, lines, segments = world.contracts, world.contract_lines, world.segments
    contract = lines.contract[segments.line]
    final = segments.to == agreed.to[contract]
    cents_of = np.where(final, segments.seats * lines.price_usd[segments.line], 0)
    lost = np.bincount(contract, weights=cents_of, minlength=len(agreed)).astype(np.int64)
    over = agreed.to < FOREVER
    day = day_numbers(np.where(over, agreed.to, 0), agreed.day) - 1
    gone = np.flatnonzero(over & (day * DAY < until))
    begins = day_numbers(agreed.first, agreed.day)
    back = pl.DataFrame({"buyer": agreed.buyer, "first": begins}).filter(
        pl.Series(agreed.returned & (begins * DAY < until))
    )
    frame = pl.DataFrame({"buyer": agreed.buyer[gone], "day": day[gone], "mrr_cents": lost[gone]})
    joined = frame.join(back, on="buyer", how="left", maintain_order="left")
    after = (
        pl.when(pl.col("first") > pl.col("day")).then(pl.col("first")).cast(pl.Int32).cast(pl.Date).alias("returned_on")
    )
    named = joined.with_columns(
        company_ids(joined["buyer"].to_numpy()).alias("entity_id"), dates(joined["day"].to_numpy()).alias("churned_on")
    )
    return named.select("entity_id", "churned_on", "mrr_cents", after).sort(
        "churned_on", "entity_id", maintain_order=True
    )
