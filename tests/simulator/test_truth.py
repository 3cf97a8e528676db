import csv
from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest

from cdp_platform.sources import SOURCES
from cdp_platform.sources.contract import Control, Source, Stream
from tests.simulator.conftest import Zone

CONTROLS = [
    pytest.param(source, stream, control, id=control.name)
    for source in SOURCES
    for stream in source.streams
    for control in stream.controls
]
CENT = Decimal("0.01")


def expected(zone: Zone, source: Source, stream: Stream, control: Control) -> dict[tuple[str, str], Decimal]:
    """The total worked out row by row in decimals."""
    totals: Counter[tuple[str, str]] = Counter()
    for row in zone.current(source, stream).iter_rows(named=True):
        if control.where == "true" or row[next(name for name in row if name.lower() == control.where)] == "true":
            value = Decimal(1) if control.measure is None else Decimal(row[control.measure]).quantize(CENT)
            code = row[control.currency] if control.currency else ""
            totals[f"{row[control.period][:7]}-01", code] += value  # type: ignore[assignment]
    return dict(totals)  # type: ignore[arg-type]


@pytest.mark.parametrize("moment", ["zone", "later_zone"])
@pytest.mark.parametrize(("source", "stream", "control"), CONTROLS)
def test_control_totals_are_what_was_delivered(
    request: pytest.FixtureRequest, source: Source, stream: Stream, control: Control, moment: str
) -> None:
    found: Zone = request.getfixturevalue(moment)
    with (found.landing / source.name / "_control" / f"{stream.name}.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0]) == ["period", "measure", "currency_code", "value"]
    told = {(r["period"], r["currency_code"]): Decimal(r["value"]) for r in rows if r["measure"] == control.name}
    assert told == expected(found, source, stream, control)


def test_three_in_ten_records_are_duplicates(zone: Zone) -> None:
    records = zone.true("record_entity")
    assert 0.25 < 1 - records["entity_id"].n_unique() / len(records) < 0.36
    assert records.select(pl.struct("source_system", "source_object", "source_id").is_unique().all()).item()


def test_every_delivered_party_has_one_true_entity(zone: Zone) -> None:
    records = zone.true("record_entity")
    for name in ("salesforce.Account", "salesforce.Contact", "salesforce.Lead", "netsuite.customer",
                 "platform.organizations", "platform.users", "stripe.customers"):  # fmt: skip
        source, stream = name.split(".")
        rows = zone.rows(source, stream)
        noun = next(s for s in SOURCES if s.name == source).stream(stream.lower()).object
        mine = records.filter((pl.col("source_system") == source) & (pl.col("source_object") == noun))
        assert set(mine["source_id"]) == set(rows[rows.columns[0]])
    assert set(records["entity_id"]) == set(zone.true("entity")["entity_id"])
    kinds = zone.true("entity").select("entity_id", "type")
    assert records.join(kinds, on="entity_id").select((pl.col("type") == pl.col("record_type")).all()).item()


def test_money_by_month_follows_from_the_current_rows(zone: Zone) -> None:
    rates = {(r["effectiveDate"][:7], r["transactionCurrency"]): Decimal(r["exchangeRate"])
             for r in zone.of("netsuite.currencyrate").iter_rows(named=True)}  # fmt: skip
    heads = {r["id"]: r for r in zone.of("netsuite.invoice").iter_rows(named=True)}
    movements = [
        (heads[r["invoice"]], "tranDate", r["amount"]) for r in zone.of("netsuite.invoiceitem").iter_rows(named=True)
    ]
    lines = [(h[day][:7], h["currency"], Decimal(value)) for h, day, value in movements if h["status"] != "Voided"]
    lines += [
        (r["tranDate"][:7], r["currency"], -Decimal(r["total"]))
        for r in zone.of("netsuite.creditmemo").iter_rows(named=True)
    ]
    for r in zone.of("stripe.invoices").filter(pl.col("status") != "void").iter_rows(named=True):
        made = date(1970, 1, 1) + timedelta(seconds=int(r["created"]))
        lines.append((f"{made:%Y-%m}", r["currency"].upper(), Decimal(r["total"]) / 100))
    billed: Counter[tuple[str, str]] = Counter()
    for month, currency, value in lines:
        billed[month, currency] += value  # type: ignore[assignment]
        rate = Decimal(1) if currency == "USD" else rates[month, currency]
        billed[month, "reporting"] += (value * rate).quantize(CENT, ROUND_HALF_UP)  # type: ignore[assignment]
    told = zone.true("monthly_total").filter(pl.col("measure") == "billed")
    found = {
        (f"{m:%Y-%m}", c): Decimal(cents) / 100
        for m, c, cents in told.select("month", "currency_code", "amount_cents").iter_rows()
    }
    assert found == dict(billed)


def test_active_lives_are_those_of_the_last_ninety_days(zone: Zone) -> None:
    events = zone.of("platform.leave_events").with_columns(
        pl.col("occurred_at").str.slice(0, 10).str.to_date().alias("day")
    )
    lives = zone.true("active_lives")
    for day in (date(2025, 3, 31), date(2026, 11, 19)):
        recent = events.filter((pl.col("day") <= day) & (pl.col("day") > day - timedelta(days=90)))
        told = lives.filter((pl.col("as_of") == day) & pl.col("entity_id").is_null())["active_lives"].item()
        assert told == recent["employee_id"].n_unique()
        parts = lives.filter((pl.col("as_of") == day) & pl.col("entity_id").is_not_null())["active_lives"].sum()
        assert parts == told


def test_recurring_revenue_can_be_read_from_current_subscriptions(zone: Zone) -> None:
    rows = [
        (r["started_on"], r["ended_on"], Decimal(r["mrr"]))
        for r in zone.of("platform.subscriptions").iter_rows(named=True)
    ]
    prices = dict(zone.of("stripe.prices").select("id", "unit_amount").iter_rows())
    rates = sorted_rates(zone)
    for r in zone.of("stripe.subscriptions").iter_rows(named=True):
        begun = day_of(r["start_date"])
        local = sum(Decimal(prices[item["price"]["id"]]) * item["quantity"] / 100 for item in r["items"]["data"])
        rows.append(
            (
                begun,
                r["ended_at"] and day_of(r["ended_at"]),
                (local * rate_on(rates, r["currency"], begun)).quantize(CENT, ROUND_HALF_UP),
            )
        )
    told = dict(
        zone.true("monthly_total").filter(pl.col("measure") == "mrr").select("month", "amount_cents").iter_rows()
    )
    for month, last in ((date(2025, 6, 1), "2025-06-30"), (date(2026, 11, 1), "2026-11-19")):
        running = [value for begun, ended, value in rows if begun <= last and (ended is None or ended >= last)]
        assert told[month] == sum(running) * 100


def day_of(epoch: str) -> str:
    return f"{date(1970, 1, 1) + timedelta(seconds=int(epoch))}"


def sorted_rates(zone: Zone) -> dict[str, list[tuple[str, Decimal]]]:
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for r in zone.of("netsuite.currencyrate").sort("effectiveDate").iter_rows(named=True):
        found.setdefault(r["transactionCurrency"].lower(), []).append((r["effectiveDate"], Decimal(r["exchangeRate"])))
    return found


def rate_on(rates: dict[str, list[tuple[str, Decimal]]], currency: str, day: str) -> Decimal:
    """The rate that held on a day; before the first one, the first."""
    if currency == "usd":
        return Decimal(1)
    return next((rate for since, rate in reversed(rates[currency]) if since <= day), rates[currency][0][1])


def test_health_sinks_before_a_customer_leaves(zone: Zone) -> None:
    who = zone.true("record_entity").filter(pl.col("source_object") == "organization").select("source_id", "entity_id")
    scores = zone.of("platform.health_scores").join(who, left_on="organization_id", right_on="source_id")
    churn = zone.true("churn").filter(pl.col("returned_on").is_null() & (pl.col("churned_on") > date(2025, 3, 1)))
    last = scores.join(churn, on="entity_id").filter(
        pl.col("scored_on").str.to_date() > pl.col("churned_on") - timedelta(days=30)
    )
    mean = pl.col("score").cast(pl.Float64).mean()
    assert last.select(mean).item() < scores.select(mean).item() - 15


def test_prior_names_and_parents_are_known(tmp_path_factory: pytest.TempPathFactory, zone: Zone) -> None:
    entity = zone.true("entity")
    renamed = entity.filter(pl.col("renamed_at").is_not_null())
    assert len(renamed)
    assert (renamed["name"] != renamed["name_after"]).all()
    children = entity.filter(pl.col("parent_entity_id").is_not_null())
    assert len(children)
    assert entity.filter(pl.col("type") == "person")["household_id"].value_counts()["count"].max() > 1  # type: ignore[operator]
