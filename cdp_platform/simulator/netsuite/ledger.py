"""Invoices, their lines, credit memos and recognition in NetSuite's columns.

Here: columns, and an invoice's states on its way. Not here: the documents' truth (`billing`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.billing import InvoiceLines, Invoices, credit_memos, recognition
from cdp_platform.simulator.chance import Ints, gather
from cdp_platform.simulator.columns import amount, constant, table, whole
from cdp_platform.simulator.contracts import Contracts
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.netsuite.customers import CUSTOMER_BASE
from cdp_platform.simulator.netsuite.lists import ITEM_BASE
from cdp_platform.simulator.parties import Payers
from cdp_platform.simulator.products import CURRENCIES
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.timeline import DAY, NEVER, dates, moments
from cdp_platform.simulator.world import World

INVOICE_BASE, LINE_BASE, MEMO_BASE, PLAN_BASE = 500_001, 2_000_001, 900_000_001, 100_000_001
PERSON_DOCUMENTS = 400_000_000
"""Added to the numbers of documents of private persons, whose series is their own."""
Stage = tuple[Ints, Ints, pl.DataFrame]


class Ledger:
    """The documents of one kind of buyers: companies (`series` 0) or private persons."""

    def __init__(self, world: World, payers: Payers, contracts: Contracts, offset: int, series: int, heads: Invoices,
                 lines: InvoiceLines) -> None:  # fmt: skip
        self.world, self.contracts, self.series = world, contracts, series
        self.heads, self.lines = heads, lines
        chance = world.chance("netsuite", "billed", str(series > 0))
        buyer = contracts.buyer[heads.contract] + offset
        self.customer = payers.register.record_of(chance, buyer, heads.created_at + 1, second=0.15)
        self.currency = gather(pl.Series(CURRENCIES), contracts.currency[heads.contract])
        self.memos = credit_memos(chance, world.timeline, heads, lines)

    def _id(self, base: int, numbers: Ints) -> pl.Series:
        return numbered(base + self.series, numbers)

    def _number(self, prefix: str, rows: Ints) -> pl.Series:
        return numbered(1, rows, f"{prefix}P-" if self.series else f"{prefix}-", 7)

    def _entity(self, invoice: Ints) -> pl.Series:
        return numbered(CUSTOMER_BASE, self.customer[invoice])

    def invoice(self) -> Rows:
        """Invoices: open, then paid, voided or deleted."""
        heads = self.heads

        def stage(rows: Ints, at: Ints, status: str, deleted: bool = False) -> Stage:
            columns = table(
                self._id(INVOICE_BASE, rows).alias("id"),
                self._number("INV", rows).alias("tranId"),
                self._entity(rows).alias("entity"),
                dates(heads.day[rows]).alias("tranDate"),
                dates(heads.day[rows] + 30).alias("dueDate"),
                self.currency.gather(rows).alias("currency"),
                amount(heads.total[rows]).alias("total"),
                constant(status, len(rows)).alias("status"),
                moments(at, np.full(len(rows), not deleted)).alias("deletedDate"),
                moments(at).alias("lastModifiedDate"),
            )
            return rows, at, columns

        paid, voided, gone = (np.flatnonzero(m < NEVER) for m in (heads.paid_at, heads.voided_at, heads.deleted_at))
        frame, _, at = staged([
            stage(np.arange(len(heads)), heads.created_at, "Open"),
            stage(paid, heads.paid_at[paid], "Paid In Full"),
            stage(voided, heads.voided_at[voided], "Voided"),
            stage(gone, heads.deleted_at[gone], "Open", deleted=True),
        ])  # fmt: skip
        return Rows("invoice", frame, at)

    def line(self) -> Rows:
        """Invoice lines, deleted with their invoice."""
        heads, lines = self.heads, self.lines

        def stage(rows: Ints, at: Ints, deleted: bool) -> Stage:
            columns = table(
                self._id(LINE_BASE, rows).alias("id"),
                self._id(INVOICE_BASE, lines.invoice[rows]).alias("invoice"),
                numbered(ITEM_BASE, lines.product[rows]).alias("item"),
                whole(lines.seats[rows]).alias("quantity"),
                amount(lines.rate[rows]).alias("rate"),
                amount(lines.amount[rows]).alias("amount"),
                moments(at, np.full(len(rows), not deleted)).alias("deletedDate"),
                moments(at).alias("lastModifiedDate"),
            )
            return rows, at, columns

        gone = np.flatnonzero(heads.deleted_at[lines.invoice] < NEVER)
        frame, _, at = staged([
            stage(np.arange(len(lines.invoice)), heads.created_at[lines.invoice], False),
            stage(gone, heads.deleted_at[lines.invoice[gone]], True),
        ])  # fmt: skip
        return Rows("invoiceitem", frame, at)

    def memo(self) -> Rows:
        """Credit memos."""
        memos = self.memos
        number = np.arange(len(memos.day))
        frame = table(
            self._id(MEMO_BASE, number).alias("id"),
            self._number("CM", number).alias("tranId"),
            self._entity(memos.invoice).alias("entity"),
            self._id(INVOICE_BASE, memos.invoice).alias("createdFrom"),
            numbered(ITEM_BASE, memos.product).alias("item"),
            dates(memos.day).alias("tranDate"),
            self.currency.gather(memos.invoice).alias("currency"),
            amount(memos.amount).alias("total"),
            moments(memos.created_at).alias("lastModifiedDate"),
        )
        return Rows("creditmemo", frame, memos.created_at)

    def plan(self) -> Rows:
        """Recognition, month by month, as each month's day comes."""
        line, day, cents = recognition(self.heads, self.lines, self.contracts)
        at = np.maximum(day * DAY + 2 * 3600, self.heads.created_at[self.lines.invoice[line]] + 600)
        kept = np.flatnonzero(at < self.world.timeline.horizon)
        line, day, cents, at = line[kept], day[kept], cents[kept], at[kept]
        invoice = self.lines.invoice[line]
        frame = table(
            self._id(PLAN_BASE, kept).alias("id"),
            self._id(INVOICE_BASE, invoice).alias("invoice"),
            self._id(LINE_BASE, line).alias("invoiceItem"),
            self._entity(invoice).alias("entity"),
            numbered(ITEM_BASE, self.lines.product[line]).alias("item"),
            dates(day).alias("recognitionDate"),
            self.currency.gather(invoice).alias("currency"),
            amount(cents).alias("amount"),
            moments(at).alias("lastModifiedDate"),
        )
        return Rows("revenueplan", frame, at)
