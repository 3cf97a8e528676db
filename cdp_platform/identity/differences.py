"""When two values of something that a party has only once are two, and not one written wrongly.

Here: birth dates and tax ids. Not here: given names (`compare_names`), or what follows: a veto (`rules`), a cluster
split (`contradictions`).
"""

import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist


def dates_conflict(a: pl.Series, b: pl.Series) -> pl.Series:
    """True for two birth dates that are not one: beyond one slip of the hand and beyond day and month exchanged."""
    exchanged = (a.dt.strftime("%Y%m%d") == b.dt.strftime("%Y%d%m")).fill_null(False)
    return _beyond_a_slip(a.dt.strftime("%Y%m%d"), b.dt.strftime("%Y%m%d")) & ~exchanged


def tax_ids_conflict(a: pl.Series, b: pl.Series) -> pl.Series:
    """True for two tax ids that are not one: beyond one slip of the hand."""
    return _beyond_a_slip(a, b)


def _beyond_a_slip(a: pl.Series, b: pl.Series) -> pl.Series:
    """True for two texts that more than one wrong, missing or exchanged letter keeps apart; false where one is null."""
    pairs = pl.DataFrame({"a": a, "b": b}).with_row_index("pair").filter(pl.col("a") != pl.col("b"))
    edits = cpdist(pairs["a"].to_list(), pairs["b"].to_list(), scorer=OSA.distance)
    conflicting = pairs["pair"].filter(pl.Series(edits, dtype=pl.Int64) > 1)
    return pl.int_range(len(a), eager=True).is_in(conflicting.implode()).alias("conflict")
