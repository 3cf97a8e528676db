"""The sales pipeline: deals that became contracts, expansions and renewals, and those that were lost.

Here: the truth about opportunities and their lines, in cents of the buyer's currency; a deal's value is its first
year's. Not here: Salesforce's columns (`salesforce`).
"""

from dataclasses import dataclass

import numpy as np

from cdp_platform.simulator.billing import seats_in
from cdp_platform.simulator.chance import Chance, Ints, Mask, runs
from cdp_platform.simulator.contracts import PRICES, Contracts, Lines, Segments
from cdp_platform.simulator.products import local_price
from cdp_platform.simulator.timeline import DAY, Timeline, day_numbers, office_time

TYPES = ("New Business", "Expansion", "Renewal")
NEW, EXPANSION, RENEWAL = range(3)


@dataclass(frozen=True)
class Deals:
    """Opportunities by creation. `close_day`: the day it is won or lost, in days since 1970; open until then."""

    company: Ints
    kind: Ints
    created_at: Ints
    close_day: Ints
    is_won: Mask
    currency: Ints
    amount: Ints

    def __len__(self) -> int:
        return len(self.company)


@dataclass(frozen=True)
class DealLines:
    """Products of deals: `price` is a year of one seat."""

    deal: Ints
    product: Ints
    seats: Ints
    price: Ints


def won(timeline: Timeline, contracts: Contracts, lines: Lines, segments: Segments) -> tuple[Ints, Ints, Ints, Ints]:
    """Everything that a contract's history says was sold: contract line, month, seats, kind."""
    begin, last = timeline.first_month, timeline.first_month + timeline.months
    at_start = lines.first == contracts.first[lines.contract]
    fresh = np.flatnonzero(lines.first >= begin)
    started = (fresh, lines.first[fresh], seats_in(segments, fresh, lines.first[fresh]),
               np.where(at_start[fresh] & ~contracts.returned[lines.contract[fresh]], NEW, EXPANSION))  # fmt: skip
    grew = np.flatnonzero((segments.line == np.roll(segments.line, 1)) & (segments.seats > np.roll(segments.seats, 1))
                          & (segments.first >= begin))  # fmt: skip
    grown = (
        segments.line[grew],
        segments.first[grew],
        segments.seats[grew] - segments.seats[grew - 1],
        np.full(len(grew), EXPANSION),
    )
    origin = contracts.first[lines.contract]
    done = np.maximum(-(-(np.maximum(lines.first + 1, begin) - origin) // 12), 1)
    count = np.maximum(-(-(np.minimum(lines.to, last) - origin) // 12) - done, 0)
    line, place = runs(count)
    month = origin[line] + (done[line] + place) * 12
    renewed = (
        line,
        month,
        seats_in(segments, line, np.maximum(month - 1, lines.first[line])),
        np.full(len(line), RENEWAL),
    )
    parts = list(zip(started, grown, renewed, strict=True))
    return tuple(np.concatenate(part) for part in parts)  # type: ignore[return-value]


def deals(chance: Chance, timeline: Timeline, contracts: Contracts, lines: Lines, segments: Segments, known_at: Ints,
          currency: Ints, seats: Ints, lost: int) -> tuple[Deals, DealLines]:  # fmt: skip
    """All deals of companies; `lost` is how many were lost until the history's end. `seats`: head count that might
    buy."""
    line, month, sold, kind = won(timeline, contracts, lines, segments)
    contract = lines.contract[line]
    key = (contract * 4096 + month - timeline.first_month) * 4 + kind
    keys, first, deal = np.unique(key, return_index=True, return_inverse=True)
    close = day_numbers(month[first], contracts.day[contract[first]]) - chance.integers(1, 12, len(keys))
    length = 5 + chance.exponential(40, len(keys)).astype(np.int64)
    company = contracts.buyer[contract[first]]

    losing = timeline.arrivals(chance, lost, before=0.0)
    loser = chance.integers(0, len(known_at), len(losing))
    losing = np.maximum(losing, known_at[loser] + 3 * DAY)
    per_deal = 1 + chance.mask(0.3, len(losing)).astype(np.int64)
    lost_deal, place = runs(per_deal)
    product = (chance.integers(0, len(PRICES), len(losing))[lost_deal] + place * 3) % len(PRICES)
    price = local_price(PRICES[product], currency[loser[lost_deal]])

    company = np.concatenate([company, loser])
    created = np.concatenate([office_time(close - length, chance), losing])
    created = np.maximum(created, known_at[company] + DAY)
    lasts = (10 + chance.exponential(55, len(losing))).astype(np.int64)
    close = np.concatenate([close, losing // DAY + lasts])
    close = np.maximum(close, created // DAY + 1)
    is_won = np.repeat([True, False], [len(keys), len(losing)])
    kinds = np.concatenate([kind[first], np.where(chance.mask(0.8, len(losing)), NEW, EXPANSION)])
    of = np.concatenate([deal, len(keys) + lost_deal])
    what = np.concatenate([lines.product[line], product])
    many = np.concatenate([sold, seats[loser[lost_deal]]])
    each = np.concatenate([lines.price[line], price]) * 12
    return _in_order(
        timeline,
        Deals(company, kinds, created, close, is_won, currency[company], created),
        DealLines(of, what, many, each),
    )


def _in_order(timeline: Timeline, heads: Deals, parts: DealLines) -> tuple[Deals, DealLines]:
    kept = np.flatnonzero((heads.created_at < timeline.horizon) & (heads.close_day * DAY >= timeline.start))
    order = kept[np.argsort(heads.created_at[kept], kind="stable")]
    number = np.full(len(heads), -1)
    number[order] = np.arange(len(order))
    deal = number[parts.deal]
    rows = np.flatnonzero(deal >= 0)
    rows = rows[np.argsort(deal[rows], kind="stable")]
    deal = deal[rows]
    cents = parts.seats[rows] * parts.price[rows]
    amount = np.bincount(deal, weights=cents, minlength=len(order)).astype(np.int64)
    sorted_heads = Deals(heads.company[order], heads.kind[order], heads.created_at[order], heads.close_day[order],
                         heads.is_won[order], heads.currency[order], amount)  # fmt: skip
    return sorted_heads, DealLines(deal, parts.product[rows], parts.seats[rows], parts.price[rows])
