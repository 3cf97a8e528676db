"""Training: the numbers of a model, counted on records whose true parties are known.

Here: the share of every level among pairs that are one party and among pairs that are not. Not here: where such records
come from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
import polars as pl

from cdp_platform.identity.block import candidates
from cdp_platform.identity.compare import MISSING
from cdp_platform.identity.interval import wilson
from cdp_platform.identity.matching import RULES_OF
from cdp_platform.identity.model import COMPARISONS, Model
from cdp_platform.identity.population import Population
from cdp_platform.identity.rules import DECISIVE, RULES
from cdp_platform.identity.score_pairs import scored

_SEED = 7
_RANDOM_PAIRS = 200_000
# A rule accepts a weight at which so many pairs are one party, and asks a person down to fewer: judged by bands of so
# many bits, with so much confidence.
_ACCEPTED, _ASKED = 0.85, 0.3
_BAND, _SURE = 2.0, 0.9
_NEVER = 99.0
# What training never saw is not impossible: real data is worse than any that a model learns from.
_LEAST_M, _LEAST_U, _LEAST_PARTNERS = 0.01, 1e-5, 0.02


@dataclass(frozen=True)
class Labelled:
    """Match keys of one type, and the true party of every row."""

    keys: pl.DataFrame
    entity: pl.Series


def trained(record_type: str, samples: Sequence[Labelled]) -> Model:
    """A model from labelled samples, each counting as much as it has records."""
    rules = RULES_OF[record_type]
    guarded = [Labelled(rules.guarded(sample.keys, rules.shared(sample.keys)), sample.entity) for sample in samples]
    model = _weighing(record_type, guarded)
    pairs = [
        _judged(sample.keys, rules, model).with_columns(true=_is_true(sample.entity)).filter(pl.col("veto").is_null())
        for sample in guarded
    ]
    accept, review = (dict.fromkeys(RULES, 0.0) | dict.fromkeys(DECISIVE, -_NEVER) for _ in range(2))
    for (rule,), judged in pl.concat(pairs).filter(~pl.col("rule").is_in(DECISIVE)).group_by("rule"):
        accept[str(rule)], review[str(rule)] = (_threshold(judged, share) for share in (_ACCEPTED, _ASKED))
    return replace(model, accept=dict(sorted(accept.items())), review=dict(sorted(review.items())))


def _threshold(judged: pl.DataFrame, share: float) -> float:
    """The smallest weight down to which no band of a rule's pairs shows that fewer than this share are one party."""
    banded = judged.with_columns(band=(pl.col("weight") / _BAND).floor() * _BAND).group_by("band")
    bands = banded.agg(pl.len().alias("pairs"), pl.col("true").sum()).sort("band", descending=True)
    lowest = _NEVER
    for band, pairs, true in bands.iter_rows():
        if wilson(true, pairs, _SURE)[1] < share:
            break
        lowest = band
    return lowest


def _weighing(record_type: str, samples: Sequence[Labelled]) -> Model:
    """The model that weighs levels, which accepts all."""
    flat, rules = _flat(record_type), RULES_OF[record_type]
    true, random, chance = list[pl.DataFrame](), list[pl.DataFrame](), list[pl.DataFrame]()
    records = matches = 0
    for sample in samples:
        one = _true_pairs(sample.entity)
        records += sample.keys.height
        matches += 2 * one.height
        others = _candidates(sample.keys, rules).filter(~_is_true(sample.entity))
        population = Population()
        rules.count(sample.keys, population)
        for counts, pairs in ((true, one), (random, _random_pairs(sample.entity)), (chance, others)):
            weighed = scored(sample.keys, pairs, flat, population, rules.prepared)
            counts.append(_counts(weighed, record_type))
    m, u, met = (pl.concat(frames).group_by("comparison", "level").agg(pl.col("pairs").sum())
                 for frames in (true, random, chance))  # fmt: skip
    levels: dict[str, dict[str, dict[str, float]]] = {}
    for comparison in COMPARISONS[record_type]:
        m_share, u_share = _shares(m, comparison.name), _shares(u, comparison.name)
        partners = dict(met.filter(pl.col("comparison") == comparison.name).select("level", "pairs").iter_rows())
        identifies = {level.name for level in comparison.levels if level.identifies}
        levels[comparison.name] = {
            name: {"m": round(max(m_share.get(name, 0.0), _LEAST_M), 6)}
            | (
                {"partners": round(max(2 * partners.get(name, 0) / records, _LEAST_PARTNERS), 6)}
                if name in identifies
                else {"u": round(max(u_share.get(name, 0.0), _LEAST_U), 8)}
            )
            for name in comparison.level_names
        }
    return replace(flat, matches=round(matches / records, 4), levels=levels)


def _candidates(keys: pl.DataFrame, rules: ModuleType) -> pl.DataFrame:
    return candidates(rules.blocks(keys), rules.linked(keys), rules.FACETS)


def _judged(keys: pl.DataFrame, rules: ModuleType, model: Model) -> pl.DataFrame:
    population = Population()
    rules.count(keys, population)
    weighed = rules.weighed(keys, _candidates(keys, rules), rules.linked(keys), model, population)
    found: pl.DataFrame = rules.judged(weighed, rules.premise(rules.hints(weighed)))
    return found


def _flat(record_type: str) -> Model:
    """A model by which pairs get their levels, before there is one that weighs them."""
    numbers = {"m": 0.5, "u": 0.5, "partners": 0.5}
    levels = {c.name: dict.fromkeys(c.level_names, numbers) for c in COMPARISONS[record_type]}
    nothing = dict.fromkeys(RULES, -_NEVER)
    return Model(record_type, 0.5, nothing, nothing, levels)


def _is_true(entity: pl.Series) -> pl.Expr:
    numbers = entity.rank("dense")
    return pl.col("a").map_batches(numbers.gather, return_dtype=numbers.dtype) == pl.col("b").map_batches(
        numbers.gather, return_dtype=numbers.dtype
    )


def _true_pairs(entity: pl.Series) -> pl.DataFrame:
    rows = pl.DataFrame({"entity": entity}).with_row_index("row").filter(pl.len().over("entity") > 1)
    both = rows.join(rows, on="entity").filter(pl.col("row") < pl.col("row_right"))
    return both.select(a="row", b="row_right")


def _random_pairs(entity: pl.Series) -> pl.DataFrame:
    generator = np.random.default_rng(_SEED)
    a, b = generator.integers(0, len(entity), (2, _RANDOM_PAIRS)).astype(np.uint32)
    pairs = pl.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b)}).unique(maintain_order=True)
    return pairs.filter(entity.gather(pairs["a"]) != entity.gather(pairs["b"]))


def _counts(pairs: pl.DataFrame, record_type: str) -> pl.DataFrame:
    names = [comparison.name for comparison in COMPARISONS[record_type]]
    return (
        pairs.select(names).unpivot(variable_name="comparison", value_name="level")
        .filter(pl.col("level") != MISSING).group_by("comparison", "level").agg(pl.len().cast(pl.Int64).alias("pairs"))
    )  # fmt: skip


def _shares(counts: pl.DataFrame, comparison: str) -> dict[str, float]:
    found = counts.filter(pl.col("comparison") == comparison)
    total = found["pairs"].sum() or 1
    return {level: pairs / total for level, pairs in found.select("level", "pairs").iter_rows()}
