"""What a system records of a person it meets: the truth of that moment through a careless hand.

Here: `see_persons`. Not here: companies and the spellings they share with persons (`sightings`).
"""

from typing import Any

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import country_code
from cdp_platform.simulator.chance import Chance, Ints, gather, where
from cdp_platform.simulator.companies import Companies
from cdp_platform.simulator.naming import nicknames
from cdp_platform.simulator.people import People
from cdp_platform.simulator.profiles import Profile
from cdp_platform.simulator.sightings import addresses_seen, company_names, missing, spelt_mail, spelt_phone
from cdp_platform.simulator.spelling import blank, cased, flattened, on, swapped_words, transliterated, typos
from cdp_platform.simulator.timeline import dates
from cdp_platform.simulator.words.business import SHARED_LOCALS


def see_persons(people: People, companies: Companies, who: Ints, at: Ints, profile: Profile, chance: Chance,
                noise: float) -> pl.DataFrame:  # fmt: skip
    """full_name, first_name, last_name, company_name (employer), email, phone, birth_date (text), device_id, address,
    country.

    A profile that keeps names in one field leaves first_name and last_name null.
    """
    n, care = len(who), profile.care * noise
    employer = people.employed_by(who, np.where(chance.mask(0.3 * care, n), people.known_at[who], at))
    first, last = _names(people, who, at, chance, care)
    nameless = chance.mask(profile.missing("name", noise), n)
    full = pl.DataFrame({"f": first, "l": last}).select(
        pl.concat_str("f", "l", separator=" ", ignore_nulls=True).alias("n")
    )["n"]
    full = swapped_words(full, chance.mask(0.05 * care, n))
    joined = nameless | ~chance.mask(profile.parts, n)
    company = blank(
        employer_names(companies, employer, at, profile, chance, noise),
        chance.mask(profile.missing("company", noise), n),
    )
    home = np.full(n, True) if profile.home else employer < 0
    place = addresses_seen(people.text, who, at >= people.moved_at[who], profile, chance, noise)
    if not profile.home:
        work = addresses_seen(companies.text, employer, np.zeros(n, np.bool_), profile, chance, noise)
        place = pl.DataFrame({name: where(home, place[name], work[name]) for name in place.columns})
    country = people.country[who]
    code = blank(country_code(country), chance.mask(0.05 * noise, n)).alias("country")
    return pl.DataFrame({
        "full_name": blank(full, nameless),
        "first_name": blank(first, joined),
        "last_name": blank(last, joined),
        "company_name": company,
        "email": _mail(people, companies, who, at, employer, profile, chance, noise),
        "website": _website(companies, employer, profile, chance, noise),
        "phone": _phone(people, companies, who, employer, profile, chance, noise),
        "birth_date": _birth_dates(people.birth[who], profile, chance, noise, country),
        "device_id": missing(gather(people.text["device"], who), "device_id", profile, chance, noise),
    }).hstack(place).with_columns(code)  # fmt: skip


def employer_names(
    companies: Companies, employer: Ints, at: Ints, profile: Profile, chance: Chance, noise: float
) -> pl.Series:
    """The employer as typed; nothing is drawn for a profile without employers."""
    if profile.company == 0.0:
        return pl.Series([None] * len(employer), dtype=pl.String)
    return company_names(companies, employer, at, chance, profile.care * noise)


def _names(people: People, who: Ints, at: Ints, chance: Chance, care: float) -> tuple[pl.Series, pl.Series]:
    n, text = len(who), people.text
    first = gather(text["given"], who)
    middle = gather(text["middle"], who)
    first = where(chance.mask(0.12 * care, n), nicknames(chance, first), first)
    first = where(chance.mask(0.05 * care, n), first + " " + middle.str.slice(0, 1) + ".", first)
    first = where(chance.mask(0.02 * care, n), first.str.slice(0, 1) + ".", first)
    married = at >= people.married_at[who]
    maiden, new = gather(text["family"], who), gather(text["family_after"], who)
    last = where(married & ~chance.mask(0.2 * care, n), new, maiden)
    last = where(married & chance.mask(0.12, n), maiden + "-" + new, last)
    last = on(last, (people.country[who] == 10) & chance.mask(0.25 * care, n), lambda v: v.str.extract(r"^(\S+)", 1))
    first = typos(first, chance.mask(0.012 * care, n), chance)
    last = typos(last, chance.mask(0.018 * care, n), chance)
    careless, ascii_only = chance.mask(0.12 * care, n), chance.mask(0.12 * care, n)
    first, last = (on(on(v, careless, flattened), ascii_only, transliterated) for v in (first, last))
    suffix = gather(text["suffix"], who)
    with_suffix = suffix.is_not_null().to_numpy() & ~chance.mask(0.3 * care, n)
    last = where(with_suffix, last + " " + suffix, last)
    upper, lower = chance.mask(0.03 * care, n), chance.mask(0.03 * care, n)
    first, last = cased(first, upper, lower), cased(last, upper, lower)
    swapped = chance.mask(0.008 * care, n)
    return where(swapped, last, first), where(swapped, first, last)


def _mail(people: People, companies: Companies, who: Ints, at: Ints, employer: Ints, profile: Profile, chance: Chance,
          noise: float) -> pl.Series:  # fmt: skip
    n, care, text = len(who), profile.care * noise, people.text
    later = (at >= people.left_at[who]) & ~chance.mask(0.4 * care, n)
    work = where(later, gather(text["work_email_after"], who), gather(text["work_email"], who))
    shared = chance.pick(SHARED_LOCALS, n) + "@" + gather(companies.text["domain"], employer)
    work = where(chance.mask(0.025 * care, n), shared, work)
    private = gather(text["private_email"], who)
    private = where(chance.mask(0.03 * care, n), gather(text["private_email"], people.partner[who]), private)
    at_work = chance.mask(profile.work, n)
    mail = pl.DataFrame({"w": where(at_work, work, private), "p": private}).select(pl.coalesce("w", "p"))["w"]
    return spelt_mail(missing(mail, "email", profile, chance, noise), chance, care)


def _phone(people: People, companies: Companies, who: Ints, employer: Ints, profile: Profile, chance: Chance,
           noise: float) -> pl.Series:  # fmt: skip
    n, text = len(who), people.text
    number = gather(text["mobile"], who)
    fixed = chance.mask(0.35, n)
    number = where(fixed & (employer < 0), gather(text["landline"], who), number)
    if not profile.home:
        number = where(fixed & (employer >= 0), gather(companies.text["phone"], employer), number)
    number = missing(number, "phone", profile, chance, noise)
    return spelt_phone(number, people.country[who], chance, profile.care * noise)


def _website(companies: Companies, employer: Ints, profile: Profile, chance: Chance, noise: float) -> pl.Series:
    if profile.website == 0.0:
        return pl.Series([None] * len(employer), dtype=pl.String)
    site = chance.pick(["www.", "", "https://"], len(employer)) + gather(companies.text["domain"], employer)
    return missing(site, "website", profile, chance, noise)


def _birth_dates(birth: Ints, profile: Profile, chance: Chance, noise: float, country: Ints) -> pl.Series:
    n, care = len(birth), profile.care * noise
    if profile.birth_date == 0.0:
        return pl.Series([None] * n, dtype=pl.String)
    frame = pl.DataFrame({"d": dates(birth), "us": country == 0})
    swapped = pl.when(pl.col("d").dt.day() <= 12).then(pl.col("d").dt.strftime("%Y-%d-%m"))
    iso = pl.col("d").dt.strftime("%Y-%m-%d")
    chosen: Any = pl.when(pl.Series(chance.mask(0.012 * care, n))).then(swapped.otherwise(iso))
    chosen = chosen.when(pl.Series(chance.mask(0.004 * care, n))).then(pl.lit("1900-01-01"))
    if profile.typed_dates:
        typed = (
            pl.when(pl.col("us"))
            .then(pl.col("d").dt.strftime("%m/%d/%Y"))
            .otherwise(pl.col("d").dt.strftime("%d.%m.%Y"))
        )
        chosen = chosen.when(pl.Series(chance.mask(0.3 * care, n))).then(typed)
    return missing(frame.select(chosen.otherwise(iso).alias("b"))["b"], "birth_date", profile, chance, noise)
