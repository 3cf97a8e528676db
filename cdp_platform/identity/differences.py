"""When two values of something that a party has only once are two, and not one written wrongly.

Here: birth dates and tax ids. Not here: given names (`compare_names`), or what follows: a veto (`rules`), a cluster
split (`contradictions`).
"""

import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist


def dates_conflict(a: pl.Series, b: pl.Series) -> pl.Series:
    """True for two birth dates that are not one: beyond a wrong digit and beyond day and month exchanged."""
    frame = pl.DataFrame({"a": a.dt.strftime("%Y%m%d"), "b": b.dt.strftime("%Y%m%d")})
    wrong = pl.sum_horizontal(*(pl.col("a").str.slice(i, 1) != pl.col("b").str.slice(i, 1) for i in range(8)))
    exchanged = pl.col("a").str.slice(4, 2) + pl.col("a").str.slice(6, 2) == pl.col("b").str.slice(6, 2) + pl.col(
        "b"
    ).str.slice(4, 2)
    exchanged = exchanged & (pl.col("a").str.head(4) == pl.col("b").str.head(4))
    both = pl.col("a").is_not_null() & pl.col("b").is_not_null()
    return frame.select((both & (wrong > 1) & ~exchanged).fill_null(False).alias("conflict"))["conflict"]


def tax_ids_conflict(a: pl.Series, b: pl.Series) -> pl.Series:
    """True for two tax ids that are not one: beyond one slip of the hand."""
    pairs = pl.DataFrame({"a": a, "b": b}).with_row_index("pair").filter(pl.col("a") != pl.col("b"))
    edits = cpdist(pairs["a"].to_list(), pairs["b"].to_list(), scorer=OSA.distance)
    conflicting = pairs["pair"].filter(pl.Series(edits, dtype=pl.Int64) > 1)
    return pl.int_range(len(a), eager=True).is_in(conflicting.implode()).alias("conflict")
