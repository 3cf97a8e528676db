"""Who buys what: contracts, their products, and how many seats they pay for month by month.

Here: the truth about recurring revenue. Not here: documents about it (`billing`, `pipeline`).
"""

from dataclasses import dataclass

import numpy as np

from cdp_platform.simulator.chance import Chance, Floats, Ints, Mask, runs
from cdp_platform.simulator.products import PRODUCTS, local_price
from cdp_platform.simulator.timeline import DAY, Timeline

PRICES = PRODUCTS["price_cents"].to_numpy().astype(np.int64)
FOREVER = 10_000
LEAVE, WELLBEING, INSIGHTS = 0, 3, 6


@dataclass(frozen=True)
class Contracts:
    """Agreements; months are month numbers, `to` exclusive (FOREVER: runs beyond the horizon).

    `buyer` is a position in companies or people. It is billed every `period` months on `day` (1 to 28) of the month.
    """

    buyer: Ints
    first: Ints
    to: Ints
    day: Ints
    period: Ints
    currency: Ints
    returned: Mask

    def __len__(self) -> int:
        return len(self.buyer)


@dataclass(frozen=True)
class Lines:
    """The products of contracts, and what a seat costs per month in the contract's currency and in US cents."""

    contract: Ints
    product: Ints
    first: Ints
    to: Ints
    price: Ints
    price_usd: Ints


@dataclass(frozen=True)
class Segments:
    """Months with the same number of seats: a line's life is a chain of them."""

    line: Ints
    first: Ints
    to: Ints
    seats: Ints


def signed(
    chance: Chance, timeline: Timeline, buyer: Ints, known_at: Ints, currency: Ints, months: Floats, periods: Ints
) -> Contracts:
    """One contract for each buyer soon after it became known; `months` is the mean life, a tenth of those lost
    return."""
    n = len(buyer)
    start = known_at // DAY + 5 + chance.exponential(25, n).astype(np.int64)
    first = start.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    day = np.clip(start - first.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + 1, 1, 28)
    lasts = np.maximum(np.ceil(chance.exponential(months, n) / periods), 1).astype(np.int64) * periods
    end = first + lasts
    last_month = timeline.first_month + timeline.months
    back = np.flatnonzero((end < last_month) & chance.mask(0.1, n))
    again = end[back] + chance.integers(3, 11, len(back))
    lasts_again = (
        np.maximum(np.ceil(chance.exponential(months[back], len(back)) / periods[back]), 1).astype(np.int64)
        * periods[back]
    )
    first, end = np.concatenate([first, again]), np.concatenate([end, again + lasts_again])
    who = np.concatenate([np.arange(n), back])
    returned = np.repeat([False, True], [n, len(back)])
    keep = np.flatnonzero((first < last_month) & (day[who] > 0))
    end = np.where(end >= last_month, FOREVER, end)
    who, first, end, returned = who[keep], first[keep], end[keep], returned[keep]
    return Contracts(buyer[who], first, end, day[who], periods[who], currency[who], returned)


def product_lines(
    chance: Chance, timeline: Timeline, contracts: Contracts, headcount: Ints, more: bool = True
) -> Lines:
    """The products of each contract: one from the start, `more` bought or dropped on a billing day."""
    n = len(contracts)
    tier = (headcount > 25).astype(np.int64) + (headcount > 250)
    tier = np.clip(tier + chance.index(n, [0.15, 0.7, 0.15]) - 1, 0, 2)
    main = np.where(chance.mask(0.8, n), LEAVE, WELLBEING) + tier
    steps = np.maximum(
        (np.minimum(contracts.to, timeline.first_month + timeline.months) - contracts.first) // contracts.period, 1
    )
    owner, product, first, to = [np.arange(n)], [main], [contracts.first], [contracts.to]
    for family, share in ((WELLBEING, 0.48), (INSIGHTS, 0.38)) if more else ():
        extra = np.where(family == INSIGHTS, INSIGHTS + np.maximum(tier - 1, 0), WELLBEING + tier)
        buys = np.flatnonzero(chance.mask(share, n) & (main != extra))
        start = contracts.first[buys] + chance.below(steps[buys]) * contracts.period[buys]
        left = np.maximum(
            (np.minimum(contracts.to[buys], timeline.first_month + timeline.months) - start) // contracts.period[buys],
            1,
        )
        drop = start + (1 + chance.below(left)) * contracts.period[buys]
        end = np.where(chance.mask(0.15, len(buys)), np.minimum(drop, contracts.to[buys]), contracts.to[buys])
        owner.append(buys)
        product.append(extra[buys])
        first.append(start)
        to.append(end)
    of, what = np.concatenate(owner), np.concatenate(product)
    discount = np.where(headcount[of] > 250, chance.uniform(0.7, 0.95, len(of)), 1.0)
    usd = np.maximum((PRICES[what] * discount / 10).astype(np.int64) * 10, 10)
    return Lines(of, what, np.concatenate(first), np.concatenate(to), local_price(usd, contracts.currency[of]), usd)


def seat_segments(chance: Chance, timeline: Timeline, contracts: Contracts, lines: Lines, seats: Ints,
                  moving: bool = True) -> Segments:  # fmt: skip
    """Seats over time: where `moving`, they change on billing days, more often upwards.

    `seats`: at the start of each contract.
    """
    last = timeline.first_month + timeline.months
    period = contracts.period[lines.contract]
    steps = np.maximum(-(-(np.minimum(lines.to, last) - lines.first) // period), 1)
    line, place = runs(steps)
    change = np.where(period[line] == 12, 0.5, np.where(period[line] == 3, 0.14, 0.05))
    moves = chance.mask(change) & (place > 0) & moving
    factor = np.where(moves, np.clip(chance.rng.normal(0.09, 0.22, len(line)), -0.6, 0.9), 0.0)
    total = np.cumsum(factor)
    start = np.cumsum(steps) - steps
    level = np.maximum(np.rint(seats[lines.contract][line] * np.exp(total - total[start[line]])), 1).astype(np.int64)
    new = (place == 0) | (level != np.roll(level, 1))
    rows = np.flatnonzero(new)
    of = line[rows]
    first = lines.first[of] + place[rows] * period[of]
    follows = np.append(of[1:] == of[:-1], False)
    to = np.where(follows, np.append(first[1:], 0), lines.to[of])
    return Segments(of, first, to, level[rows])
