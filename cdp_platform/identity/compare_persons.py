"""How well two names of persons agree: level by level, nicknames, initials, typos and changed surnames among them.

Here: the levels of given names, surnames and whole names, over the pairs of a frame. Not here: what follows from them.
"""

from collections.abc import Callable

import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from cdp_platform.identity.nicknames import are_initials, are_known, share_meaning

# Levels of agreement of one part of a name.
EQUAL, CLOSE, INITIAL, MISSING, CONFLICT = 4, 3, 2, 1, 0

# Whole names: both parts agree; agree as far as one shows; the surname differs; nothing to compare; two people.
STRONG, WEAK, RENAMED, INCOMPLETE, OTHER = "strong", "weak", "renamed", "incomplete", "other"

# A spelling this much rarer than the name it resembles, and in no list, is a typo of it and not a name of its own.
_TYPO_SHARE = 0.01
_TYPO_COUNT = 2
_SIMILAR = 0.88
# Endings that turn a man's name into a woman's: Paul and Paula are a couple and no typo.
_GENDERED = ("a", "e", "o", "le", "la", "lle", "ne", "ina", "ine", "na", "te", "ette", "etta", "elle")

Names = tuple[pl.Series, pl.Series]


def agreement(first: Names, last: Names, frequency: pl.DataFrame) -> pl.Series:
    """`strong`, `weak`, `renamed`, `incomplete` or `other` for every pair of names.

    `frequency`: how often a given name (`word`) occurs (`records`). Exchanged parts count as agreement.
    """
    given, family = _given_levels(first, frequency), _family_levels(last)
    frame = pl.DataFrame({"given": given, "family": family, "crossed": _crossed(first, last, given)})
    is_missing = (pl.col("given") == MISSING) | (pl.col("family") == MISSING)
    is_weak = ((pl.col("given") == INITIAL) & (pl.col("family") == EQUAL)) | (
        (pl.col("given") >= CLOSE) & (pl.col("family") == INITIAL)
    )
    return frame.select(
        pl.when("crossed").then(pl.lit(STRONG))
        .when((pl.col("given") == CONFLICT) | (is_missing & (pl.col("family") == CONFLICT))).then(pl.lit(OTHER))
        .when(is_missing).then(pl.lit(INCOMPLETE))
        .when((pl.col("family") == CONFLICT) & (pl.col("given") == EQUAL)).then(pl.lit(RENAMED))
        .when(pl.col("family") == CONFLICT).then(pl.lit(OTHER))
        .when(pl.min_horizontal("given", "family") >= CLOSE).then(pl.lit(STRONG))
        .when(is_weak).then(pl.lit(WEAK))
        .otherwise(pl.lit(INCOMPLETE)).alias("agreement")
    )["agreement"]  # fmt: skip


def is_other_person(first: Names, last: Names, frequency: pl.DataFrame) -> pl.Series:
    """True where the given names exclude each other, whatever the surnames are: the first-name veto."""
    given = _given_levels(first, frequency)
    return (given == CONFLICT) & ~_crossed(first, last, given)


def given_name_frequency(keys: pl.DataFrame) -> pl.DataFrame:
    """How many records bear a given name: `word`, `records`."""
    return keys["first"].drop_nulls().value_counts(name="records").rename({"first": "word"})


def _crossed(first: Names, last: Names, given: pl.Series) -> pl.Series:
    """True where given names conflict, and do not once one of both names is turned round."""
    doubtful = given == CONFLICT
    sides = [(first[0], last[1]), (last[0], first[1])]
    halves = [_family_levels((a.set(~doubtful, None), b.set(~doubtful, None))) for a, b in sides]
    return (halves[0] >= CLOSE) & (halves[1] >= CLOSE)


def _family_levels(last: Names) -> pl.Series:
    """Surnames: a typo, another spacing, or a compound of which both have a part, is close."""

    def judged(pairs: pl.DataFrame) -> pl.DataFrame:
        initial = (pl.col("shorter") == 1) & (pl.col("x").str.head(1) == pl.col("y").str.head(1))
        return _graded(pairs, initial, _is_typo() | _shares_letters())

    return _levels(last, judged)


def _given_levels(first: Names, frequency: pl.DataFrame) -> pl.Series:
    """Given names: also nicknames and shortened names are close, but a typo is none where it is a name of its own."""

    def judged(pairs: pl.DataFrame) -> pl.DataFrame:
        for side in ("x", "y"):
            counts = frequency.rename({"word": side, "records": f"{side}_records"})
            pairs = pairs.join(counts, on=side, how="left", maintain_order="left")
        records = [pl.col(f"{side}_records").fill_null(0) for side in ("x", "y")]
        is_rare = pl.min_horizontal(records) <= pl.max_horizontal(
            pl.lit(_TYPO_COUNT), *(r * _TYPO_SHARE for r in records)
        )
        # x is the lexicographically smaller, so a prefix is always x.
        ending = pl.col("y").str.strip_prefix(pl.col("x"))
        is_short = (pl.col("shorter") >= 3) & pl.col("y").str.starts_with(pl.col("x")) & ~ending.is_in(_GENDERED)
        is_typo = _is_typo() & is_rare & ~are_known(pairs)
        return _graded(
            pairs, pl.lit(are_initials(pairs)), is_typo | is_short | _shares_letters() | share_meaning(pairs)
        )

    return _levels(first, judged)


def _levels(names: Names, judged: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.Series:
    """The level of every pair, judged once per distinct pair of different names."""
    both = pl.DataFrame({"a": names[0], "b": names[1]})
    pairs = both.select(
        x=pl.min_horizontal("a", "b"), y=pl.max_horizontal("a", "b"), missing=pl.any_horizontal(pl.all().is_null())
    )
    distinct = pairs.filter(~pl.col("missing") & (pl.col("x") != pl.col("y"))).select("x", "y").unique().sort("x", "y")
    x, y = distinct["x"].to_list(), distinct["y"].to_list()
    measured = distinct.with_columns(
        pl.Series("edits", cpdist(x, y, scorer=OSA.distance, workers=2), dtype=pl.Int32),
        pl.Series("winkler", cpdist(x, y, scorer=JaroWinkler.similarity, workers=2), dtype=pl.Float64),
        pl.min_horizontal(pl.col("x", "y").str.len_chars()).alias("shorter"),
    )
    levels = pairs.join(judged(measured), on=["x", "y"], how="left", maintain_order="left")
    return levels.select(
        pl.when("missing").then(pl.lit(MISSING)).otherwise(pl.col("level").fill_null(EQUAL)).alias("level")
    )["level"]


def _graded(pairs: pl.DataFrame, initial: pl.Expr, close: pl.Expr) -> pl.DataFrame:
    level = pl.when(initial).then(pl.lit(INITIAL)).when(close).then(pl.lit(CLOSE)).otherwise(pl.lit(CONFLICT))
    return pairs.select("x", "y", level.alias("level"))


def _is_typo() -> pl.Expr:
    one = (pl.col("shorter") >= 4) & (pl.col("edits") <= 1)
    return one | ((pl.col("shorter") >= 5) & (pl.col("edits") <= 2) & (pl.col("winkler") >= _SIMILAR))


def _shares_letters() -> pl.Expr:
    """One word in common, or the same letters with other spaces."""
    x, y = (pl.col(side).str.replace_all(" ", "", literal=True) for side in ("x", "y"))
    shared = pl.col("x").str.split(" ").list.set_intersection(pl.col("y").str.split(" ")).list.len()
    return (shared > 0) | (x == y)
