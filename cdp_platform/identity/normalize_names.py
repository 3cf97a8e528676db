"""Names of records as match keys: of the organisation, or given names and surname.

Here: what the other records tell about a name: which half is the surname, whom a mailbox names, what is a town. Not
here: how one name is normalised (`organization_names`, `person_names`).
"""

import polars as pl

from cdp_platform.identity import contacts
from cdp_platform.identity.distinct import map_distinct, map_rows
from cdp_platform.identity.names import fold
from cdp_platform.identity.organization_names import office, organization_name, other_name
from cdp_platform.identity.person_names import PersonName, person_name
from cdp_platform.identity.population import Population, counted
from cdp_platform.identity.schema import ORGANIZATION

# How much likelier than not a name must be the wrong way round, and how often each half must have been seen so.
_SWAP_ODDS = 50.0
_SWAP_SEEN = 3
# The last of what a dash, a comma, a slash or a bracket sets off.
_SET_OFF = r"^(?<head>.*\S)\s*(?:\s[-–—]\s*|[,/|]\s*|\()(?<tail>[^(),/|–—-]+)\)?\s*$"
# Two names in a mailbox; digits behind them tell one from another of the name.
_MAILBOX_NAME = r"^(?<one>[a-z]{2,})[._-](?<two>[a-z]{2,})\d*$"


def name_keys(records: pl.DataFrame, mailboxes: pl.Series, population: Population) -> pl.DataFrame:
    """The keys of `match_keys` that are names, and `coarse`, in the order of the records.

    `mailboxes`: the local parts of the records' e-mail addresses.
    """
    is_organization = (records["record_type"] == ORGANIZATION).alias("is_organization")
    company = records.select(
        pl.when(is_organization & (pl.col("company_name").fill_null("").str.strip_chars() == ""))
        .then("full_name").otherwise("company_name").alias("company")
    )["company"]  # fmt: skip
    towns = population.counts("town", lambda: counted(contacts.place_key(records["city"])))["value"]
    organization = map_distinct(_without_branch(company, towns), organization_name)
    parts = records.select(
        pl.when(~is_organization).then(column).alias(column) for column in ("first_name", "last_name", "full_name")
    )
    schema = dict.fromkeys(PersonName._fields, pl.String)
    names = map_rows(parts, person_name, schema)
    seen = _seen(names, population)
    names = _oriented(_spelt_by_mailboxes(names, mailboxes, ~is_organization, seen), seen).with_columns(
        pl.when(is_organization).then(organization).alias("name"),
        pl.when(is_organization).then(map_distinct(company, other_name)).alias("other_name"),
        pl.when(~is_organization).then(organization).alias("employer"),
    )
    initials = pl.concat_list(pl.col("first").str.head(1), pl.col("last").str.head(1)).list.sort().list.join("")
    tight = pl.col("name").str.replace_all(" ", "", literal=True).str.head(4)
    return names.with_columns(pl.coalesce(tight, initials, "first", "last").alias("coarse"))


def _without_branch(company: pl.Series, towns: pl.Series) -> pl.Series:
    """The names without what is set off behind them, if it is one of the towns, or a department or branch.

    `Acme Inc - Berlin`, `Acme Inc (Berlin)`, `Acme Inc, Purchasing`, `Acme Inc / Niederlassung Berlin`.
    """
    parts = company.str.extract_groups(_SET_OFF).struct
    tail = parts.field("tail")
    is_apart = contacts.place_key(tail).is_in(towns.implode()) | map_distinct(tail, office).is_not_null()
    return pl.select(pl.when(is_apart).then(parts.field("head")).otherwise(company)).to_series()


def _seen(names: pl.DataFrame, population: Population) -> pl.DataFrame:
    """How often a word is seen as a given name and as a surname: `word`, `as_given`, `as_family`."""
    words_of = _outer_words(names)

    def seen_as(side: str) -> pl.DataFrame:
        counts = population.counts(f"word as {side}", lambda: counted(words_of[side]))
        return counts.rename({"value": "word", "records": f"as_{side}"})

    as_given, as_family = seen_as("given"), seen_as("family")
    return as_given.join(as_family, on="word", how="full", coalesce=True).fill_null(0)


def _outer_words(names: pl.DataFrame) -> pl.DataFrame:
    return names.select(
        given=pl.col("first").str.split(" ").list.first(), family=pl.col("last").str.split(" ").list.last()
    )


def _counted_halves(halves: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Both columns of words with how often each is seen as what: `<column>_given`, `<column>_family`."""
    for half in halves.columns:
        named = seen.rename({"word": half, "as_given": f"{half}_given", "as_family": f"{half}_family"})
        halves = halves.join(named, on=half, how="left", maintain_order="left")
    return halves


def _spelt_by_mailboxes(
    names: pl.DataFrame, mailboxes: pl.Series, is_person: pl.Series, seen: pl.DataFrame
) -> pl.DataFrame:
    """The names, and for persons without any the one that their mailbox spells: `jane.doe`, if others bear both halves.

    A half must be somebody's given name and the other somebody's surname, each more often than the other way round.
    """
    parts = mailboxes.str.extract_groups(_MAILBOX_NAME).struct
    halves = pl.DataFrame({half: map_distinct(parts.field(half), fold) for half in ("one", "two")})
    in_order = (pl.col("one_given") > pl.col("one_family")) & (pl.col("two_family") > pl.col("two_given"))
    inverted = (pl.col("two_given") > pl.col("two_family")) & (pl.col("one_family") > pl.col("one_given"))
    told = _counted_halves(halves, seen).select(
        first=pl.when(in_order).then("one").when(inverted).then("two"),
        last=pl.when(in_order).then("two").when(inverted).then("one"),
    )
    is_nameless = is_person & names["first"].is_null() & names["last"].is_null()
    return names.with_columns(
        pl.when(is_nameless).then(told[half]).otherwise(pl.col(half)).alias(half) for half in ("first", "last")
    )


def _oriented(names: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Given name and surname exchanged where the rest of the data says that they were the wrong way round."""
    odds = (
        (pl.col("given_family") + 0.5) / (pl.col("given_given") + 0.5)
        * (pl.col("family_given") + 0.5) / (pl.col("family_family") + 0.5)
    )  # fmt: skip
    swapped = _counted_halves(_outer_words(names), seen).select(
        ((odds > _SWAP_ODDS) & (pl.min_horizontal("given_family", "family_given") >= _SWAP_SEEN))
        .fill_null(False).alias("swapped")
    )["swapped"]  # fmt: skip
    return names.with_columns(
        pl.when(swapped).then("last").otherwise("first").alias("first"),
        pl.when(swapped).then("first").otherwise("last").alias("last"),
    )
