"""Self-service payments as Stripe would hand them out: amounts in minor units, times in epoch seconds, nested objects.

Here: payers by card, who are not in the ERP, and Stripe's columns. Not here: the truth about what they pay (`world`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.billing import InvoiceLines, Invoices, invoices
from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.contracts import FOREVER, Contracts, Lines
from cdp_platform.simulator.identifiers import numbered, stripe_ids
from cdp_platform.simulator.parties import Payers, enrol_payers
from cdp_platform.simulator.products import CURRENCIES, PRODUCTS, currency_of, local_price
from cdp_platform.simulator.profiles import PAYER_COMPANY, PAYER_PERSON
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.timeline import DAY, day_numbers
from cdp_platform.simulator.world import CARD_HOLDER, World

_CUSTOMER, _PRICE, _SUBSCRIPTION, _INVOICE, _CHARGE = range(5)
_PERSON_SERIES = 10_000_000


def streams(world: World) -> Iterator[Rows]:
    """All streams of Stripe."""
    private = world.private_contracts(CARD_HOLDER)
    agreed = [(world.card_contracts, 0, 0), (private, len(world.companies), _PERSON_SERIES)]
    opened = []
    for (contracts, _, _), _, _ in agreed:
        buyer, first = np.unique(contracts.buyer, return_index=True)
        begins = np.full(len(buyer), 1 << 60)
        np.minimum.at(begins, np.searchsorted(buyer, contracts.buyer), day_numbers(contracts.first, contracts.day) * DAY)
        opened.append((buyer, begins - 900))
        del first
    payers = enrol_payers(world, "stripe", opened[0], opened[1], (0.08, 0.08), (PAYER_COMPANY, PAYER_PERSON))
    yield _customers(world, payers)
    yield _products(world)
    yield _prices(world)
    accounts = [_Account(world, payers, *parts, offset, series) for parts, offset, series in agreed]
    for name in ("subscriptions", "invoices", "charges"):
        parts = [getattr(account, name)() for account in accounts]
        yield Rows(name, pl.concat([p.frame for p in parts]), np.concatenate([p.at for p in parts]))


def _changes(created: Ints, at: Ints, deleted: np.ndarray | bool = False) -> list[pl.Series]:
    gone = np.broadcast_to(np.asarray(deleted), len(at))
    return [pl.Series("created", created), pl.Series("updated", at), pl.Series("is_deleted", gone)]


def _constant(value: str | None, n: int) -> pl.Series:
    return pl.Series([value], dtype=pl.String).new_from_index(0, n)


def _customers(world: World, payers: Payers) -> Rows:
    register, seen = payers.register, payers.versions()
    record, f = seen.record, seen.frame
    who = register.who[record]
    company, person = payers.split(who)
    country = np.where(payers.is_person(who), world.people.country[person], world.companies.country[company])
    address = f.select(
        pl.struct(city="city", country="country", line1="street", line2=pl.lit(None, pl.String), postal_code="postal_code", state="region").alias("address")
    )["address"]
    frame = pl.DataFrame([
        stripe_ids("cus", record, _CUSTOMER).alias("id"), f["full_name"].alias("name"), f["email"], f["phone"], address,
        _constant(None, len(record)).alias("description"),
        gather(pl.Series(CURRENCIES).str.to_lowercase(), currency_of(country)).alias("currency"),
        pl.Series("balance", np.zeros(len(record), dtype=np.int64)), pl.Series("delinquent", np.full(len(record), False)),
        _struct(channel=_constant("self-service", len(record))).alias("metadata"),
        *_changes(register.created_at[record], seen.at, seen.is_deleted),
    ])  # fmt: skip
    return Rows("customers", frame, seen.at, True, payers.entities(who), payers.record_types(who))


def _struct(**columns: pl.Series) -> pl.Series:
    return pl.DataFrame(columns).select(pl.struct(pl.all()).alias("s"))["s"]


def _product_ids(product: Ints) -> pl.Series:
    return gather("prod_" + PRODUCTS["code"].str.replace("-", "", literal=True), product)


def _products(world: World) -> Rows:
    n = len(PRODUCTS)
    at = np.full(n, world.timeline.start - 40 * DAY)
    usd = np.arange(n) * len(CURRENCIES)
    frame = pl.DataFrame([
        _product_ids(np.arange(n)).alias("id"), PRODUCTS["name"], _constant(None, n).alias("description"),
        pl.Series("active", np.full(n, True)), stripe_ids("price", usd, _PRICE).alias("default_price"),
        _struct(product_code=PRODUCTS["code"]).alias("metadata"), *_changes(at, at),
    ])  # fmt: skip
    return Rows("products", frame, at)


def _prices(world: World) -> Rows:
    product, currency = np.divmod(np.arange(len(PRODUCTS) * len(CURRENCIES)), len(CURRENCIES))
    at = np.full(len(product), world.timeline.start - 40 * DAY)
    cents = local_price(PRODUCTS["price_cents"].to_numpy()[product], currency)
    frame = pl.DataFrame([
        stripe_ids("price", np.arange(len(product)), _PRICE).alias("id"), _product_ids(product).alias("product"),
        gather(pl.Series(CURRENCIES).str.to_lowercase(), currency).alias("currency"), pl.Series("unit_amount", cents),
        _constant("recurring", len(product)).alias("type"),
        _struct(interval=_constant("month", len(product)), interval_count=pl.Series(np.ones(len(product), np.int64))).alias("recurring"),
        pl.Series("active", np.full(len(product), True)), *_changes(at, at),
    ])  # fmt: skip
    return Rows("prices", frame, at)


class _Account:
    """Subscriptions, invoices and charges of one kind of payers."""

    def __init__(self, world: World, payers: Payers, contracts: Contracts, lines: Lines, segments: object, offset: int, series: int) -> None:
        self.world, self.contracts, self.lines, self.series = world, contracts, lines, series
        billed = invoices(world.chance("stripe", "invoices", str(offset > 0)), world.timeline, contracts, lines, segments)  # type: ignore[arg-type]
        self.heads: Invoices = billed[0]
        self.parts: InvoiceLines = billed[1]
        self.begins = day_numbers(contracts.first, contracts.day) * DAY + 600
        self.customer = payers.register.record_of(world.chance("stripe", str(offset)), contracts.buyer + offset, self.begins, second=0.0)
        self.currency = gather(pl.Series(CURRENCIES).str.to_lowercase(), contracts.currency)

    def _lists(self, owner: Ints, items: pl.Series, owners: int) -> pl.Series:
        frame = pl.DataFrame({"owner": owner, "item": items}).group_by("owner", maintain_order=True).agg("item").sort("owner")
        everyone = pl.DataFrame({"owner": np.arange(owners)}).join(frame, on="owner", how="left", maintain_order="left")
        return everyone.select(pl.struct(object=pl.lit("list"), data="item").alias("items"))["items"]

    def subscriptions(self) -> Rows:
        """Agreements, with the products of their contract."""
        contracts, lines = self.contracts, self.lines
        n = len(contracts)
        price = stripe_ids("price", lines.product * len(CURRENCIES) + contracts.currency[lines.contract], _PRICE)
        item = _struct(price=_struct(id=price, product=_product_ids(lines.product)), quantity=pl.Series(np.ones(len(price), np.int64)))
        items = self._lists(lines.contract, item, n)
        over = contracts.to < FOREVER
        ends = day_numbers(np.where(over, contracts.to, 0), contracts.day) * DAY

        def stage(rows: Ints, at: Ints, done: bool) -> tuple[Ints, Ints, pl.DataFrame]:
            ended = pl.Series(ends[rows]) if done else pl.Series([None], dtype=pl.Int64).new_from_index(0, len(rows))
            return rows, at, pl.DataFrame([
                stripe_ids("sub", rows + self.series, _SUBSCRIPTION).alias("id"),
                stripe_ids("cus", self.customer[rows], _CUSTOMER).alias("customer"),
                _constant("canceled" if done else "active", len(rows)).alias("status"), self.currency.gather(rows).alias("currency"),
                items.gather(rows).alias("items"), pl.Series("start_date", self.begins[rows]),
                ended.alias("canceled_at"), ended.alias("ended_at"), *_changes(self.begins[rows], at),
            ])  # fmt: skip

        closed = np.flatnonzero(over)
        frame, _, at = staged([stage(np.arange(n), self.begins, False), stage(closed, ends[closed], True)])
        return Rows("subscriptions", frame, at)

    def invoices(self) -> Rows:
        """Invoices: paid when made, some void or never paid."""
        heads, parts = self.heads, self.parts
        n = len(heads)
        item = _struct(
            amount=pl.Series(parts.amount), description=gather(PRODUCTS["name"], parts.product),
            product=_product_ids(parts.product), quantity=pl.Series(parts.seats),
        )  # fmt: skip
        lines = self._lists(parts.invoice, item, n)
        status = where(heads.voided_at < 1 << 60, "void", where(heads.paid_at < 1 << 60, "paid", _constant("open", n)))
        paid = np.where((status == "paid").to_numpy(), heads.total, 0)
        start = heads.day * DAY
        frame = pl.DataFrame([
            stripe_ids("in", np.arange(n) + self.series, _INVOICE).alias("id"),
            stripe_ids("cus", self.customer[heads.contract], _CUSTOMER).alias("customer"),
            numbered(1, np.arange(n) + self.series, "LW-", 8).alias("number"), status.alias("status"),
            self.currency.gather(heads.contract).alias("currency"), pl.Series("total", heads.total), pl.Series("amount_paid", paid),
            pl.Series("due_date", start + 14 * DAY), pl.Series("period_start", start), pl.Series("period_end", start + 30 * DAY),
            stripe_ids("sub", heads.contract + self.series, _SUBSCRIPTION).alias("subscription"), lines.alias("lines"),
            *_changes(heads.created_at, heads.created_at),
        ])  # fmt: skip
        return Rows("invoices", frame, heads.created_at)

    def charges(self) -> Rows:
        """The attempt to take the money of each invoice that is not void."""
        heads = self.heads
        rows = np.flatnonzero(heads.voided_at >= 1 << 60)
        paid = heads.paid_at[rows] < 1 << 60
        at = heads.created_at[rows] + 60
        frame = pl.DataFrame([
            stripe_ids("ch", rows + self.series, _CHARGE).alias("id"),
            stripe_ids("cus", self.customer[heads.contract[rows]], _CUSTOMER).alias("customer"),
            self.currency.gather(heads.contract[rows]).alias("currency"), pl.Series("amount", heads.total[rows]),
            pl.Series("amount_refunded", np.zeros(len(rows), np.int64)), pl.Series("paid", paid),
            where(paid, "succeeded", _constant("failed", len(rows))).alias("status"),
            stripe_ids("in", rows + self.series, _INVOICE).alias("invoice"),
            _struct(email=_constant(None, len(rows)), name=_constant(None, len(rows))).alias("billing_details"), *_changes(at, at),
        ])  # fmt: skip
        return Rows("charges", frame, at)
