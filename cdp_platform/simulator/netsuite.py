"""The ERP as NetSuite would hand it out: customers, items, invoices, credit memos, recognition and rates.

Here: whom the ERP knows, and its columns. Not here: the documents' truth (`billing`), errors (`sightings`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.billing import CreditMemos, InvoiceLines, Invoices, credit_memos, invoices, recognition
from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.contracts import Contracts
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.parties import Payers, enrol_payers
from cdp_platform.simulator.products import CURRENCIES, MICRO, PRODUCTS, currency_of
from cdp_platform.simulator.profiles import ERP_COMPANY, ERP_PERSON
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.timeline import DAY, NEVER, dates, day_numbers, moments, month_start, second_of
from cdp_platform.simulator.world import PRIVATE, World

CUSTOMER_BASE, INVOICE_BASE, LINE_BASE, MEMO_BASE, PLAN_BASE = 10_001, 500_001, 2_000_001, 900_000_001, 100_000_001
PERSON_DOCUMENTS = 400_000_000
"""Added to the numbers of documents of private persons, whose series is their own."""


def streams(world: World) -> Iterator[Rows]:
    """All streams of the ERP."""
    private = world.private_contracts(PRIVATE)
    payers = _payers(world, private[0])
    yield _customers(world, payers)
    yield _items(world)
    firms = len(world.companies)
    theirs = invoices(world.chance("invoices", "private"), world.timeline, *private)
    both = [
        _Ledger(world, payers, world.contracts, 0, 0, *world.opening),
        _Ledger(world, payers, private[0], firms, PERSON_DOCUMENTS, *theirs),
    ]
    for documents in ("invoice", "line", "memo", "plan"):
        parts = [getattr(ledger, documents)() for ledger in both]
        frame = pl.concat([part.frame for part in parts])
        yield Rows(parts[0].stream, frame, np.concatenate([part.at for part in parts]))
    yield _rates(world)


def _first_contract(contracts: Contracts) -> tuple[Ints, Ints]:
    buyer, first = np.unique(contracts.buyer, return_index=True)
    begins = np.full(len(buyer), NEVER)
    np.minimum.at(begins, np.searchsorted(buyer, contracts.buyer), day_numbers(contracts.first, contracts.day) * DAY)
    return buyer, begins


def _payers(world: World, private: Contracts) -> Payers:
    chance = world.chance("netsuite", "opened")
    parties = []
    for buyer, begins in (_first_contract(world.contracts), _first_contract(private)):
        parties.append((buyer, begins - chance.integers(3600, 4 * DAY, len(buyer))))
    return enrol_payers(world, "netsuite", parties[0], parties[1], (0.22, 0.06), (ERP_COMPANY, ERP_PERSON))


def _customers(world: World, payers: Payers) -> Rows:
    register, seen = payers.register, payers.versions()
    record, f = seen.record, seen.frame
    who = register.who[record]
    company, person = payers.split(who)
    human = payers.is_person(who)
    chance, firms = world.chance("netsuite", "customer"), world.companies
    above = np.where(~human & (seen.at >= firms.parent_since[company]), firms.parent[company], -1)
    above = np.where(chance.mask(0.8, len(register))[record], above, -1)
    parent = register.record_of(chance, above, seen.at, second=0.0)
    country = np.where(human, world.people.country[person], firms.country[company])
    frame = pl.DataFrame([
        numbered(CUSTOMER_BASE, record).alias("id"), numbered(1, record, "CUST", 6).alias("entityId"),
        pl.Series("isPerson", human), f["company_name"].alias("companyName"),
        f["first_name"].alias("firstName"), f["last_name"].alias("lastName"), f["email"], f["phone"],
        f["website"].alias("url"), f["tax_id"].alias("vatRegNumber"),
        _null_if(parent < 0, numbered(CUSTOMER_BASE, np.maximum(parent, 0))).alias("parent"),
        f["street"].alias("billStreet"), f["city"].alias("billCity"), f["region"].alias("billState"),
        f["postal_code"].alias("billZip"), f["country"].alias("billCountry"),
        gather(pl.Series(CURRENCIES), currency_of(country)).alias("currency"),
        pl.Series("isInactive", np.full(len(record), False)),
        moments(register.created_at[record]).alias("dateCreated"),
        moments(seen.at, ~seen.is_deleted).alias("deletedDate"), moments(seen.at).alias("lastModifiedDate"),
    ])  # fmt: skip
    return Rows("customer", frame, seen.at, True, payers.entities(who), payers.record_types(who))


def _null_if(mask: np.ndarray, column: pl.Series) -> pl.Series:
    return where(mask, None, column)


def _items(world: World) -> Rows:
    at = np.full(len(PRODUCTS), world.timeline.start - 30 * DAY)
    frame = pl.DataFrame([
        numbered(101, np.arange(len(PRODUCTS))).alias("id"), PRODUCTS["code"].alias("itemId"), PRODUCTS["name"].alias("displayName"),
        PRODUCTS["line"].alias("class"), PRODUCTS["tier"].alias("pricingTier"), (PRODUCTS["price_cents"] / 100).alias("basePrice"),
        pl.Series("isInactive", np.full(len(PRODUCTS), False)), moments(at).alias("lastModifiedDate"),
    ])  # fmt: skip
    return Rows("item", frame, at)


def _rates(world: World) -> Rows:
    table = world.rates
    month, currency = np.divmod(np.arange(table.micro.size), len(CURRENCIES))
    keep = currency > 0
    month, currency = month[keep], currency[keep]
    starts = np.array([second_of(month_start(table.first_month + m)) for m in range(len(table.micro))])[month]
    frame = pl.DataFrame([
        numbered(1, np.arange(len(month))).alias("id"), pl.Series(["USD"]).new_from_index(0, len(month)).alias("baseCurrency"),
        gather(pl.Series(CURRENCIES), currency).alias("transactionCurrency"),
        pl.Series("exchangeRate", table.micro[month, currency] / MICRO), dates(starts // DAY).alias("effectiveDate"),
        moments(starts + 1800).alias("lastModifiedDate"),
    ])  # fmt: skip
    return Rows("currencyrate", frame, starts + 1800)


class _Ledger:
    """The documents of one kind of buyers."""

    def __init__(self, world: World, payers: Payers, contracts: Contracts, offset: int, series: int, heads: Invoices,
                 lines: InvoiceLines) -> None:  # fmt: skip
        self.world, self.payers, self.contracts, self.series = world, payers, contracts, series
        self.heads, self.lines = heads, lines
        buyer = contracts.buyer[heads.contract] + offset
        chance = world.chance("netsuite", "billed", str(offset > 0))
        self.customer = payers.register.record_of(chance, buyer, heads.created_at + 1, second=0.15)
        self.currency = gather(pl.Series(CURRENCIES), contracts.currency[heads.contract])
        self.memos: CreditMemos = credit_memos(chance, world.timeline, heads, lines)

    def _id(self, base: int, numbers: Ints) -> pl.Series:
        return numbered(base + self.series, numbers)

    def _entity(self, rows: Ints) -> pl.Series:
        return numbered(CUSTOMER_BASE, self.customer[rows])

    def invoice(self) -> Rows:
        """Invoices: open, then paid, voided or deleted."""
        heads, n = self.heads, len(self.heads)

        def stage(rows: Ints, at: Ints, status: str, deleted: bool = False) -> tuple[Ints, Ints, pl.DataFrame]:
            return rows, at, pl.DataFrame([
                self._id(INVOICE_BASE, rows).alias("id"), numbered(1, rows, "INV-" if not self.series else "INP-", 7).alias("tranId"),
                self._entity(rows).alias("entity"), dates(heads.day[rows]).alias("tranDate"), dates(heads.day[rows] + 30).alias("dueDate"),
                self.currency.gather(rows).alias("currency"), pl.Series("total", heads.total[rows] / 100.0),
                pl.Series([status]).new_from_index(0, len(rows)).alias("status"),
                moments(at, np.full(len(rows), not deleted)).alias("deletedDate"), moments(at).alias("lastModifiedDate"),
            ])  # fmt: skip

        paid, voided, deleted = (np.flatnonzero(m < NEVER) for m in (heads.paid_at, heads.voided_at, heads.deleted_at))
        frame, _, at = staged([
            stage(np.arange(n), heads.created_at, "Open"),
            stage(paid, heads.paid_at[paid], "Paid In Full"),
            stage(voided, heads.voided_at[voided], "Voided"),
            stage(deleted, heads.deleted_at[deleted], "Open", deleted=True),
        ])  # fmt: skip
        return Rows("invoice", frame, at)

    def line(self) -> Rows:
        """Invoice lines, deleted with their invoice."""
        heads, lines = self.heads, self.lines

        def stage(rows: Ints, at: Ints, deleted: bool) -> tuple[Ints, Ints, pl.DataFrame]:
            return rows, at, pl.DataFrame([
                self._id(LINE_BASE, rows).alias("id"), self._id(INVOICE_BASE, lines.invoice[rows]).alias("invoice"),
                numbered(101, lines.product[rows]).alias("item"), pl.Series("quantity", lines.seats[rows].astype(np.float64)),
                pl.Series("rate", lines.rate[rows] / 100.0), pl.Series("amount", lines.amount[rows] / 100.0),
                moments(at, np.full(len(rows), not deleted)).alias("deletedDate"), moments(at).alias("lastModifiedDate"),
            ])  # fmt: skip

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
        frame = pl.DataFrame([
            self._id(MEMO_BASE, number).alias("id"), numbered(1, number, "CM-" if not self.series else "CP-", 6).alias("tranId"),
            self._entity(memos.invoice).alias("entity"), self._id(INVOICE_BASE, memos.invoice).alias("createdFrom"),
            numbered(101, memos.product).alias("item"), dates(memos.day).alias("tranDate"),
            self.currency.gather(memos.invoice).alias("currency"), pl.Series("total", memos.amount / 100.0),
            moments(memos.created_at).alias("lastModifiedDate"),
        ])  # fmt: skip
        return Rows("creditmemo", frame, memos.created_at)

    def plan(self) -> Rows:
        """Recognition, month by month, as each month's day comes."""
        line, day, cents = recognition(self.heads, self.lines, self.contracts)
        at = np.maximum(day * DAY + 2 * 3600, self.heads.created_at[self.lines.invoice[line]] + 600)
        kept = np.flatnonzero(at < self.world.timeline.horizon)
        line, day, cents, at = line[kept], day[kept], cents[kept], at[kept]
        invoice = self.lines.invoice[line]
        frame = pl.DataFrame([
            self._id(PLAN_BASE, kept).alias("id"), self._id(INVOICE_BASE, invoice).alias("invoice"),
            self._id(LINE_BASE, line).alias("invoiceItem"), self._entity(invoice).alias("entity"),
            numbered(101, self.lines.product[line]).alias("item"), dates(day).alias("recognitionDate"),
            self.currency.gather(invoice).alias("currency"), pl.Series("amount", cents / 100.0), moments(at).alias("lastModifiedDate"),
        ])  # fmt: skip
        return Rows("revenueplan", frame, at)
