"""What all records tell of a name's words: which half is the surname, and whom a mailbox names.

Here: those counts, the names after them, and which names come out otherwise when they move. Not here: a name's parts
(`normalize_names`), or how often whole names occur (`population`).
"""

import polars as pl

from cdp_platform.identity.distinct import map_distinct
from cdp_platform.identity.names import fold
from cdp_platform.identity.population import Population

# How much likelier than not a name must be the wrong way round, and how often each half must have been seen so.
_SWAP_ODDS = 50.0
_SWAP_SEEN = 3
# Two names in a mailbox; digits behind them tell one from another of the name.
_MAILBOX_NAME = r"^(?<one>[a-z]{2,})[._-](?<two>[a-z]{2,})\d*$"

_GIVEN, _FAMILY = "word as given", "word as family"


def count_name_words(read: pl.DataFrame, population: Population) -> None:
    """Count how often a word is seen as a given name and as a surname: `given_word`, `family_word`."""
    population.count(_GIVEN, read["given_word"])
    population.count(_FAMILY, read["family_word"])


def settled_names(
    names: pl.DataFrame, mailboxes: pl.Series, is_person: pl.Series, population: Population
) -> pl.DataFrame:
    """The names (`first`, `last`) after what all records tell of their words."""
    seen = _seen(population)
    return _oriented(_spelt_by_mailboxes(names, mailboxes, is_person, seen), seen)


def words_moved(keys: pl.DataFrame, population: Population) -> pl.Series:
    """True for keys of persons whose names come out otherwise than in the last run.

    That is so where words are seen more often or less, and so another half is the surname. The words are those of the
    name (`given_word`, `family_word`) or else of the `mailbox`.
    """
    moved = pl.concat([population.moved(_GIVEN), population.moved(_FAMILY)]).unique().implode()
    words = keys.select(first="given_word", last="family_word")
    is_nameless = words["first"].is_null() & words["last"].is_null()
    mailboxes = keys.select(pl.when(is_nameless).then("mailbox").alias("mailbox"))["mailbox"]
    told = pl.concat([words, _mailbox_words(mailboxes)], how="horizontal")
    asked = told.select(pl.any_horizontal(pl.all().is_in(moved).fill_null(False)).alias("asked"))["asked"].arg_true()
    is_person = pl.repeat(True, len(asked), dtype=pl.Boolean, eager=True)
    now, then = (
        settled_names(words[asked], mailboxes.gather(asked), is_person, counts)
        for counts in (population, population.last())
    )
    differs = now.select(pl.any_horizontal(pl.col(half).ne_missing(then[half]) for half in ("first", "last")))
    return pl.repeat(False, keys.height, eager=True).scatter(asked.filter(differs.to_series()), True)


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
