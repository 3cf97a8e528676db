"""Given names that mean one another: short forms, other spellings and other languages' forms, from the reference list.

Here: what a folded name may stand for. Not here: typos, surnames, or what follows for two records.
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


def are_known(names: pl.Series) -> pl.Series:
    """True for a name in the list: it is no typo of another one there."""
    return names.is_in(_meanings()["word"].implode())


def meanings(names: pl.Series) -> pl.Series:
    """What every name may stand for, as lists; null where it is in no list. Of an unlisted compound the first word
    counts."""
    table = _meanings()
    first = names.str.split(" ").list.first()
    word = pl.select(pl.when(names.is_in(table["word"].implode())).then(names).otherwise(first).alias("word"))
    return word.join(table, on="word", how="left", maintain_order="left")["meaning"]
