"""What the names of persons are compared by, besides themselves: their words, what they stand for, how rare they are.

Here: those columns. Not here: the comparison (`compare_names`).
"""

import polars as pl

from cdp_platform.identity.nicknames import are_known, meanings
from cdp_platform.identity.population import Population


def with_forms(keys: pl.DataFrame, frequency: pl.DataFrame) -> pl.DataFrame:
    """The keys with what their names are compared by, besides themselves.

    `first_forms` and `last_forms`: the words, those in between, the letters without blanks and (given names) what they
    may stand for; `first_initials`: the letters with which those begin; `first_known`: in the list of given names;
    `first_records`: how often the given name occurs, from `frequency` (`word`, `records`).
    """
    return keys.with_columns(
        _forms(keys["first"], meanings(keys["first"]), keys["middle"].str.split(" ")).alias("first_forms"),
        _forms(keys["last"], keys["middle"].str.split(" ")).alias("last_forms"),
        are_known(keys["first"]).alias("first_known"),
    ).with_columns(
        pl.col("first_forms").list.eval(pl.element().str.head(1)).list.join("").alias("first_initials"),
        pl.col("first")
        .replace_strict(frequency["word"], frequency["records"], default=0, return_dtype=pl.Int64)
        .alias("first_records"),
    )


def _forms(names: pl.Series, *more: pl.Series) -> pl.Series:
    tight = pl.concat_list(names.str.replace_all(" ", "", literal=True))
    parts = [names.str.split(" "), tight, *(other.fill_null([]) for other in more)]
    return pl.select(pl.concat_list(parts).list.unique(maintain_order=True)).to_series()


def given_name_frequency(population: Population) -> pl.DataFrame:
    """How many records bear a given name: `word`, `records`; none where given names are not counted."""
    if not population.is_counted("first"):
        return pl.DataFrame(schema={"word": pl.String, "records": pl.Int64})
    return population.of("first").rename({"value": "word"})
