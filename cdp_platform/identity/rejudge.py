"""Which pairs a change touches: those, and no others, are weighed again.

Here: the judged pairs of a run, most of them remembered. Not here: how a pair is judged (`organizations`, `persons`).
"""

from collections.abc import Sequence
from types import ModuleType

import polars as pl

from cdp_platform.identity.block import PAIR_SCHEMA, Block, candidates
from cdp_platform.identity.memory import Keys, Memory, by_row
from cdp_platform.identity.model import Model


def judged_pairs_of(
    found: Keys, shared: pl.DataFrame, rules: ModuleType, model: Model, memory: Memory | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The judged pairs of all records, and those that records without a name link; the same as without a memory.

    A pair of which neither record stands in a block that a changed record left, entered or stayed in shares what it
    shared, and is as it was judged. `shared`: the values that are no evidence. Raises UnusableModel.
    """
    evidence = rules.guarded(found.keys, shared)
    blocks, linked = rules.blocks(evidence), rules.linked(evidence)
    if memory is None or found.changed is None or found.before is None:
        pairs = candidates(blocks, linked, rules.FACETS)
        return rules.judged(evidence, pairs, linked, model, found.population), linked
    flipped = _flipped(found.keys, shared, memory.shared)
    gone = rules.guarded(pl.concat([_as_keys(found.before, found.keys), found.keys[flipped]]), memory.shared)
    touched = pl.concat([
        pl.concat([found.changed, flipped]),
        *_met(blocks, rules.blocks(gone), pl.concat([found.changed, flipped])),
        *_ends(_difference(linked, by_row(memory.linked, found.keys))),
    ]).unique()  # fmt: skip
    pairs = candidates(_around(blocks, touched), linked, rules.FACETS).filter(_has_end(touched))
    judged = rules.judged(evidence, pairs, linked, model, found.population)
    kept = by_row(memory.judged, found.keys).filter(~_has_end(touched)).select(judged.columns)
    return pl.concat([kept, judged]).sort("a", "b"), linked


def _as_keys(before: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    return before.with_columns(pl.lit(0, dtype=keys.schema["row"]).alias("row")).select(keys.columns)


def _flipped(keys: pl.DataFrame, shared: pl.DataFrame, was: pl.DataFrame) -> pl.Series:
    """The rows with a value that has become evidence since, or has ceased to be any."""
    key = ["identifier", "value"]
    changed = pl.concat(
        [shared.join(was, on=key, how="anti").select(key), was.join(shared, on=key, how="anti").select(key)]
    )
    rows = [
        keys.filter(pl.col(str(identifier)).is_in(values["value"].implode()))["row"]
        for (identifier,), values in changed.group_by("identifier")
    ]
    return pl.concat([keys["row"].clear(), *rows]).unique()


def _met(blocks: Sequence[Block], gone: Sequence[Block], changed: pl.Series) -> list[pl.Series]:
    """The rows in blocks in which changed records stand, or stood."""
    found = []
    for block, old in zip(blocks, gone, strict=True):
        now = block.keys.filter(pl.col("row").is_in(changed.implode())).select(*block.on)
        values = pl.concat([now, old.keys.select(*block.on)]).drop_nulls().unique()
        found.append(block.keys.join(values, on=list(block.on), how="semi")["row"])
    return found


def _around(blocks: Sequence[Block], rows: pl.Series) -> list[Block]:
    """The blocks, whole, in which any of the rows stands."""
    found = []
    for block in blocks:
        values = block.keys.filter(pl.col("row").is_in(rows.implode())).select(*block.on).drop_nulls().unique()
        found.append(Block(block.keys.join(values, on=list(block.on), how="semi"), block.on))
    return found


def _difference(pairs: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    key = list(PAIR_SCHEMA)
    return pl.concat(
        [pairs.join(others, on=key, how="anti").select(key), others.join(pairs, on=key, how="anti").select(key)]
    )


def _ends(pairs: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    return pairs["a"].alias("row"), pairs["b"].alias("row")


def _has_end(rows: pl.Series) -> pl.Expr:
    return pl.col("a").is_in(rows.implode()) | pl.col("b").is_in(rows.implode())
