"""Opportunities and their line items in Salesforce's columns.

Here: columns, and a deal's stages on its way. Not here: the truth about deals (`pipeline`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.columns import amount, constant, flag, table, whole
from cdp_platform.simulator.pipeline import TYPES
from cdp_platform.simulator.products import CURRENCIES, PRODUCTS
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.salesforce.crm import Crm
from cdp_platform.simulator.salesforce.ids import ACCOUNT, LINE, OPPORTUNITY, USER, ids
from cdp_platform.simulator.timeline import DAY, dates, moments, office_time
from cdp_platform.simulator.world import World


def opportunities(world: World, crm: Crm) -> Rows:
    """Deals: open, often once looked at in between, then won or lost."""
    heads = world.deals[0]
    chance, n = world.chance("salesforce", "opportunity"), len(heads)
    account = crm.accounts.record_of(chance, heads.company, heads.created_at)
    closed_at = np.maximum(office_time(heads.close_day, chance), heads.created_at + 7200)
    middle = heads.created_at + (chance.uniform(0.3, 0.8, n) * (closed_at - heads.created_at)).astype(np.int64)
    slip = chance.integers(-20, 30, n)
    everyone = np.arange(n)
    named = gather(world.companies.text["name"], heads.company) + " - " + gather(pl.Series(TYPES), heads.kind)

    def stage(rows: Ints, at: Ints, name: pl.Series, closed: bool) -> tuple[Ints, Ints, pl.DataFrame]:
        close_day = heads.close_day[rows] + (0 if closed else slip[rows])
        columns = table(
            ids(OPPORTUNITY, rows).alias("Id"),
            ids(ACCOUNT, account[rows]).alias("AccountId"),
            gather(named, rows).alias("Name"),
            name.alias("StageName"),
            amount(heads.amount[rows]).alias("Amount"),
            dates(np.maximum(close_day, at // DAY) if not closed else close_day).alias("CloseDate"),
            flag(closed, len(rows)).alias("IsClosed"),
            pl.Series("IsWon", heads.is_won[rows] & closed),
            gather(pl.Series(TYPES), heads.kind[rows]).alias("Type"),
            ids(USER, crm.owner_of(heads.company[rows])).alias("OwnerId"),
            gather(pl.Series(CURRENCIES), heads.currency[rows]).alias("CurrencyIsoCode"),
            flag(False, len(rows)).alias("IsDeleted"),
            moments(heads.created_at[rows]).alias("CreatedDate"),
            moments(at).alias("SystemModstamp"),
        )
        return rows, at, columns

    halfway = np.flatnonzero(chance.mask(0.6, n))
    ending = where(heads.is_won, "Closed Won", constant("Closed Lost", n))
    frame, _, at = staged(
        [
            stage(everyone, heads.created_at, chance.pick(["Prospecting", "Qualification"], n), False),
            stage(halfway, middle[halfway] + 1, chance.pick(["Proposal", "Negotiation"], len(halfway)), False),
            stage(everyone, closed_at + 2, ending, True),
        ]
    )
    return Rows("Opportunity", frame, at)


def line_items(world: World) -> Rows:
    """Products of deals; a few deals have none."""
    heads, lines = world.deals
    bare = world.chance("salesforce", "line items").mask(0.02, len(heads))
    kept = np.flatnonzero(~bare[lines.deal])
    deal, written = lines.deal[kept], heads.created_at[lines.deal[kept]] + 60
    cents = lines.seats[kept] * lines.price[kept]
    frame = table(
        ids(LINE, kept).alias("Id"),
        ids(OPPORTUNITY, deal).alias("OpportunityId"),
        gather(PRODUCTS["code"], lines.product[kept]).alias("ProductCode"),
        whole(lines.seats[kept]).alias("Quantity"),
        amount(lines.price[kept]).alias("UnitPrice"),
        amount(cents).alias("TotalPrice"),
        dates(heads.close_day[deal] + 5).alias("ServiceDate"),
        flag(False, len(kept)).alias("IsDeleted"),
        moments(written).alias("CreatedDate"),
        moments(written).alias("SystemModstamp"),
    )
    return Rows("OpportunityLineItem", frame, written)
