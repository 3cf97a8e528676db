"""Subscriptions, invoices and charges as Stripe's objects.

Here: columns and nested lists. Not here: what is billed (`billing`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.billing import InvoiceLines, Invoices, invoices
from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.columns import constant, record, table
from cdp_platform.simulator.contracts import FOREVER, Contracts, Lines, Segments
from cdp_platform.simulator.identifiers import numbered, stripe_ids
from cdp_platform.simulator.parties import Payers
from cdp_platform.simulator.products import CURRENCIES, PRODUCTS
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.stripe.objects import CHARGE, CUSTOMER, INVOICE, PRICE, SUBSCRIPTION, changes, product_ids
from cdp_platform.simulator.timeline import DAY, day_numbers
from cdp_platform.simulator.world import World


class Account:
    """Subscriptions, invoices and charges of one kind of payers."""

    def __init__(
        self,
        world: World,
        payers: Payers,
        contracts: Contracts,
        lines: Lines,
        segments: Segments,
        offset: int,
        series: int,
    ) -> None:
        self.contracts, self.lines, self.segments, self.series = contracts, lines, segments, series
        billed = invoices(
            world.chance("stripe", "invoices", str(offset > 0)), world.timeline, contracts, lines, segments
        )
        self.heads: Invoices = billed[0]
        self.parts: InvoiceLines = billed[1]
        self.begins = day_numbers(contracts.first, contracts.day) * DAY + 600
        self.customer = payers.register.record_of(
            world.chance("stripe", str(offset)), contracts.buyer + offset, self.begins, second=0.0
        )
        self.currency = gather(pl.Series(CURRENCIES).str.to_lowercase(), contracts.currency)

    def _lists(self, owner: Ints, items: pl.Series, owners: int) -> pl.Series:
        frame = (
            pl.DataFrame({"owner": owner, "item": items})
            .group_by("owner", maintain_order=True)
            .agg("item")
            .sort("owner")
        )
        everyone = pl.DataFrame({"owner": np.arange(owners)}).join(frame, on="owner", how="left", maintain_order="left")
        return everyone.select(pl.struct(object=pl.lit("list"), data="item").alias("items"))["items"]

    def subscriptions(self) -> Rows:
        """Agreements: one product, for a number of seats that stays."""
        contracts, lines = self.contracts, self.lines
        n = len(contracts)
        price = stripe_ids("price", lines.product * len(CURRENCIES) + contracts.currency[lines.contract], PRICE)
        item = record(
            price=record(id=price, product=product_ids(lines.product)), quantity=pl.Series(self.segments.seats)
        )
        items = self._lists(lines.contract, item, n)
        over = contracts.to < FOREVER
        ends = day_numbers(np.where(over, contracts.to, 0), contracts.day) * DAY - 1

        def stage(rows: Ints, at: Ints, done: bool) -> tuple[Ints, Ints, pl.DataFrame]:
            ended = pl.Series(ends[rows]) if done else pl.Series([None], dtype=pl.Int64).new_from_index(0, len(rows))
            columns = table(
                stripe_ids("sub", rows + self.series, SUBSCRIPTION).alias("id"),
                stripe_ids("cus", self.customer[rows], CUSTOMER).alias("customer"),
                constant("canceled" if done else "active", len(rows)).alias("status"),
                self.currency.gather(rows).alias("currency"),
                items.gather(rows).alias("items"),
                pl.Series("start_date", self.begins[rows]),
                ended.alias("canceled_at"),
                ended.alias("ended_at"),
                *changes(self.begins[rows], at),
            )
            return rows, at, columns

        closed = np.flatnonzero(over)
        frame, _, at = staged([stage(np.arange(n), self.begins, False), stage(closed, ends[closed], True)])
        return Rows("subscriptions", frame, at)

    def invoices(self) -> Rows:
        """Invoices: paid when made, some void or never paid."""
        heads, parts = self.heads, self.parts
        n = len(heads)
        item = record(
            amount=pl.Series(parts.amount), description=gather(PRODUCTS["name"], parts.product),
            product=product_ids(parts.product), quantity=pl.Series(parts.seats),
        )  # fmt: skip
        lines = self._lists(parts.invoice, item, n)
        status = where(heads.voided_at < 1 << 60, "void", where(heads.paid_at < 1 << 60, "paid", constant("open", n)))
        paid = np.where((status == "paid").to_numpy(), heads.total, 0)
        start = heads.day * DAY
        frame = table(
            stripe_ids("in", np.arange(n) + self.series, INVOICE).alias("id"),
            stripe_ids("cus", self.customer[heads.contract], CUSTOMER).alias("customer"),
            numbered(1, np.arange(n) + self.series, "LW-", 8).alias("number"),
            status.alias("status"),
            self.currency.gather(heads.contract).alias("currency"),
            pl.Series("total", heads.total),
            pl.Series("amount_paid", paid),
            pl.Series("due_date", start + 14 * DAY),
            pl.Series("period_start", start),
            pl.Series("period_end", start + 30 * DAY),
            stripe_ids("sub", heads.contract + self.series, SUBSCRIPTION).alias("subscription"),
            lines.alias("lines"),
            *changes(heads.created_at, heads.created_at),
        )
        return Rows("invoices", frame, heads.created_at)

    def charges(self) -> Rows:
        """The attempt to take the money of each invoice that is not void."""
        heads = self.heads
        rows = np.flatnonzero(heads.voided_at >= 1 << 60)
        paid = heads.paid_at[rows] < 1 << 60
        at = heads.created_at[rows] + 60
        frame = table(
            stripe_ids("ch", rows + self.series, CHARGE).alias("id"),
            stripe_ids("cus", self.customer[heads.contract[rows]], CUSTOMER).alias("customer"),
            self.currency.gather(heads.contract[rows]).alias("currency"),
            pl.Series("amount", heads.total[rows]),
            pl.Series("amount_refunded", np.zeros(len(rows), np.int64)),
            pl.Series("paid", paid),
            where(paid, "succeeded", constant("failed", len(rows))).alias("status"),
            stripe_ids("in", rows + self.series, INVOICE).alias("invoice"),
            record(email=constant(None, len(rows)), name=constant(None, len(rows))).alias("billing_details"),
            *changes(at, at),
        )
        return Rows("charges", frame, at)
