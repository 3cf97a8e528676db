"""What people are called: given and family names of each country's languages, and the addresses that follow from them.

Here: drawing names and mail addresses. Not here: the lists (`words`), who lives with whom (`people`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import by_country
from cdp_platform.simulator.chance import Chance, Ints, Mask, where, zipf
from cdp_platform.simulator.spelling import slug
from cdp_platform.simulator.words.family import COMMON, family_names
from cdp_platform.simulator.words.given import FEMALE, MALE, NICKNAMES

LANGUAGES = tuple(COMMON)
_SHORT = {given: short.split() for given, short in NICKNAMES.items()}


def languages(chance: Chance, country: Ints) -> Ints:
    """The language (position in LANGUAGES) of each person's name; countries mix."""
    language = np.zeros(len(country), dtype=np.int64)
    for place, positions in by_country(country):
        drawn = chance.index(len(positions), list(place.names.values()))
        language[positions] = np.array([LANGUAGES.index(name) for name in place.names])[drawn]
    return language


def _each(language: Ints) -> Iterator[tuple[str, Ints]]:
    for number, name in enumerate(LANGUAGES):
        positions = np.flatnonzero(language == number)
        if len(positions):
            yield name, positions


def given_names(chance: Chance, language: Ints, female: Mask) -> pl.Series:
    """A given name in the language."""
    column = pl.Series([None] * len(language), dtype=pl.String)
    for name, positions in _each(language):
        for table, here in ((FEMALE, positions[female[positions]]), (MALE, positions[~female[positions]])):
            names = table[name].split()
            column = column.scatter(here, chance.pick(names, len(here), zipf(len(names), 25)))
    return column


def families(chance: Chance, language: Ints) -> pl.Series:
    """A family name in the language; in Spanish usually two."""
    column = pl.Series([None] * len(language), dtype=pl.String)
    for name, positions in _each(language):
        common, rare = family_names(name)
        weights = np.concatenate(
            [zipf(len(common), 20), np.full(len(rare), zipf(len(common), 20).sum() * 1.2 / len(rare))]
        )
        names = pl.Series([*common, *rare])
        n = len(positions)
        drawn = chance.pick(names, n, weights)
        if name == "es":
            drawn = where(chance.mask(0.7, n), drawn + " " + chance.pick(names, n, weights), drawn)
        column = column.scatter(positions, drawn)
    return column


def nicknames(chance: Chance, given: pl.Series) -> pl.Series:
    """The short form that friends use, or the name itself where there is none."""
    first = given.replace(list(_SHORT), [short[0] for short in _SHORT.values()])
    last = given.replace(list(_SHORT), [short[-1] for short in _SHORT.values()])
    return where(chance.mask(0.6, len(given)), first, last)


def private_mail(chance: Chance, given: pl.Series, family: pl.Series, birth_year: Ints, country: Ints) -> pl.Series:
    """A private address per person; no two alike."""
    n = len(given)
    provider = pl.Series([None] * n, dtype=pl.String)
    for place, positions in by_country(country):
        names = place.mail.split()
        provider = provider.scatter(positions, chance.pick(names, len(positions)))
    frame = pl.DataFrame({
        "g": slug(given), "f": slug(family), "kind": chance.index(n, [0.4, 0.2, 0.15, 0.15, 0.1]),
        "year": pl.Series(birth_year % 100).cast(pl.String).str.zfill(2), "p": provider,
        "number": chance.integers(1, 999, n),
    })  # fmt: skip
    kind = pl.col("kind")
    initial = pl.col("g").str.slice(0, 1)
    local = (
        pl.when(kind == 0).then(pl.concat_str("g", pl.lit("."), "f"))
        .when(kind == 1).then(pl.concat_str("g", "f", "year"))
        .when(kind == 2).then(pl.concat_str(initial, "f", "number"))
        .when(kind == 3).then(pl.concat_str("f", pl.lit("."), "g", "year"))
        .otherwise(pl.concat_str("g", "number"))
    )  # fmt: skip
    return _distinct(frame.select(local.alias("local"), pl.col("p").alias("domain")))


def work_mail(given: pl.Series, family: pl.Series, domain: pl.Series, employer: Ints) -> pl.Series:
    """The address an employer gives; each has one form for all its people. Null without employer or domain."""
    frame = pl.DataFrame({"g": slug(given), "f": slug(family), "domain": domain, "kind": employer % 10})
    initial = pl.col("g").str.slice(0, 1)
    local = (
        pl.when(pl.col("kind") < 5).then(pl.concat_str("g", pl.lit("."), "f"))
        .when(pl.col("kind") < 8).then(pl.concat_str(initial, "f"))
        .when(pl.col("kind") < 9).then(pl.col("g"))
        .otherwise(pl.concat_str("f", initial))
    )  # fmt: skip
    return _distinct(frame.select(local.alias("local"), "domain"))


def _distinct(frame: pl.DataFrame) -> pl.Series:
    repeat = pl.int_range(pl.len()).over("local", "domain")
    local = pl.when(repeat == 0).then(pl.col("local")).otherwise(pl.concat_str("local", repeat + 1))
    return frame.select(pl.concat_str(local, pl.lit("@"), "domain").alias("mail"))["mail"]
