"""Which pairs a change concerns: those, and no others, are weighed again.

Here: the judged pairs of a run, most of them remembered. Not here: how a pair is judged (`organizations`, `persons`).
"""

from types import ModuleType

import polars as pl

from cdp_platform.identity.block import PAIR_SCHEMA, candidates
from cdp_platform.identity.memory import Keys, Memory, by_row
from cdp_platform.identity.model import COMPARISONS, Model
from cdp_platform.identity.score_pairs import totals_moved

_PAIR = [*PAIR_SCHEMA, "is_linked"]
_PREMISE = "premise"


def judged_pairs_of(
    found: Keys, shared: pl.DataFrame, rules: ModuleType, model: Model, memory: Memory | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The judged pairs of all records, and all pairs that were compared (`a`, `b`, `is_linked`, `hint`).

    They are the same with and without a memory: a pair is as it was judged if both records are as they were, and so is
    what was counted of their values. `shared`: the values that are no evidence. Raises UnusableModel.
    """
    evidence, population = rules.guarded(found.keys, shared), found.population
    linked = rules.linked(evidence)
    rules.count(evidence, population)
    pairs = candidates(rules.blocks(evidence), linked, rules.FACETS)
    pairs = pairs.join(linked.with_columns(is_linked=True), on=list(PAIR_SCHEMA), how="left")
    pairs = pairs.with_columns(pl.col("is_linked").fill_null(False)).sort(*PAIR_SCHEMA)
    usable = None if totals_moved(COMPARISONS[model.record_type], population) else memory
    known = _known(found, shared, usable)

    def weighed_but(known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        asked = pairs.join(known, on=_PAIR, how="anti", maintain_order="left")
        weighed = rules.weighed(evidence, asked.drop("is_linked"), linked, model, population)
        hints = asked.with_columns(rules.hints(weighed))
        settled = pairs.join(known, on=_PAIR, maintain_order="left")
        return weighed, pl.concat([settled, hints]).sort(*PAIR_SCHEMA)

    weighed, compared = weighed_but(known)
    premise = rules.premise(compared["hint"])
    population.note(_PREMISE, pl.DataFrame({"value": [""], "records": [1 + premise]}))
    if usable is None or not population.moved(_PREMISE).is_empty():
        weighed = weighed if usable is None else weighed_but(known.clear())[0]
        return rules.judged(weighed, premise), compared
    judged = rules.judged(weighed, premise)
    settled = compared.join(weighed, on=list(PAIR_SCHEMA), how="anti")
    kept = by_row(usable.judged, found.keys).join(settled, on=list(PAIR_SCHEMA), how="semi")
    return pl.concat([kept.select(judged.columns), judged]).sort(*PAIR_SCHEMA), compared


def _known(found: Keys, shared: pl.DataFrame, memory: Memory | None) -> pl.DataFrame:
    """The pairs that were compared and need not be again, with their `hint`."""
    if memory is None:
        return pl.DataFrame(schema={**PAIR_SCHEMA, "is_linked": pl.Boolean, "hint": pl.UInt8})
    values = [_flipped(shared, memory.shared.collect()), _moved(found)]
    rows = [
        found.keys.filter(pl.col(str(key)).cast(pl.String).is_in(some["value"].implode()))["row"]
        for (key,), some in pl.concat(values).group_by("identifier")
    ]
    changed = pl.concat([found.changed, *rows]).implode()
    known = by_row(memory.compared, found.keys)
    return known.filter(~(pl.col("a").is_in(changed) | pl.col("b").is_in(changed)))


def _flipped(shared: pl.DataFrame, was: pl.DataFrame) -> pl.DataFrame:
    """The values that have become evidence since, or have ceased to be any: `identifier`, `value`."""
    key = ["identifier", "value"]
    return pl.concat([one.join(other, on=key, how="anti").select(key) for one, other in ((shared, was), (was, shared))])


def _moved(found: Keys) -> pl.DataFrame:
    """The values that became rarer or more frequent, so that sharing them weighs something else."""
    counted = [name for name in found.keys.columns if found.population.is_counted(name)]
    moved = [found.population.moved(name).to_frame("value").with_columns(identifier=pl.lit(name)) for name in counted]
    return pl.concat([pl.DataFrame(schema={"identifier": pl.String, "value": pl.String}), *moved], how="diagonal")
