"""Candidate pairs: records that share a value, without enumerating all pairs of a frequent one.

Here: blocks and their pairs. Not here: what makes a pair a match.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

# Beyond this many different parties a block is not compared: it would cost its square and prove nothing.
_BLOCK_LIMIT = 60

PAIR_SCHEMA = {"a": pl.UInt32, "b": pl.UInt32}


@dataclass(frozen=True)
class Block:
    """Records (`row` and their keys, a record perhaps more than once), and the keys that those of one block share."""

    keys: pl.DataFrame
    on: Sequence[str]


def candidate_pairs(block: Block, facets: Sequence[str]) -> pl.DataFrame:
    """Pairs of records (`a` < `b`, row numbers) equal in all of the block's `on` (none null).

    Records that are also equal in all `facets`, that is in all that a rule or a veto looks at, are paired with the
    first of them only; the firsts are paired with each other. So a block costs its records plus the square of its
    different parties, and connects the same records as all its pairs would.
    """
    on = block.on
    group = list(dict.fromkeys([*on, *facets]))
    named = block.keys.lazy().filter(pl.all_horizontal(pl.col(*on).is_not_null())).select("row", *group)
    crowded = named.filter(pl.len().over(on) > 1)
    members = crowded.with_columns(pl.col("row").min().over(group).alias("first_row")).select("row", "first_row", *on)
    frame = members.collect()
    star = frame.filter(pl.col("row") != pl.col("first_row")).select(a="first_row", b="row")
    firsts = frame.filter(pl.col("row") == pl.col("first_row")).drop("first_row")
    firsts = firsts.filter(pl.len().over(on).is_between(2, _BLOCK_LIMIT))
    met = firsts.join(firsts, on=list(on)).filter(pl.col("row") < pl.col("row_right")).select(a="row", b="row_right")
    return pl.concat([star, met]).unique().sort("a", "b")


def candidates(blocks: Sequence[Block], linked: pl.DataFrame, facets: Sequence[str]) -> pl.DataFrame:
    """The pairs of all blocks, and those that records without a name connect."""
    return pl.concat([*(candidate_pairs(block, facets) for block in blocks), linked]).unique().sort("a", "b")


def of_pairs(keys: pl.DataFrame, pairs: pl.DataFrame, column: str) -> tuple[pl.Series, pl.Series]:
    """The values of `column` of both records of every pair; `keys` is in the order of its row numbers."""
    values = keys[column]
    return values.gather(pairs["a"]), values.gather(pairs["b"])
