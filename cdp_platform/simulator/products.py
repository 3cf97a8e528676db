"""What we sell, and what currencies are worth.

Here: the price list and the monthly exchange rates. Not here: who buys (`contracts`).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Chance, Floats, Ints
from cdp_platform.simulator.timeline import Timeline
from cdp_platform.simulator.words.places import COUNTRIES

PRODUCTS = pl.DataFrame(
    [
        ("LV-BAS", "Leave Basic", "Leave", "Basic", 600),
        ("LV-PRO", "Leave Professional", "Leave", "Professional", 1100),
        ("LV-ENT", "Leave Enterprise", "Leave", "Enterprise", 1700),
        ("WB-BAS", "Wellbeing Basic", "Wellbeing", "Basic", 400),
        ("WB-PRO", "Wellbeing Professional", "Wellbeing", "Professional", 800),
        ("WB-ENT", "Wellbeing Enterprise", "Wellbeing", "Enterprise", 1200),
        ("IN-PRO", "Insights Professional", "Insights", "Professional", 500),
        ("IN-ENT", "Insights Enterprise", "Insights", "Enterprise", 900),
    ],
    schema=["code", "name", "line", "tier", "price_cents"],
    orient="row",
)
"""Price in US cents per seat and month."""

CURRENCIES = tuple(dict.fromkeys(country.currency for country in COUNTRIES.values()))
_WORTH = {"USD": 1.0, "GBP": 1.27, "EUR": 1.09, "CAD": 0.735, "AUD": 0.662, "CHF": 1.13, "SEK": 0.0951, "DKK": 0.146}
MICRO = 1_000_000


def currency_of(country: Ints) -> Ints:
    """Position in CURRENCIES of each country's currency."""
    return np.array([CURRENCIES.index(c.currency) for c in COUNTRIES.values()], dtype=np.int64)[country]


def local_price(cents: Ints, currency: Ints) -> Ints:
    """A US price on the list of another currency, in its cents; lists follow no rate."""
    worth = np.array([_WORTH[code] for code in CURRENCIES])
    return np.maximum(np.rint(cents / worth[currency] / 10).astype(np.int64) * 10, 10)


@dataclass(frozen=True)
class Rates:
    """Millionths of a US dollar for one unit, by month since `first_month` and currency; valid from the month's first
    day."""

    first_month: int
    micro: Ints

    def at(self, month: Ints, currency: Ints) -> Ints:
        """Rates in a month (month numbers) for currencies."""
        row = np.clip(month - self.first_month, 0, len(self.micro) - 1)
        return self.micro[row, currency]


def rates(chance: Chance, timeline: Timeline) -> Rates:
    """Monthly rates that wander, from a year before the world begins."""
    months = timeline.months + 12
    steps: Floats = chance.rng.normal(0, 0.011, (months, len(CURRENCIES)))
    steps[:, 0] = 0
    worth = np.array([_WORTH[code] for code in CURRENCIES]) * np.exp(np.cumsum(steps, axis=0) * 0.9)
    return Rates(timeline.first_month - 12, np.rint(worth * MICRO).astype(np.int64))


def reporting_cents(cents: Ints, micro: Ints) -> Ints:
    """Cents in US dollars, each amount rounded half away from zero."""
    product = np.abs(cents) * micro
    return np.sign(cents) * ((product + MICRO // 2) // MICRO)
