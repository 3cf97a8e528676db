"""Records in, customers out: the one entry of this package.

Here: the order of the steps, per record type, and the frames that come out. Not here: any of the steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from cdp_platform.identity.carry import carried
from cdp_platform.identity.causes import causes_of
from cdp_platform.identity.cluster import clustered
from cdp_platform.identity.compare_names import given_name_frequency
from cdp_platform.identity.conflicts import check_exceptions
from cdp_platform.identity.contradictions import record_marks
from cdp_platform.identity.crosswalk import crosswalk, match_edges, memberships
from cdp_platform.identity.decide import decision_marks, forbidden, forced_edges, in_rows
from cdp_platform.identity.exceptions import APPLIED, PIN_ID
from cdp_platform.identity.history import events, known_ids, surviving
from cdp_platform.identity.matching import RULES_OF
from cdp_platform.identity.model import Model, shipped
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.schema import HEALTH_SCHEMA, RECORD_TYPES, checked_records, conform


@dataclass(frozen=True)
class Resolution:
    """Who is who, how it was found, and what became of the ids.

    `crosswalk`: one row per record. `match_edge`: every pair that a rule or a person connected, vetoed ones included.
    `id_history`: this run's events only. `id_alias` and `ledger`: complete, replacing what was given.
    `identifier_health`: the values that are no evidence. `models`: record type to its model's version.
    """

    crosswalk: pl.DataFrame
    match_edge: pl.DataFrame
    id_history: pl.DataFrame
    id_alias: pl.DataFrame
    ledger: pl.DataFrame
    identifier_health: pl.DataFrame
    models: Mapping[str, str]


def resolve(
    records: pl.DataFrame,
    *,
    ledger: pl.DataFrame,
    exceptions: pl.DataFrame,
    aliases: pl.DataFrame,
    as_of: datetime,
    run_id: str,
    models: Mapping[str, Model] | None = None,
) -> Resolution:
    """Find the records that are one customer, and give every customer the id it had.

    `records`: see `RECORD_SCHEMA`, one row per record in any order. `ledger` and `aliases`: what the last run returned,
    or frames without rows. `exceptions`: see `EXCEPTION_SCHEMA`; those in force at `as_of` are applied. The same input
    gives the same output, whatever the order of rows; unchanged records keep their ids and make no history. `models`:
    record type to a model in place of the one that comes with the platform.
    Raises UnusableRecords, MalformedExceptions, ConflictingExceptions and UnusableModel.
    """
    weighed = {kind: shipped(kind) for kind in RECORD_TYPES} | dict(models or {})
    records = checked_records(records)
    held = known_ids(ledger, surviving(aliases))
    decisions = check_exceptions(exceptions, records, as_of=as_of, ledger=held).filter(pl.col("status") == APPLIED)
    found = [_matched(records.filter(record_type=kind), model, decisions) for kind, model in weighed.items()]
    members, edge, health = (pl.concat(frames) for frames in zip(*found, strict=True))
    pins = decisions.filter(pl.col("action") == PIN_ID).select("customer_id", source_record_id="record_a")
    ids = carried(members, pins, ledger=ledger, aliases=aliases, as_of=as_of)
    causes = causes_of(edge, ids.now, ids.known)
    return Resolution(
        crosswalk=crosswalk(records, ids.now),
        match_edge=edge,
        id_history=events(ids.now, ids.known, ids.flows, causes, run_id=run_id, as_of=as_of),
        id_alias=ids.aliases,
        ledger=ids.ledger,
        identifier_health=health,
        models={kind: model.version for kind, model in weighed.items()},
    )


def _matched(
    records: pl.DataFrame, model: Model, applied: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The records of one type with their cluster, confidence and method, the edges, and the values that are none."""
    kind = model.record_type
    rules = RULES_OF[kind]
    keys = match_keys(records)
    decisions = in_rows(applied, keys)
    frequency = given_name_frequency(keys)
    marks = pl.concat([record_marks(keys), decision_marks(decisions)])
    shared = rules.shared(keys)
    evidence = rules.guarded(keys, shared)
    found = pl.concat([rules.named_edges(evidence, model), forced_edges(decisions, keys)])
    labels, found = clustered(keys.height, forbidden(found, decisions), marks, frequency)
    nameless = forbidden(rules.nameless_edges(evidence, labels), decisions)
    if not nameless.is_empty():
        labels, found = clustered(keys.height, pl.concat([found, nameless]), marks, frequency)
    health = conform(shared.with_columns(record_type=pl.lit(kind)), HEALTH_SCHEMA)
    return memberships(keys, labels, found, decisions), match_edges(keys, found, model.version), health
