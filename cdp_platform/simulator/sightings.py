"""What a system records of a company or a person it meets: the truth of that moment through a careless hand.

Here: `see_companies` and `see_persons`, which give the columns of a party record. Each row is one sighting, of one
entity at one moment. Not here: which systems meet whom and when, and how they call their columns.
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import country_code, phone_code, phone_trunk
from cdp_platform.simulator.chance import Chance, Ints, Mask, gather, where
from cdp_platform.simulator.companies import Companies
from cdp_platform.simulator.legal import as_typed, official
from cdp_platform.simulator.profiles import Profile
from cdp_platform.simulator.spelling import blank, cased, flattened, on, phones, transliterated, typos
from cdp_platform.simulator.words.business import ABBREVIATIONS, BILLING_LOCALS

NOWHERE = pl.Series(["0000000000", "555-555-5555", "+1 000 000 0000", "n/a"])
NOBODY = pl.Series(["noreply@example.com", "none@none.com", "test@test.com", "na@na.com"])
STREET_TYPES = {
    "Street": "St", "Avenue": "Ave", "Road": "Rd", "Boulevard": "Blvd", "Drive": "Dr", "Lane": "Ln", "straße": "str.",
    "Calle": "C/", "rue": "r.", "avenue": "av.", "Piazza": "P.zza",
}  # fmt: skip
ADDRESS = ("street", "city", "region", "postal_code")


def company_names(companies: Companies, who: Ints, at: Ints, chance: Chance, care: float) -> pl.Series:
    """Company names as people type them; null for -1."""
    n, who_or_0 = len(who), np.maximum(who, 0)
    if not n:
        return pl.Series([], dtype=pl.String)
    renamed = (at >= companies.renamed_at[who_or_0]) & ~chance.mask(0.25 * care, n)
    text = companies.text
    name = where(renamed, gather(text["name_after"], who_or_0), gather(text["name"], who_or_0))
    legal = companies.legal[who_or_0]
    habit = chance.index(n, [0.45, 0.25 * care + 0.05, 0.3 * care + 0.02])
    form = where(
        habit == 0, official(legal), where(habit == 1, as_typed(chance, legal), official(np.zeros_like(legal)))
    )
    name = on(name, chance.mask(0.12 * care, n), abbreviated)
    name = on(name, chance.mask(0.3, n), lambda v: v.str.replace(" & ", " and ", literal=True))
    name = typos(name, chance.mask(0.02 * care, n), chance)
    name = on(name, chance.mask(0.1 * care, n), transliterated)
    name = on(name, chance.mask(0.1 * care, n), flattened)
    name = on(name, chance.mask(0.015 * care, n), lambda v: v.str.extract(r"^(\S+(?: \S+)?)", 1))
    frame = pl.DataFrame({"name": name, "form": form, "city": gather(text["city"], who_or_0)})
    place = pl.when(pl.Series(chance.mask(0.012 * care, n))).then(" - " + pl.col("city")).otherwise(pl.lit(""))
    full = (
        pl.concat_str("name", pl.lit(" "), "form", place)
        .str.replace_all("  ", " ")
        .str.replace(" , ", ", ", literal=True)
    )
    column = frame.select(full.str.strip_chars().alias("company_name"))["company_name"]
    column = cased(column, chance.mask(0.05 * care, n), chance.mask(0.015 * care, n))
    return where(who < 0, None, column) if (who < 0).any() else column


def abbreviated(name: pl.Series) -> pl.Series:
    """Long words of business cut short."""
    return name.str.replace_many(list(ABBREVIATIONS), list(ABBREVIATIONS.values()))


def see_companies(
    companies: Companies, who: Ints, at: Ints, profile: Profile, chance: Chance, noise: float
) -> pl.DataFrame:
    """full_name, company_name, email (billing), phone, website, tax_id, the address and country of each sighting."""
    n, care, text = len(who), profile.care * noise, companies.text
    name = company_names(companies, who, at, chance, care)
    stale = (at < companies.renamed_at[who]) | chance.mask(0.3 * care, n)
    domain = where(stale, gather(text["domain"], who), gather(text["domain_after"], who))
    parent = companies.parent[who]
    domain = where((parent >= 0) & chance.mask(0.1 * care, n), gather(text["domain"], parent), domain)
    site = chance.pick(["https://www.", "www.", "", "http://", "https://"], n) + domain + chance.pick(["", "", "/"], n)
    billing = gather(text["billing_email"], who)
    other = chance.pick(BILLING_LOCALS, n) + "@" + domain
    billing = where(chance.mask(0.15 * care, n) & domain.is_not_null().to_numpy(), other, billing)
    tax = gather(text["tax_id"], who)
    tax = where((parent >= 0) & chance.mask(0.02 * care, n), gather(text["tax_id"], parent), tax)
    tax = on(tax, chance.mask(0.25, n), lambda v: v.str.replace_all(r"[-. ]", ""))
    tax = on(tax, chance.mask(0.06 * care, n), lambda v: v.str.replace(r"^[A-Z]{2,3}", ""))
    country = companies.country[who]
    digits = gather(text["phone"], who)
    return pl.DataFrame({
        "full_name": name,
        "company_name": name,
        "email": spelt_mail(missing(billing, "email", profile, chance, noise), chance, care),
        "phone": spelt_phone(missing(digits, "phone", profile, chance, noise), country, chance, care),
        "website": missing(site, "website", profile, chance, noise),
        "tax_id": typos(missing(tax, "tax_id", profile, chance, noise), chance.mask(0.01 * care, n), chance),
    }).hstack(addresses_seen(text, who, at >= companies.moved_at[who], profile, chance, noise)).with_columns(
        blank(country_code(country), chance.mask(0.04 * noise, n)).alias("country"),
    )  # fmt: skip


def missing(column: pl.Series, field: str, profile: Profile, chance: Chance, noise: float) -> pl.Series:
    """The column with as many values left empty as the profile says."""
    return blank(column, chance.mask(profile.missing(field, noise), len(column)))


def spelt_mail(column: pl.Series, chance: Chance, care: float) -> pl.Series:
    """Mail addresses as typed: a slip before the @, capitals, a placeholder, or a tag after a plus."""
    n = len(column)
    slip = chance.mask(0.008 * care, n)
    column = on(
        column,
        slip,
        lambda v: typos(v.str.extract("^([^@]*)", 1), np.ones(len(v), np.bool_), chance) + v.str.extract("(@.*)$", 1),
    )
    column = on(column, chance.mask(0.01 * care, n), lambda v: v.str.replace("@", "+news@", literal=True))
    column = cased(column, chance.mask(0.01 * care, n), np.zeros(n, np.bool_))
    column = on(column, chance.mask(0.03 * care, n), lambda v: v.str.to_titlecase())
    return where(chance.mask(0.002 * care, n), chance.pick(NOBODY, n), column)


def spelt_phone(column: pl.Series, country: Ints, chance: Chance, care: float) -> pl.Series:
    """National digits written in one of the usual ways, now and then mistyped or made up."""
    n = len(column)
    written = phones(
        phone_code(country), phone_trunk(country), column, chance.index(n, [0.3, 0.2, 0.15, 0.15, 0.12, 0.08])
    )
    written = typos(written, chance.mask(0.012 * care, n), chance)
    return where(chance.mask(0.003 * care, n), chance.pick(NOWHERE, n), written)


def addresses_seen(
    text: pl.DataFrame, who: Ints, moved: Mask, profile: Profile, chance: Chance, noise: float
) -> pl.DataFrame:
    """street, city, region, postal_code as typed: the old address for a while, shortened, or partly empty; null for
    -1."""
    n, care = len(who), profile.care * noise
    new = moved & ~chance.mask(0.3 * care, n)
    whole = chance.mask(profile.missing("address", noise), n)
    columns = {
        name: blank(where(new, gather(text[f"{name}_after"], who), gather(text[name], who)), whole) for name in ADDRESS
    }
    street = on(columns["street"], chance.mask(0.3 * noise, n), shortened)
    street = on(street, chance.mask(0.05 * care, n), lambda v: v + ", Apt 2")
    columns["street"] = typos(street, chance.mask(0.02 * care, n), chance)
    columns["city"] = typos(
        on(columns["city"], chance.mask(0.15 * care, n), transliterated), chance.mask(0.01 * care, n), chance
    )
    for name, share in (("region", 0.25), ("postal_code", 0.08), ("street", 0.05)):
        columns[name] = blank(columns[name], chance.mask(share * noise, n))
    return pl.DataFrame(columns)


def shortened(street: pl.Series) -> pl.Series:
    """Street types as people abbreviate them."""
    return street.str.replace_many(list(STREET_TYPES), list(STREET_TYPES.values()))
