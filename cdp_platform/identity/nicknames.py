"""Given names that mean one another: short forms, other spellings and other languages' forms, from the reference list.

Here: questions about pairs of distinct folded names. Not here: typos, surnames, or what follows for two records.
"""

from functools import cache

import polars as pl

from cdp_platform.identity.names import fold
from cdp_platform.identity.reference import synonyms


@cache
def _meanings() -> pl.DataFrame:
    """`word`, and the names it may stand for as the list `meaning`."""
    meanings = {(fold(spelling), fold(name)) for spelling, names in synonyms("nicknames").items() for name in names}
    table = pl.DataFrame(sorted(meanings), schema={"word": pl.String, "meaning": pl.String}, orient="row")
    return table.group_by("word", maintain_order=True).agg("meaning")


def are_known(pairs: pl.DataFrame) -> pl.Series:
    """True where both names (`x`, `y`) are in the list, and so none is a typo of the other."""
    known = _meanings()["word"].implode()
    return pairs.select(pl.all_horizontal(pl.col("x", "y").is_in(known)).alias("known"))["known"]


def share_meaning(pairs: pl.DataFrame) -> pl.Series:
    """True where both names may stand for one: Bob and Rob. Of an unlisted compound the first word counts."""
    x, y = (_meaning(pairs[side]) for side in ("x", "y"))
    return pl.select(x.list.set_intersection(y).list.len() > 0).to_series().fill_null(False)


def are_initials(pairs: pl.DataFrame) -> pl.Series:
    """True where one is a single letter with which the other, or what it stands for, begins: B. or R. and Bob."""
    found = []
    for initial, name in ((pairs["x"], pairs["y"]), (pairs["y"], pairs["x"])):
        initials = _meaning(name).list.eval(pl.element().str.head(1))
        begins = pl.DataFrame({"initial": initial, "name": name, "initials": initials})
        found.append(
            begins.select(
                (pl.col("initial").str.len_chars() == 1)
                & (
                    pl.col("name").str.starts_with(pl.col("initial"))
                    | pl.col("initials").list.contains(pl.col("initial")).fill_null(False)
                )
            ).to_series()
        )
    return found[0] | found[1]


def _meaning(names: pl.Series) -> pl.Series:
    table = _meanings()
    first = names.str.split(" ").list.first()
    word = pl.select(pl.when(names.is_in(table["word"].implode())).then(names).otherwise(first).alias("word"))
    return word.join(table, on="word", how="left", maintain_order="left")["meaning"]
