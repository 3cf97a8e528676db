"""What companies call themselves, and the web domains they take.

Here: names without legal form, composed per language; distinct companies share a name now and then, as they do. Not
here: legal forms (`legal`), misspellings (`spelling`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import assembled, by_country
from cdp_platform.simulator.chance import Chance, Ints, where, zipf
from cdp_platform.simulator.spelling import slug
from cdp_platform.simulator.words.business import ENDS, FRONTS, NOUNS
from cdp_platform.simulator.words.family import family_names


def brands(chance: Chance, country: Ints) -> pl.Series:
    """A company name for each country position."""
    parts = []
    for place, positions in by_country(country):
        n = len(positions)
        common, rare = family_names(place.words)
        weights = np.concatenate([zipf(len(common)) * 2, np.full(len(rare), 1.6 / len(rare))])
        nouns = pl.Series(NOUNS[place.words])
        cities = [city.split("|")[0] for city in place.cities.split(";")]
        frame = pl.DataFrame({
            "kind": chance.index(n, [0.42, 0.22, 0.12, 0.04, 0.18, 0.02]),
            "brand": chance.pick(FRONTS, n) + chance.pick(ENDS, n),
            "family": chance.pick([*common, *rare], n, weights),
            "other": chance.pick([*common, *rare], n, weights),
            "noun": chance.pick(nouns, n, zipf(len(nouns), 15)),
            "noun2": chance.pick(nouns, n, zipf(len(nouns), 15)),
            "city": chance.pick(cities, n),
        })  # fmt: skip
        kind = pl.col("kind")
        name = (
            pl.when(kind == 0).then(pl.concat_str("brand", "noun", separator=" "))
            .when(kind == 1).then(pl.concat_str("family", "noun", separator=" "))
            .when(kind == 2).then(pl.concat_str("family", pl.lit("&"), "other", separator=" "))
            .when(kind == 3).then(pl.col("brand"))
            .when(kind == 4).then(pl.concat_str("brand", "noun", "noun2", separator=" "))
            .otherwise(pl.concat_str("city", "noun", separator=" "))
        )  # fmt: skip
        parts.append((positions, frame.select(name.alias("name"))))
    return assembled(len(country), parts)["name"]


def domains(chance: Chance, names: pl.Series, country: Ints, taken: pl.Series | None = None) -> pl.Series:
    """A domain for each name; no two alike, none of `taken`."""
    n = len(names)
    style = chance.index(n, [0.55, 0.15, 0.30])
    first_two = names.str.extract(r"^(\S+(?: \S+)?)", 1)
    base = where(style == 0, slug(first_two), where(style == 1, slug(first_two, "-"), slug(names)))
    ending = pl.Series([None] * n, dtype=pl.String)
    for place, positions in by_country(country):
        ending = ending.scatter(positions, chance.pick(place.domain.split(), len(positions)))
    frame = pl.DataFrame({"base": base.str.slice(0, 28).str.strip_chars("-"), "ending": ending})
    repeat = (pl.int_range(pl.len()).over("base", "ending")).alias("repeat")
    frame = frame.with_columns(repeat).with_columns(
        pl.when(pl.col("repeat") == 0).then(pl.col("base"))
        .otherwise(pl.concat_str("base", pl.lit("-"), pl.col("repeat") + 1)).alias("base")
    )  # fmt: skip
    column = frame.select(pl.concat_str("base", pl.lit("."), "ending").alias("domain"))["domain"]
    if taken is not None:
        column = where(column.is_in(taken.drop_nulls().unique().implode()).to_numpy(), "new-" + column, column)
    return column
