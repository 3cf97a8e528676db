"""Records of one type matched by their keys: pairs, edges, clusters, and what people decided of them.

Here: the order of the steps. Not here: any of the steps, or ids (`resolve`).
"""

from dataclasses import dataclass

import polars as pl

from cdp_platform.identity.cluster import clustered
from cdp_platform.identity.contradictions import record_marks
from cdp_platform.identity.crosswalk import match_edges, memberships
from cdp_platform.identity.decide import decision_marks, forbidden, forced_edges, in_rows
from cdp_platform.identity.frames import conform
from cdp_platform.identity.matching import RULES_OF
from cdp_platform.identity.memory import Keys, Memory, remembered
from cdp_platform.identity.model import Model
from cdp_platform.identity.name_forms import given_name_frequency
from cdp_platform.identity.rejudge import judged_pairs_of
from cdp_platform.identity.rules import weighed_edges
from cdp_platform.identity.run_measures import judged_by_rules
from cdp_platform.identity.schema import HEALTH_SCHEMA


@dataclass(frozen=True)
class Matched:
    """`members`: every record's cluster, confidence and method. `edge`: see `EDGE_SCHEMA`. `health`: the values that
    are no evidence. `judged`: what the rules alone say of the pairs that people judged. `memory`: for the next run.
    """

    members: pl.DataFrame
    edge: pl.DataFrame
    health: pl.DataFrame
    judged: pl.DataFrame
    memory: Memory


def matched(found: Keys, model: Model, applied: pl.DataFrame, last: Memory | None) -> Matched:
    """Match the records of the model's type by their keys; `last`: what there is of that type in the memory.

    `applied`: exceptions in force, see `statuses`. Raises UnusableModel.
    """
    kind = model.record_type
    rules = RULES_OF[kind]
    keys, population = found.keys, found.population
    shared = rules.shared(keys)
    weighed, compared = judged_pairs_of(found, shared, rules, model, last)
    decisions = in_rows(applied, keys)
    frequency = given_name_frequency(population)
    evidence = rules.guarded(keys, shared)
    named = weighed_edges(keys, weighed, model)

    def joined(decided: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
        marks = pl.concat([record_marks(keys), decision_marks(decided)])
        edges = forbidden(pl.concat([named, forced_edges(decided, keys)]), decided)
        labels, edges = clustered(keys.height, edges, marks, frequency)
        nameless = forbidden(rules.nameless_edges(evidence, labels, population), decided)
        if nameless.is_empty():
            return labels, edges
        return clustered(keys.height, pl.concat([edges, nameless]), marks, frequency)

    labels, edges = joined(decisions)
    by_rules = labels if decisions.is_empty() else joined(decisions.clear())[0]
    return Matched(
        memberships(keys, labels, edges, decisions),
        match_edges(keys, edges, model.version),
        conform(shared.with_columns(record_type=pl.lit(kind)), HEALTH_SCHEMA),
        judged_by_rules(decisions, by_rules).with_columns(record_type=pl.lit(kind)),
        remembered(found, shared, weighed, compared, model),
    )
