"""Accounts, contacts and leads in Salesforce's columns.

Here: columns only. Not here: whom the CRM knows (`crm`), deals and users (`deals`, `users`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.columns import constant, table
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.salesforce.crm import Crm
from cdp_platform.simulator.salesforce.ids import ACCOUNT, CONTACT, LEAD, USER, ids
from cdp_platform.simulator.timeline import NEVER, moments
from cdp_platform.simulator.versions import Versions
from cdp_platform.simulator.world import World


def accounts(world: World, crm: Crm) -> Rows:
    """Companies."""
    register, seen, firms = crm.accounts, crm.account_versions, world.companies
    chance, record = world.chance("salesforce", "account"), seen.record
    who, n = register.who[record], len(register)
    parent = np.where(seen.at >= firms.parent_since[who], firms.parent[who], -1)
    known = np.where(chance.mask(0.6, n)[record], parent, -1)
    guess = np.exp(chance.rng.normal(0, 0.25 * world.noise, n))
    heads = np.maximum(firms.headcount[register.who] * guess, 1).astype(np.int64)
    status = crm.account_status(who, seen.at)
    f = seen.frame
    frame = table(
        ids(ACCOUNT, record).alias("Id"),
        f["company_name"].alias("Name"),
        gather(pl.Series(["Prospect", "Customer", "Former Customer", "Partner"]), status).alias("Type"),
        ids(ACCOUNT, register.record_of(chance, known, seen.at, second=0.0)).alias("ParentId"),
        f["street"].alias("BillingStreet"),
        f["city"].alias("BillingCity"),
        f["region"].alias("BillingState"),
        f["postal_code"].alias("BillingPostalCode"),
        f["country"].alias("BillingCountry"),
        f["phone"].alias("Phone"),
        f["website"].alias("Website"),
        gather(firms.text["industry"], who).alias("Industry"),
        pl.Series("NumberOfEmployees", heads[record]),
        pl.Series("AnnualRevenue", (heads * 1000 * chance.integers(60, 240, n))[record].astype(np.float64)),
        ids(USER, crm.owner_of(who)).alias("OwnerId"),
        f["tax_id"].alias("Tax_Id__c"),
        f["email"].alias("Billing_Email__c"),
        *_audit(seen, register.created_at),
    )
    kind = constant("organization", len(record))
    return Rows("Account", frame, seen.at, True, gather(firms.entity_ids(), who), kind)


def contacts(world: World, crm: Crm) -> Rows:
    """People at accounts."""
    register, seen = crm.contacts, crm.contact_versions
    record, f, people = seen.record, seen.frame, world.people
    who = register.who[record]
    account = crm.contact_account[record]
    carries = world.chance("salesforce", "mobile").mask(0.4, len(register))[record]
    mobile = where(carries, f["phone"], constant(None, len(record)))
    frame = table(
        ids(CONTACT, record).alias("Id"),
        ids(ACCOUNT, account).alias("AccountId"),
        f["first_name"].alias("FirstName"),
        f["last_name"].alias("LastName"),
        f["email"].alias("Email"),
        f["phone"].alias("Phone"),
        mobile.alias("MobilePhone"),
        gather(people.text["title"], who).alias("Title"),
        f["birth_date"].alias("Birthdate"),
        f["street"].alias("MailingStreet"),
        f["city"].alias("MailingCity"),
        f["region"].alias("MailingState"),
        f["postal_code"].alias("MailingPostalCode"),
        f["country"].alias("MailingCountry"),
        ids(USER, crm.owner_of(crm.accounts.who[np.maximum(account, 0)])).alias("OwnerId"),
        *_audit(seen, register.created_at),
    )
    return _persons("Contact", frame, seen, gather(people.entity_ids(), who))


def leads(world: World, crm: Crm) -> Rows:
    """People who might become contacts; those that do say which."""
    register, seen, chance = crm.leads, crm.lead_versions, world.chance("salesforce", "lead")
    record, f = seen.record, seen.frame
    n, who = len(register), register.who[record]
    contact = crm.contacts.first_of[register.who]
    account = crm.contact_account[np.maximum(contact, 0)]
    became = np.where(contact >= 0, crm.contacts.created_at[np.maximum(contact, 0)], NEVER)
    converts = (contact >= 0) & (became > register.created_at) & chance.mask(0.8, n)
    done = converts[record] & (seen.at >= became[record])
    state = gather(pl.Series(["Open", "Working", "Unqualified"]), chance.index(n, (0.4, 0.35, 0.25))[record])
    source = chance.pick(["Web", "Event", "Referral", "Partner", "Advertisement", "Outbound"], n)
    frame = table(
        ids(LEAD, record).alias("Id"),
        f["first_name"].alias("FirstName"),
        f["last_name"].alias("LastName"),
        f["company_name"].alias("Company"),
        f["email"].alias("Email"),
        f["phone"].alias("Phone"),
        f["website"].alias("Website"),
        f["street"].alias("Street"),
        f["city"].alias("City"),
        f["region"].alias("State"),
        f["postal_code"].alias("PostalCode"),
        f["country"].alias("Country"),
        where(done, "Qualified", state).alias("Status"),
        gather(source, record).alias("LeadSource"),
        pl.Series("IsConverted", done),
        ids(ACCOUNT, np.where(done, account[record], -1)).alias("ConvertedAccountId"),
        ids(CONTACT, np.where(done, contact[record], -1)).alias("ConvertedContactId"),
        *_audit(seen, register.created_at),
    )
    return _persons("Lead", frame, seen, gather(world.people.entity_ids(), who))


def _persons(stream: str, frame: pl.DataFrame, seen: Versions, entity: pl.Series) -> Rows:
    return Rows(stream, frame, seen.at, True, entity, constant("person", len(entity)))


def _audit(versions: Versions, created_at: Ints) -> list[pl.Series]:
    return [
        pl.Series("IsDeleted", versions.is_deleted),
        moments(created_at[versions.record]).alias("CreatedDate"),
        moments(versions.at).alias("SystemModstamp"),
    ]
