"""Records in, customers out: the one entry of this package.

Here: the order of the steps, per record type, and the frames that come out. Not here: any of the steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from cdp_platform.identity.causes import causes_of
from cdp_platform.identity.cluster import clustered
from cdp_platform.identity.compare_names import given_name_frequency
from cdp_platform.identity.conflicts import check_exceptions
from cdp_platform.identity.contradictions import record_marks
from cdp_platform.identity.crosswalk import crosswalk, match_edges, memberships
from cdp_platform.identity.decide import decision_marks, forbidden, forced_edges, in_rows
from cdp_platform.identity.exceptions import APPLIED, PIN_ID
from cdp_platform.identity.history import events, known_ids, new_aliases, new_ledger, surviving, transitions
from cdp_platform.identity.ids import assigned
from cdp_platform.identity.matching import RULES_OF
from cdp_platform.identity.model import shipped
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.run_measures import judged_by_rules, run_measures
from cdp_platform.identity.schema import ALIAS_SCHEMA, HEALTH_SCHEMA, RECORD_TYPES, checked_records, conform


@dataclass(frozen=True)
class Resolution:
    """Who is who, how it was found, and what became of the ids.

    `crosswalk`: one row per record. `match_edge`: every pair that a rule or a person connected, vetoed ones included.
    `id_history`: this run's events only. `id_alias` and `ledger`: complete, replacing what was given.
    `identifier_health`: the values that are no evidence. `measures`: the run in numbers. `models`: record type to its
    model's version.
    """

    crosswalk: pl.DataFrame
    match_edge: pl.DataFrame
    id_history: pl.DataFrame
    id_alias: pl.DataFrame
    ledger: pl.DataFrame
    identifier_health: pl.DataFrame
    measures: pl.DataFrame
    models: Mapping[str, str]


def resolve(
    records: pl.DataFrame,
    *,
    ledger: pl.DataFrame,
    exceptions: pl.DataFrame,
    aliases: pl.DataFrame,
    as_of: datetime,
    run_id: str,
) -> Resolution:
    """Find the records that are one customer, and give every customer the id it had.

    `records`: see `RECORD_SCHEMA`, one row per record in any order. `ledger` and `aliases`: what the last run returned,
    or frames without rows. `exceptions`: see `EXCEPTION_SCHEMA`; those in force at `as_of` are applied. The same input
    gives the same output, whatever the order of rows; unchanged records keep their ids and make no history.
    Raises UnusableRecords, MalformedExceptions and ConflictingExceptions.
    """
    records = checked_records(records)
    aliases = surviving(conform(aliases, ALIAS_SCHEMA))
    known = known_ids(ledger, aliases)
    decisions = check_exceptions(exceptions, records, as_of=as_of, ledger=known).filter(pl.col("status") == APPLIED)
    found = [_matched(records.filter(pl.col("record_type") == kind), kind, decisions) for kind in RECORD_TYPES]
    members, edge, health, judged = (pl.concat(frames) for frames in zip(*found, strict=True))
    pins = decisions.filter(pl.col("action") == PIN_ID).select("customer_id", source_record_id="record_a")
    pins = pins.join(members, on="source_record_id").select("cluster", "customer_id")
    ids = assigned(members, known, pins, taken=aliases["retired_customer_id"])
    now = members.join(ids.drop("record_type"), on="cluster", how="left").sort("source_record_id")
    flows = transitions(now, known)
    id_alias = new_aliases(aliases, flows, now, as_of)
    return Resolution(
        crosswalk=crosswalk(records, now),
        match_edge=edge,
        id_history=events(now, known, flows, causes_of(edge, now, known), run_id=run_id, as_of=as_of),
        id_alias=id_alias,
        ledger=new_ledger(now, known, id_alias),
        identifier_health=health,
        measures=run_measures(now, known, edge, judged, run_id=run_id, as_of=as_of),
        models={kind: shipped(kind).version for kind in RECORD_TYPES},
    )


def _matched(
    records: pl.DataFrame, kind: str, applied: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The records of one type with their cluster, confidence and method, the edges, the values that are none, and what
    the rules alone say of the pairs that people judged.
    """
    rules, model = RULES_OF[kind], shipped(kind)
    keys = match_keys(records)
    decisions = in_rows(applied, keys)
    frequency = given_name_frequency(keys)
    shared = rules.shared(keys)
    evidence = rules.guarded(keys, shared)
    named = rules.named_edges(evidence, model)

    def joined(decided: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
        marks = pl.concat([record_marks(keys), decision_marks(decided)])
        found = forbidden(pl.concat([named, forced_edges(decided, keys)]), decided)
        labels, found = clustered(keys.height, found, marks, frequency)
        nameless = forbidden(rules.nameless_edges(evidence, labels), decided)
        if nameless.is_empty():
            return labels, found
        return clustered(keys.height, pl.concat([found, nameless]), marks, frequency)

    labels, found = joined(decisions)
    by_rules = labels if decisions.is_empty() else joined(decisions.clear())[0]
    return (
        memberships(keys, labels, found, decisions),
        match_edges(keys, found, model.version),
        conform(shared.with_columns(record_type=pl.lit(kind)), HEALTH_SCHEMA),
        judged_by_rules(decisions, by_rules).with_columns(record_type=pl.lit(kind)),
    )
