"""Customers, products and prices as Stripe's objects.

Here: columns only, and the ids that other objects refer to. Not here: payments (`account`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather
from cdp_platform.simulator.columns import constant, flag, record, table
from cdp_platform.simulator.identifiers import stripe_ids
from cdp_platform.simulator.parties import Payers
from cdp_platform.simulator.products import CURRENCIES, PRODUCTS, currency_of, local_price
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.timeline import DAY
from cdp_platform.simulator.world import World

CUSTOMER, PRICE, SUBSCRIPTION, INVOICE, CHARGE = range(5)


def changes(created: Ints, at: Ints, deleted: np.ndarray | bool = False) -> list[pl.Series]:
    """created, updated, is_deleted."""
    gone = np.broadcast_to(np.asarray(deleted), len(at))
    return [pl.Series("created", created), pl.Series("updated", at), pl.Series("is_deleted", gone)]


def customers(world: World, payers: Payers) -> Rows:
    """Payers."""
    register, seen = payers.register, payers.versions()
    number, f = seen.record, seen.frame
    who = register.who[number]
    company, person = payers.split(who)
    country = np.where(payers.is_person(who), world.people.country[person], world.companies.country[company])
    address = record(
        city=f["city"], country=f["country"], line1=f["street"], line2=constant(None, len(number)),
        postal_code=f["postal_code"], state=f["region"],
    )  # fmt: skip
    frame = table(
        stripe_ids("cus", number, CUSTOMER).alias("id"),
        f["full_name"].alias("name"),
        f["email"],
        f["phone"],
        address.alias("address"),
        constant(None, len(number)).alias("description"),
        gather(pl.Series(CURRENCIES).str.to_lowercase(), currency_of(country)).alias("currency"),
        pl.Series("balance", np.zeros(len(number), dtype=np.int64)),
        flag(False, len(number)).alias("delinquent"),
        record(channel=constant("self-service", len(number))).alias("metadata"),
        *changes(register.created_at[number], seen.at, seen.is_deleted),
    )
    return Rows("customers", frame, seen.at, True, payers.entities(who), payers.record_types(who))


def product_ids(product: Ints) -> pl.Series:
    """Ids of products."""
    return gather("prod_" + PRODUCTS["code"].str.replace("-", "", literal=True), product)


def products(world: World) -> Rows:
    """What we sell."""
    n = len(PRODUCTS)
    at = np.full(n, world.timeline.start - 40 * DAY)
    usd = np.arange(n) * len(CURRENCIES)
    frame = table(
        product_ids(np.arange(n)).alias("id"),
        PRODUCTS["name"],
        constant(None, n).alias("description"),
        flag(True, n).alias("active"),
        stripe_ids("price", usd, PRICE).alias("default_price"),
        record(product_code=PRODUCTS["code"]).alias("metadata"),
        *changes(at, at),
    )
    return Rows("products", frame, at)


def prices(world: World) -> Rows:
    """The price list in every currency."""
    product, currency = np.divmod(np.arange(len(PRODUCTS) * len(CURRENCIES)), len(CURRENCIES))
    at = np.full(len(product), world.timeline.start - 40 * DAY)
    cents = local_price(PRODUCTS["price_cents"].to_numpy()[product], currency)
    frame = table(
        stripe_ids("price", np.arange(len(product)), PRICE).alias("id"),
        product_ids(product).alias("product"),
        gather(pl.Series(CURRENCIES).str.to_lowercase(), currency).alias("currency"),
        pl.Series("unit_amount", cents),
        constant("recurring", len(product)).alias("type"),
        record(
            interval=constant("month", len(product)), interval_count=pl.Series(np.ones(len(product), np.int64))
        ).alias("recurring"),
        flag(True, len(product)).alias("active"),
        *changes(at, at),
    )
    return Rows("prices", frame, at)
