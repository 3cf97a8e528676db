"""Items and exchange rates in NetSuite's columns.

Here: columns only. Not here: the price list and the rates themselves (`products`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import gather
from cdp_platform.simulator.columns import constant, flag, table
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.products import CURRENCIES, MICRO, PRODUCTS
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.timeline import DAY, dates, moments, month_start, second_of
from cdp_platform.simulator.world import World

ITEM_BASE = 101


def items(world: World) -> Rows:
    """The price list."""
    at = np.full(len(PRODUCTS), world.timeline.start - 30 * DAY)
    frame = table(
        numbered(ITEM_BASE, np.arange(len(PRODUCTS))).alias("id"),
        PRODUCTS["code"].alias("itemId"),
        PRODUCTS["name"].alias("displayName"),
        PRODUCTS["line"].alias("class"),
        PRODUCTS["tier"].alias("pricingTier"),
        (PRODUCTS["price_cents"] / 100).alias("basePrice"),
        flag(False, len(PRODUCTS)).alias("isInactive"),
        moments(at).alias("lastModifiedDate"),
    )
    return Rows("item", frame, at)


def currency_rates(world: World) -> Rows:
    """Monthly rates to US dollars."""
    rates = world.rates
    month, currency = np.divmod(np.arange(rates.micro.size), len(CURRENCIES))
    keep = currency > 0
    month, currency = month[keep], currency[keep]
    starts = np.array([second_of(month_start(rates.first_month + m)) for m in range(len(rates.micro))])[month]
    frame = table(
        numbered(1, np.arange(len(month))).alias("id"),
        constant("USD", len(month)).alias("baseCurrency"),
        gather(pl.Series(CURRENCIES), currency).alias("transactionCurrency"),
        pl.Series("exchangeRate", rates.micro[month, currency] / MICRO),
        dates(starts // DAY).alias("effectiveDate"),
        moments(starts + 1800).alias("lastModifiedDate"),
    )
    return Rows("currencyrate", frame, starts + 1800)
