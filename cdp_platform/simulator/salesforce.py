"""The CRM as Salesforce would hand it out: accounts, contacts, leads, deals and users, in its own field names.

Here: which parties the CRM knows, and its columns. Not here: the truth (`world`), errors (`sightings`, `encounters`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.crm import Crm
from cdp_platform.simulator.identifiers import salesforce_ids
from cdp_platform.simulator.pipeline import TYPES
from cdp_platform.simulator.products import CURRENCIES, PRODUCTS
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.timeline import DAY, NEVER, dates, moments, office_time
from cdp_platform.simulator.versions import Versions
from cdp_platform.simulator.world import World

ACCOUNT, CONTACT, LEAD, OPPORTUNITY, LINE, USER = "001", "003", "00Q", "006", "00k", "005"


def ids(prefix: str, numbers: Ints) -> pl.Series:
    """Salesforce ids of records; null for -1."""
    column = salesforce_ids(prefix, np.maximum(numbers, 0))
    return where(numbers < 0, None, column) if (numbers < 0).any() else column


def streams(world: World) -> Iterator[Rows]:
    """All streams of the CRM."""
    crm = Crm(world)
    yield _accounts(world, crm)
    yield _contacts(world, crm)
    yield _leads(world, crm)
    yield from _opportunities(world, crm)
    yield _users(world, crm)


def _audit(versions: Versions, created_at: Ints) -> list[pl.Series]:
    return [
        pl.Series("IsDeleted", versions.is_deleted),
        moments(created_at[versions.record]).alias("CreatedDate"),
        moments(versions.at).alias("SystemModstamp"),
    ]


def _accounts(world: World, crm: Crm) -> Rows:
    register, seen, firms = crm.accounts, crm.account_versions, world.companies
    chance, record = world.chance("salesforce", "account"), seen.record
    who, n = register.who[record], len(register)
    parent = np.where(seen.at >= firms.parent_since[who], firms.parent[who], -1)
    known = np.where(chance.mask(0.6, n)[record], parent, -1)
    guess = np.exp(chance.rng.normal(0, 0.25 * world.noise, n))
    heads = np.maximum(firms.headcount[register.who] * guess, 1).astype(np.int64)
    status = crm.account_status(who, seen.at)
    f = seen.frame
    frame = pl.DataFrame([
        ids(ACCOUNT, record).alias("Id"),
        f["company_name"].alias("Name"),
        gather(pl.Series(["Prospect", "Customer", "Former Customer", "Partner"]), status).alias("Type"),
        ids(ACCOUNT, register.record_of(chance, known, seen.at, second=0.0)).alias("ParentId"),
        f["street"].alias("BillingStreet"), f["city"].alias("BillingCity"), f["region"].alias("BillingState"),
        f["postal_code"].alias("BillingPostalCode"), f["country"].alias("BillingCountry"),
        f["phone"].alias("Phone"), f["website"].alias("Website"),
        gather(firms.text["industry"], who).alias("Industry"),
        pl.Series("NumberOfEmployees", heads[record]),
        pl.Series("AnnualRevenue", (heads * 1000 * chance.integers(60, 240, n))[record].astype(np.float64)),
        ids(USER, crm.owner_of(who)).alias("OwnerId"),
        f["tax_id"].alias("Tax_Id__c"), f["email"].alias("Billing_Email__c"),
        *_audit(seen, register.created_at),
    ])  # fmt: skip
    kind = pl.Series(["organization"]).new_from_index(0, len(record))
    return Rows("Account", frame, seen.at, True, gather(firms.entity_ids(), who), kind)


def _contacts(world: World, crm: Crm) -> Rows:
    register, seen = crm.contacts, crm.contact_versions
    record, f, people = seen.record, seen.frame, world.people
    who = register.who[record]
    account = crm.contact_account[record]
    mobile = where(world.chance("salesforce", "mobile").mask(0.4, len(register))[record], f["phone"], nulls_like(f["phone"]))
    frame = pl.DataFrame([
        ids(CONTACT, record).alias("Id"), ids(ACCOUNT, account).alias("AccountId"),
        f["first_name"].alias("FirstName"), f["last_name"].alias("LastName"), f["email"].alias("Email"),
        f["phone"].alias("Phone"), mobile.alias("MobilePhone"), gather(people.text["title"], who).alias("Title"),
        f["birth_date"].alias("Birthdate"),
        f["street"].alias("MailingStreet"), f["city"].alias("MailingCity"), f["region"].alias("MailingState"),
        f["postal_code"].alias("MailingPostalCode"), f["country"].alias("MailingCountry"),
        ids(USER, crm.owner_of(crm.accounts.who[np.maximum(account, 0)])).alias("OwnerId"),
        *_audit(seen, register.created_at),
    ])  # fmt: skip
    return _persons("Contact", frame, seen, gather(people.entity_ids(), who))


def nulls_like(column: pl.Series) -> pl.Series:
    """As many nulls."""
    return column.clear().extend_constant(None, len(column))


def _leads(world: World, crm: Crm) -> Rows:
    register, seen, chance = crm.leads, crm.lead_versions, world.chance("salesforce", "lead")
    record, f = seen.record, seen.frame
    n, who = len(register), register.who[record]
    contact = crm.contacts.first_of[register.who]
    became = np.where(contact >= 0, crm.contacts.created_at[np.maximum(contact, 0)], NEVER)
    converts = (contact >= 0) & (became > register.created_at) & chance.mask(0.8, n)
    done = converts[record] & (seen.at >= became[record])
    state = gather(pl.Series(["Open", "Working", "Unqualified"]), chance.index(n, (0.4, 0.35, 0.25))[record])
    source = chance.pick(["Web", "Event", "Referral", "Partner", "Advertisement", "Outbound"], n)
    frame = pl.DataFrame([
        ids(LEAD, record).alias("Id"), f["first_name"].alias("FirstName"), f["last_name"].alias("LastName"),
        f["company_name"].alias("Company"), f["email"].alias("Email"), f["phone"].alias("Phone"), f["website"].alias("Website"),
        f["street"].alias("Street"), f["city"].alias("City"), f["region"].alias("State"), f["postal_code"].alias("PostalCode"),
        f["country"].alias("Country"), where(done, "Qualified", state).alias("Status"), gather(source, record).alias("LeadSource"),
        pl.Series("IsConverted", done),
        ids(ACCOUNT, np.where(done, crm.contact_account[np.maximum(contact[record], 0)], -1)).alias("ConvertedAccountId"),
        ids(CONTACT, np.where(done, contact[record], -1)).alias("ConvertedContactId"),
        *_audit(seen, register.created_at),
    ])  # fmt: skip
    return _persons("Lead", frame, seen, gather(world.people.entity_ids(), who))


def _persons(stream: str, frame: pl.DataFrame, seen: Versions, entity: pl.Series) -> Rows:
    return Rows(stream, frame, seen.at, True, entity, pl.Series(["person"]).new_from_index(0, len(entity)))


def _opportunities(world: World, crm: Crm) -> Iterator[Rows]:
    heads, lines = world.deals
    chance, n = world.chance("salesforce", "opportunity"), len(heads)
    account = crm.accounts.record_of(chance, heads.company, heads.created_at)
    closed_at = np.maximum(office_time(heads.close_day, chance), heads.created_at + 7200)
    middle = heads.created_at + (chance.uniform(0.3, 0.8, n) * (closed_at - heads.created_at)).astype(np.int64)
    slip = chance.integers(-20, 30, n)
    everyone = np.arange(n)
    named = gather(world.companies.text["name"], heads.company) + " - " + gather(pl.Series(TYPES), heads.kind)

    def stage(rows: Ints, at: Ints, name: pl.Series, closed: bool) -> tuple[Ints, Ints, pl.DataFrame]:
        close_day = heads.close_day[rows] + (0 if closed else slip[rows])
        return rows, at, pl.DataFrame([
            ids(OPPORTUNITY, rows).alias("Id"), ids(ACCOUNT, account[rows]).alias("AccountId"), gather(named, rows).alias("Name"),
            name.alias("StageName"), pl.Series("Amount", heads.amount[rows] / 100.0),
            dates(np.maximum(close_day, at // DAY) if not closed else close_day).alias("CloseDate"),
            pl.Series("IsClosed", np.full(len(rows), closed)), pl.Series("IsWon", heads.is_won[rows] & closed),
            gather(pl.Series(TYPES), heads.kind[rows]).alias("Type"),
            ids(USER, crm.owner_of(heads.company[rows])).alias("OwnerId"),
            gather(pl.Series(CURRENCIES), heads.currency[rows]).alias("CurrencyIsoCode"),
            pl.Series("IsDeleted", np.full(len(rows), False)), moments(heads.created_at[rows]).alias("CreatedDate"),
            moments(at).alias("SystemModstamp"),
        ])  # fmt: skip

    halfway = np.flatnonzero(chance.mask(0.6, n))
    ending = where(heads.is_won, "Closed Won", pl.Series(["Closed Lost"]).new_from_index(0, n))
    frame, _, at = staged([
        stage(everyone, heads.created_at, chance.pick(["Prospecting", "Qualification"], n), False),
        stage(halfway, middle[halfway] + 1, chance.pick(["Proposal", "Negotiation"], len(halfway)), False),
        stage(everyone, closed_at + 2, ending, True),
    ])  # fmt: skip
    yield Rows("Opportunity", frame, at)

    has_lines = ~chance.mask(0.02, n)
    kept = np.flatnonzero(has_lines[lines.deal])
    deal, written = lines.deal[kept], heads.created_at[lines.deal[kept]] + 60
    cents = lines.seats[kept] * lines.price[kept]
    frame = pl.DataFrame([
        ids(LINE, kept).alias("Id"), ids(OPPORTUNITY, deal).alias("OpportunityId"),
        gather(PRODUCTS["code"], lines.product[kept]).alias("ProductCode"),
        pl.Series("Quantity", lines.seats[kept].astype(np.float64)), pl.Series("UnitPrice", lines.price[kept] / 100.0),
        pl.Series("TotalPrice", cents / 100.0), dates(heads.close_day[deal] + 5).alias("ServiceDate"),
        pl.Series("IsDeleted", np.full(len(kept), False)), moments(written).alias("CreatedDate"),
        moments(written).alias("SystemModstamp"),
    ])  # fmt: skip
    yield Rows("OpportunityLineItem", frame, written)


def _users(world: World, crm: Crm) -> Rows:
    ours, seller = world.staff, crm.sellers
    number = np.arange(len(seller))
    since, left = ours.hired_day[seller], ours.left_day[seller]
    gone = np.flatnonzero(left < NEVER)
    given, family = gather(ours.given, seller), gather(ours.family, seller)
    login = crm.logins

    def stage(rows: Ints, day: Ints, active: bool) -> tuple[Ints, Ints, pl.DataFrame]:
        at = day * DAY + 9 * 3600
        return rows, at, pl.DataFrame([
            ids(USER, rows).alias("Id"), gather(login, rows).alias("Username"), gather(login, rows).alias("Email"),
            gather(given, rows).alias("FirstName"), gather(family, rows).alias("LastName"),
            pl.Series(["Account Executive"]).new_from_index(0, len(rows)).alias("Title"),
            pl.Series(["Sales"]).new_from_index(0, len(rows)).alias("Department"),
            pl.Series("IsActive", np.full(len(rows), active)), pl.Series("IsDeleted", np.full(len(rows), False)),
            moments(since[rows] * DAY + 9 * 3600).alias("CreatedDate"), moments(at).alias("SystemModstamp"),
        ])  # fmt: skip

    frame, _, at = staged([stage(number, since, True), stage(gone, left[gone] + 1, False)])
    return Rows("User", frame, at)
