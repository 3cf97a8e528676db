"""Which pairs a change concerns: those, and no others, are weighed again.

Here: the judged pairs of a run, most of them remembered. Not here: how a pair is judged (`organizations`, `persons`).
"""

from types import ModuleType

import polars as pl

from cdp_platform.identity.block import PAIR_SCHEMA, candidates
from cdp_platform.identity.memory import Keys, Memory, by_row
from cdp_platform.identity.model import Model

_LINKED = "is_linked"


def judged_pairs_of(
    found: Keys, shared: pl.DataFrame, rules: ModuleType, model: Model, memory: Memory | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The judged pairs of all records, and all pairs that were compared; the same as without a memory.

    A pair of two records that are as they were is as it was judged. `shared`: the values that are no evidence. Raises
    UnusableModel.
    """
    evidence = rules.guarded(found.keys, shared)
    linked = rules.linked(evidence)
    pairs = candidates(rules.blocks(evidence), linked, rules.FACETS)
    pairs = pairs.join(linked.with_columns(pl.lit(True).alias(_LINKED)), on=list(PAIR_SCHEMA), how="left")
    compared = pairs.with_columns(pl.col(_LINKED).fill_null(False)).sort(*PAIR_SCHEMA)
    if memory is None or found.changed is None:
        return rules.judged(evidence, compared.drop(_LINKED), linked, model, found.population), compared
    changed = pl.concat([found.changed, _flipped(found.keys, shared, memory.shared.collect())]).implode()
    known = by_row(memory.compared, found.keys).filter(~(pl.col("a").is_in(changed) | pl.col("b").is_in(changed)))
    asked = compared.join(known, on=[*PAIR_SCHEMA, _LINKED], how="anti", maintain_order="left").drop(_LINKED)
    judged = rules.judged(evidence, asked, linked, model, found.population)
    settled = compared.join(asked, on=list(PAIR_SCHEMA), how="anti")
    kept = by_row(memory.judged, found.keys).join(settled, on=list(PAIR_SCHEMA), how="semi")
    return pl.concat([kept.select(judged.columns), judged]).sort(*PAIR_SCHEMA), compared


def _flipped(keys: pl.DataFrame, shared: pl.DataFrame, was: pl.DataFrame) -> pl.Series:
    """The rows with a value that has become evidence since, or has ceased to be any."""
    key = ["identifier", "value"]
    changed = pl.concat(
        [one.join(other, on=key, how="anti").select(key) for one, other in ((shared, was), (was, shared))]
    )
    rows = [
        keys.filter(pl.col(str(identifier)).is_in(values["value"].implode()))["row"]
        for (identifier,), values in changed.group_by("identifier")
    ]
    return pl.concat([keys["row"].clear(), *rows])
