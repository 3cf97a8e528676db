"""Documents that follow from contracts: invoices with lines, credit memos, and the months in which revenue counts.

Here: the truth about billed and recognised money, in cents of the contract's currency. Contracts older than the world
are taken over by opening invoices dated the day before it, for what is left of their period. Not here: any vendor's
columns.
"""

from dataclasses import dataclass

import numpy as np

from cdp_platform.simulator.chance import Chance, Ints, Mask, runs
from cdp_platform.simulator.contracts import Contracts, Lines, Segments
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline, day_numbers, office_time

SPAN = 1 << 14


@dataclass(frozen=True)
class Invoices:
    """Invoices by date. Moments are seconds (NEVER: not). `day` is the document's date in days since 1970."""

    contract: Ints
    day: Ints
    created_at: Ints
    paid_at: Ints
    voided_at: Ints
    deleted_at: Ints
    total: Ints

    def __len__(self) -> int:
        return len(self.contract)

    @property
    def stands(self) -> Mask:
        """Neither voided nor deleted, ever."""
        return (self.voided_at == NEVER) & (self.deleted_at == NEVER)


@dataclass(frozen=True)
class InvoiceLines:
    """Lines, by invoice: seats billed for a number of months from month `first` on."""

    invoice: Ints
    line: Ints
    product: Ints
    first: Ints
    months: Ints
    seats: Ints
    rate: Ints
    amount: Ints


@dataclass(frozen=True)
class CreditMemos:
    """Money given back on an invoice."""

    invoice: Ints
    product: Ints
    day: Ints
    created_at: Ints
    amount: Ints


def seats_in(segments: Segments, line: Ints, month: Ints) -> Ints:
    """Seats of lines in months within their life."""
    keys = segments.line * SPAN + segments.first
    return segments.seats[np.searchsorted(keys, line * SPAN + month, side="right") - 1]


def invoices(
    chance: Chance, timeline: Timeline, contracts: Contracts, lines: Lines, segments: Segments
) -> tuple[Invoices, InvoiceLines]:
    """Every invoice from the world's beginning to its horizon."""
    begin, last = timeline.first_month, timeline.first_month + timeline.months
    period = contracts.period[lines.contract]
    done = -(-np.maximum(begin - lines.first, 0) // period)
    count = np.maximum(-(-(np.minimum(lines.to, last) - lines.first) // period) - done, 0)
    line, place = runs(count)
    month = lines.first[line] + (done[line] + place) * period[line]
    stub = np.flatnonzero((lines.first < begin) & (lines.to > begin) & ((begin - lines.first) % period > 0))
    opens = (lines.first + done * period)[stub] - begin
    line = np.concatenate([stub, line])
    months = np.concatenate([opens, period[line[len(stub) :]]])
    month = np.concatenate([np.full(len(stub), begin), month])
    is_opening = np.repeat([True, False], [len(stub), len(line) - len(stub)])
    day = np.where(is_opening, timeline.start // DAY - 1, day_numbers(month, contracts.day[lines.contract[line]]))
    keep = np.flatnonzero(day * DAY < timeline.horizon)
    order = keep[np.lexsort((line[keep], lines.contract[line[keep]], day[keep]))]
    line, month, months, day = line[order], month[order], months[order], day[order]

    contract = lines.contract[line]
    new = np.append(True, (day[1:] != day[:-1]) | (contract[1:] != contract[:-1]))[: len(line)]
    invoice = np.cumsum(new) - 1
    rate = lines.price[line] * months
    seats = seats_in(segments, line, np.maximum(month, lines.first[line]))
    amount = seats * rate
    heads = np.flatnonzero(new)
    total = np.add.reduceat(amount, heads) if len(heads) else amount
    return (
        _headers(chance, contract[heads], day[heads], total),
        InvoiceLines(invoice, line, lines.product[line], month, months, seats, rate, amount),
    )


def _headers(chance: Chance, contract: Ints, day: Ints, total: Ints) -> Invoices:
    n = len(contract)
    created = office_time(day, chance, 4, 8)
    fate = chance.rng.random(n)
    voided = np.where(fate < 0.006, created + chance.integers(DAY // 2, 6 * DAY, n), NEVER)
    deleted = np.where((fate >= 0.006) & (fate < 0.008), created + chance.integers(DAY // 2, 4 * DAY, n), NEVER)
    pays = (fate >= 0.008) & (fate < 0.975)
    paid = np.where(pays, created + (DAY * (3 + chance.exponential(19, n))).astype(np.int64), NEVER)
    return Invoices(contract, day, created, paid, voided, deleted, total)


def credit_memos(chance: Chance, timeline: Timeline, heads: Invoices, lines: InvoiceLines) -> CreditMemos:
    """A credit on one or two of a hundred invoices, of a part or the whole of one line."""
    credited = heads.stands[lines.invoice] & chance.mask(0.01, len(lines.invoice))
    chosen = np.flatnonzero(credited)
    n = len(chosen)
    day = heads.day[lines.invoice[chosen]] + chance.integers(2, 45, n)
    part = np.where(chance.mask(0.25, n), 1.0, chance.uniform(0.05, 0.6, n))
    amount = np.maximum((lines.amount[chosen] * part).astype(np.int64), 1)
    keep = np.flatnonzero(day * DAY < timeline.horizon)
    keep = keep[np.argsort(day[keep], kind="stable")]
    chosen, day, amount = chosen[keep], day[keep], amount[keep]
    return CreditMemos(lines.invoice[chosen], lines.product[chosen], day, office_time(day, chance, 8, 16), amount)


def recognition(heads: Invoices, lines: InvoiceLines, contracts: Contracts) -> tuple[Ints, Ints, Ints]:
    """For each month of each standing line: the line, the day (since 1970) and the cents; a line's months sum to its
    amount."""
    counts = np.where(heads.stands[lines.invoice], lines.months, 0)
    line, place = runs(counts)
    share = lines.amount[line] // lines.months[line]
    rest = lines.amount[line] - share * lines.months[line]
    cents = share + np.where(place == lines.months[line] - 1, rest, 0)
    contract = heads.contract[lines.invoice[line]]
    day = day_numbers(lines.first[line] + place, contracts.day[contract])
    return line, day, cents
