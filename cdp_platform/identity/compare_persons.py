"""How well two names of persons agree: level by level, nicknames, initials, typos and changed surnames among them.

Here: the levels of given names, surnames and whole names, over the pairs of a frame. Not here: what follows from them.
"""

import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from cdp_platform.identity.names import fold
from cdp_platform.identity.reference import synonyms

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
    given = _levels(first[0], first[1], frequency, is_given=True)
    family = _levels(last[0], last[1], frequency, is_given=False)
    crossed = ((first[0] == last[1]) & (first[1] == last[0])).fill_null(False)
    frame = pl.DataFrame({"given": given, "family": family, "crossed": crossed})
    return frame.select(
        pl.when("crossed").then(pl.lit(STRONG))
        .when(pl.col("given") == CONFLICT).then(pl.lit(OTHER))
        .when((pl.col("given") == MISSING) | (pl.col("family") == MISSING))
        .then(pl.when(pl.col("family") == CONFLICT).then(pl.lit(OTHER)).otherwise(pl.lit(INCOMPLETE)))
        .when(pl.col("family") == CONFLICT)
        .then(pl.when(pl.col("given") == EQUAL).then(pl.lit(RENAMED)).otherwise(pl.lit(OTHER)))
        .when(pl.col("given") == INITIAL)
        .then(pl.when(pl.col("family") == EQUAL).then(pl.lit(WEAK)).otherwise(pl.lit(INCOMPLETE)))
        .otherwise(pl.lit(STRONG)).alias("agreement")
    )["agreement"]  # fmt: skip


def is_other_person(first: Names, last: Names, frequency: pl.DataFrame) -> pl.Series:
    """True where the given names exclude each other, whatever the surnames are: the first-name veto."""
    crossed = ((first[0] == last[1]) | (first[1] == last[0])).fill_null(False)
    return (_levels(first[0], first[1], frequency, is_given=True) == CONFLICT) & ~crossed


def given_name_frequency(keys: pl.DataFrame) -> pl.DataFrame:
    """How many records bear a given name: `word`, `records`."""
    return keys["first"].drop_nulls().value_counts(name="records").rename({"first": "word"})


def _levels(a: pl.Series, b: pl.Series, frequency: pl.DataFrame, *, is_given: bool) -> pl.Series:
    pairs = pl.DataFrame({"a": a, "b": b}).select(x=pl.min_horizontal("a", "b"), y=pl.max_horizontal("a", "b"),
                                                  missing=pl.any_horizontal(pl.col("a", "b").is_null()))  # fmt: skip
    distinct = pairs.filter(~pl.col("missing") & (pl.col("x") != pl.col("y"))).select("x", "y").unique()
    distinct = _compared(distinct.sort("x", "y"), frequency, is_given=is_given)
    looked_up = pairs.join(distinct, on=["x", "y"], how="left", maintain_order="left")
    return looked_up.select(
        pl.when("missing").then(pl.lit(MISSING)).otherwise(pl.col("level").fill_null(EQUAL)).alias("level")
    )["level"]


def _compared(distinct: pl.DataFrame, frequency: pl.DataFrame, *, is_given: bool) -> pl.DataFrame:
    x, y = distinct["x"].to_list(), distinct["y"].to_list()
    # Plain differences of letters, two threads: the only fuzzy comparison, and only of distinct candidate pairs.
    edits = pl.Series(cpdist(x, y, scorer=OSA.distance, workers=2), dtype=pl.Int32)
    winkler = pl.Series(cpdist(x, y, scorer=JaroWinkler.similarity, workers=2), dtype=pl.Float64)
    shorter = pl.min_horizontal(pl.col("x").str.len_chars(), pl.col("y").str.len_chars())
    compared = distinct.with_columns(edits=edits, winkler=winkler, shorter=shorter)
    for side in ("x", "y"):
        counts = frequency.rename({"word": side, "records": f"{side}_records"})
        compared = compared.join(counts, on=side, how="left", maintain_order="left")
    compared = compared.with_columns(pl.col("x_records", "y_records").fill_null(0))
    typo = ((pl.col("shorter") >= 4) & (pl.col("edits") <= 1)) | (
        (pl.col("shorter") >= 5) & (pl.col("edits") <= 2) & (pl.col("winkler") >= _SIMILAR)
    )
    shares_word = pl.col("x").str.split(" ").list.set_intersection(pl.col("y").str.split(" ")).list.len() > 0
    tight = pl.col("x").str.replace_all(" ", "", literal=True) == pl.col("y").str.replace_all(" ", "", literal=True)
    if is_given:
        rarer, commoner = pl.min_horizontal("x_records", "y_records"), pl.max_horizontal("x_records", "y_records")
        is_rare = rarer <= pl.max_horizontal(pl.lit(_TYPO_COUNT), commoner * _TYPO_SHARE)
        typo = typo & is_rare & ~_both_known(distinct)
        remainder = pl.col("y").str.strip_prefix(pl.col("x"))
        # x is the lexicographically smaller, so a prefix is always x.
        shortened = (pl.col("shorter") >= 3) & pl.col("y").str.starts_with(pl.col("x")) & ~remainder.is_in(_GENDERED)
        close = typo | shares_word | tight | shortened | _nicknames(distinct)
    else:
        close = typo | shares_word | tight
    initial = (pl.col("shorter") == 1) & (pl.col("x").str.head(1) == pl.col("y").str.head(1))
    level = pl.when(initial).then(pl.lit(INITIAL)).when(close).then(pl.lit(CLOSE)).otherwise(pl.lit(CONFLICT))
    return compared.select("x", "y", level.alias("level"))


def _both_known(distinct: pl.DataFrame) -> pl.Series:
    known = pl.Series([fold(spelling) for spelling in synonyms("nicknames")]).unique().implode()
    return distinct.select(pl.all_horizontal(pl.col("x", "y").is_in(known)).alias("known"))["known"]


def _nicknames(distinct: pl.DataFrame) -> pl.Series:
    meanings = {(fold(spelling), fold(name)) for spelling, names in synonyms("nicknames").items() for name in names}
    table = pl.DataFrame(sorted(meanings), schema={"word": pl.String, "meaning": pl.String}, orient="row")
    table = table.group_by("word").agg("meaning")
    words = {side: distinct.select(pl.col(side).str.split(" ").list.first().alias("word")) for side in ("x", "y")}
    x, y = (words[side].join(table, on="word", how="left", maintain_order="left")["meaning"] for side in ("x", "y"))
    return pl.select(x.list.set_intersection(y).list.len() > 0).to_series().fill_null(False)
