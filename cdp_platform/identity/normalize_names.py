"""Names of records as match keys: of the organisation, or given names and surname.

Here: a name's parts, and what is set off behind it. Not here: how one name is normalised (`organization_names`,
`person_names`), or what the other records tell of its words (`name_words`).
"""

import polars as pl

from cdp_platform.identity import contacts
from cdp_platform.identity.distinct import map_distinct, map_rows
from cdp_platform.identity.name_words import count_name_words, settled_names
from cdp_platform.identity.organization_names import office, organization_name, other_name
from cdp_platform.identity.person_names import PersonName, person_name
from cdp_platform.identity.population import Population
from cdp_platform.identity.schema import ORGANIZATION

# The last of what a dash, a comma, a slash or a bracket sets off.
_SET_OFF = r"^(?<head>.*\S)\s*(?:\s[-–—]\s*|[,/|]\s*|\()(?<tail>[^(),/|–—-]+)\)?\s*$"


TOWN = "town"


def name_parts(records: pl.DataFrame) -> pl.DataFrame:
    """What a record's names tell by themselves, in the order of the records.

    `first`, `last`, `generation`, `middle` and the words that stand outside, `given_word` and `family_word`; `company`
    (as written), `head`: the same without what is set off behind it, `branch`: that as a town's key, and `is_office`.
    """
    is_organization = records["record_type"] == ORGANIZATION
    company = records.select(
        pl.when(is_organization & (pl.col("company_name").fill_null("").str.strip_chars() == ""))
        .then("full_name").otherwise("company_name").alias("company")
    )["company"]  # fmt: skip
    parts = records.select(
        pl.when(~is_organization).then(column).alias(column) for column in ("first_name", "last_name", "full_name")
    )
    set_off = company.str.extract_groups(_SET_OFF).struct
    tail = set_off.field("tail")
    names = map_rows(parts, person_name, dict.fromkeys(PersonName._fields, pl.String))
    return names.with_columns(
        pl.col("first").str.split(" ").list.first().alias("given_word"),
        pl.col("last").str.split(" ").list.last().alias("family_word"),
        company,
        set_off.field("head").alias("head"),
        contacts.place_key(tail).alias("branch"),
        map_distinct(tail, office).is_not_null().alias("is_office"),
    )


def count_names(read: pl.DataFrame, population: Population) -> None:
    """Count which towns there are, and how often a word is seen as a given name and as a surname."""
    population.note(TOWN, read.select(value="city").drop_nulls().unique().with_columns(records=1))
    count_name_words(read, population)


def name_keys(read: pl.DataFrame, population: Population) -> pl.DataFrame:
    """The keys of `match_keys` that are names, and `coarse`, in the order of `read`.

    `read`: see `name_parts`, with `record_type` and `mailbox`. `population`: see `count_names`.
    """
    is_organization = (read["record_type"] == ORGANIZATION).alias("is_organization")
    towns = population.of(TOWN)["value"]
    # What is set off behind a name is no part of it if it is a town or a branch: `Acme Inc - Berlin`, `Acme Inc
    # (Berlin)`, `Acme Inc, Purchasing`, `Acme Inc / Niederlassung Berlin`.
    is_apart = (pl.col("is_office") | pl.col("branch").is_in(towns.implode())).fill_null(False)
    organization = map_distinct(
        read.select(pl.when(is_apart).then("head").otherwise("company").alias("company"))["company"], organization_name
    )
    names = read.select(*PersonName._fields)
    names = settled_names(names, read["mailbox"], ~is_organization, population).with_columns(
        pl.when(is_organization).then(organization).alias("name"),
        pl.when(is_organization).then(map_distinct(read["company"], other_name)).alias("other_name"),
        pl.when(~is_organization).then(organization).alias("employer"),
    )
    initials = pl.concat_list(pl.col("first").str.head(1), pl.col("last").str.head(1)).list.sort().list.join("")
    tight = pl.col("name").str.replace_all(" ", "", literal=True).str.head(4)
    return names.with_columns(pl.coalesce(tight, initials, "first", "last").alias("coarse"))
