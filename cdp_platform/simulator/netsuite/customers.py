"""The ERP's customers, companies and private persons, in NetSuite's columns.

Here: whom the ERP knows, and columns. Not here: their documents (`ledger`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import gather, where
from cdp_platform.simulator.columns import table
from cdp_platform.simulator.contracts import Contracts
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.parties import Payers, enrol_payers, first_contract
from cdp_platform.simulator.products import CURRENCIES, currency_of
from cdp_platform.simulator.profiles import ERP_COMPANY, ERP_PERSON
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.timeline import DAY, moments
from cdp_platform.simulator.world import World

CUSTOMER_BASE = 10_001


def payers(world: World, private: Contracts) -> Payers:
    """Everybody who is billed, entered some days before the first contract begins."""
    chance = world.chance("netsuite", "opened")
    parties = []
    for buyer, begins in (first_contract(world.contracts), first_contract(private)):
        parties.append((buyer, begins - chance.integers(3600, 4 * DAY, len(buyer))))
    return enrol_payers(world, "netsuite", parties[0], parties[1], (0.2, 0.04), (ERP_COMPANY, ERP_PERSON))


def customers(world: World, payers: Payers) -> Rows:
    """Companies and private persons who are billed."""
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
    ends = world.until[company]
    gone = ~human & (ends > 0) & (seen.at >= ends)
    frame = table(
        numbered(CUSTOMER_BASE, record).alias("id"),
        numbered(1, record, "CUST", 6).alias("entityId"),
        pl.Series("isPerson", human),
        f["company_name"].alias("companyName"),
        f["first_name"].alias("firstName"),
        f["last_name"].alias("lastName"),
        f["email"],
        f["phone"],
        f["website"].alias("url"),
        f["tax_id"].alias("vatRegNumber"),
        where(parent < 0, None, numbered(CUSTOMER_BASE, np.maximum(parent, 0))).alias("parent"),
        f["street"].alias("billStreet"),
        f["city"].alias("billCity"),
        f["region"].alias("billState"),
        f["postal_code"].alias("billZip"),
        f["country"].alias("billCountry"),
        gather(pl.Series(CURRENCIES), currency_of(country)).alias("currency"),
        pl.Series("isInactive", gone),
        moments(register.created_at[record]).alias("dateCreated"),
        moments(seen.at, ~seen.is_deleted).alias("deletedDate"),
        moments(seen.at).alias("lastModifiedDate"),
    )
    return Rows("customer", frame, seen.at, True, payers.entities(who), payers.record_types(who))
