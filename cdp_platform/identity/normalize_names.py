"""Names of records as match keys: of the organisation, or given names and surname.

Here: a name's parts, and what the other records tell about it: which half is the surname, whom a mailbox names, what is
a town. Not here: how one name is normalised (`organization_names`, `person_names`).
"""

import polars as pl

from cdp_platform.identity import contacts
from cdp_platform.identity.distinct import map_distinct, map_rows
from cdp_platform.identity.names import fold
from cdp_platform.identity.organization_names import office, organization_name, other_name
from cdp_platform.identity.person_names import PersonName, person_name
from cdp_platform.identity.population import Population
from cdp_platform.identity.schema import ORGANIZATION

# How much likelier than not a name must be the wrong way round, and how often each half must have been seen so.
_SWAP_ODDS = 50.0
_SWAP_SEEN = 3
# The last of what a dash, a comma, a slash or a bracket sets off.
_SET_OFF = r"^(?<head>.*\S)\s*(?:\s[-–—]\s*|[,/|]\s*|\()(?<tail>[^(),/|–—-]+)\)?\s*$"
# Two names in a mailbox; digits behind them tell one from another of the name.
_MAILBOX_NAME = r"^(?<one>[a-z]{2,})[._-](?<two>[a-z]{2,})\d*$"


TOWN = "town"
_GIVEN, _FAMILY = "word as given", "word as family"


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


def count_words(read: pl.DataFrame, population: Population) -> None:
    """Count which towns there are, and how often a word is seen as a given name and as a surname."""
    population.note(TOWN, read.select(value="city").drop_nulls().unique().with_columns(records=1))
    population.count(_GIVEN, read["given_word"])
    population.count(_FAMILY, read["family_word"])


def words_moved(keys: pl.DataFrame, population: Population) -> pl.Series:
    """True for keys with a word, in the name or else in the mailbox, that is seen more or less often than before."""
    moved = pl.concat([population.moved(_GIVEN), population.moved(_FAMILY)]).unique().implode()
    is_nameless = (keys["given_word"].is_null() & keys["family_word"].is_null()).alias("nameless")
    halves = _mailbox_words(keys.select(pl.when(is_nameless).then("mailbox").alias("mailbox"))["mailbox"])
    told = pl.concat([keys.select("given_word", "family_word"), halves], how="horizontal")
    return told.select(pl.any_horizontal(pl.all().is_in(moved).fill_null(False)).alias("moved"))["moved"]


def name_keys(read: pl.DataFrame, population: Population) -> pl.DataFrame:
    """The keys of `match_keys` that are names, and `coarse`, in the order of `read`.

    `read`: see `name_parts`, with `record_type` and `mailbox`. `population`: see `count_words`.
    """
    is_organization = (read["record_type"] == ORGANIZATION).alias("is_organization")
    towns = population.of(TOWN)["value"]
    # What is set off behind a name is no part of it if it is a town or a branch: `Acme Inc - Berlin`, `Acme Inc
    # (Berlin)`, `Acme Inc, Purchasing`, `Acme Inc / Niederlassung Berlin`.
    is_apart = (pl.col("is_office") | pl.col("branch").is_in(towns.implode())).fill_null(False)
    organization = map_distinct(
        read.select(pl.when(is_apart).then("head").otherwise("company").alias("company"))["company"], organization_name
    )
    seen = _seen(population)
    names = read.select(*PersonName._fields)
    names = _oriented(_spelt_by_mailboxes(names, read["mailbox"], ~is_organization, seen), seen).with_columns(
        pl.when(is_organization).then(organization).alias("name"),
        pl.when(is_organization).then(map_distinct(read["company"], other_name)).alias("other_name"),
        pl.when(~is_organization).then(organization).alias("employer"),
    )
    initials = pl.concat_list(pl.col("first").str.head(1), pl.col("last").str.head(1)).list.sort().list.join("")
    tight = pl.col("name").str.replace_all(" ", "", literal=True).str.head(4)
    return names.with_columns(pl.coalesce(tight, initials, "first", "last").alias("coarse"))


def _seen(population: Population) -> pl.DataFrame:
    """How often a word is seen as a given name and as a surname: `word`, `as_given`, `as_family`."""
    as_given, as_family = (
        population.of(statistic).rename({"value": "word", "records": name})
        for statistic, name in ((_GIVEN, "as_given"), (_FAMILY, "as_family"))
    )
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
    halves = _mailbox_words(mailboxes)
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


def _mailbox_words(mailboxes: pl.Series) -> pl.DataFrame:
    parts = mailboxes.str.extract_groups(_MAILBOX_NAME).struct
    return pl.DataFrame({half: map_distinct(parts.field(half), fold) for half in ("one", "two")})


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
