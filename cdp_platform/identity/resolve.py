"""Records in, customers out: the one entry of this package.

Here: the frames that come in and out, and the ids. Not here: how records are matched (`match`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from cdp_platform.identity.causes import causes_of
from cdp_platform.identity.conflicts import check_exceptions
from cdp_platform.identity.crosswalk import crosswalk
from cdp_platform.identity.exceptions import APPLIED, PIN_ID
from cdp_platform.identity.history import events, known_ids, new_aliases, new_ledger, surviving, transitions
from cdp_platform.identity.ids import assigned
from cdp_platform.identity.match import matched
from cdp_platform.identity.memory import Memory
from cdp_platform.identity.model import shipped
from cdp_platform.identity.run_measures import run_measures
from cdp_platform.identity.schema import ALIAS_SCHEMA, RECORD_TYPES, checked_records, conform


@dataclass(frozen=True)
class Resolution:
    """Who is who, how it was found, and what became of the ids.

    `crosswalk`: one row per record. `match_edge`: every pair that a rule or a person connected, vetoed ones included.
    `id_history`: this run's events only. `id_alias` and `ledger`: complete, replacing what was given.
    `identifier_health`: the values that are no evidence. `measures`: the run in numbers. `models`: record type to its
    model's version. `memory`: what makes the next run cheap.
    """

    crosswalk: pl.DataFrame
    match_edge: pl.DataFrame
    id_history: pl.DataFrame
    id_alias: pl.DataFrame
    ledger: pl.DataFrame
    identifier_health: pl.DataFrame
    measures: pl.DataFrame
    models: Mapping[str, str]
    memory: Memory


def resolve(
    records: pl.DataFrame,
    *,
    ledger: pl.DataFrame,
    exceptions: pl.DataFrame,
    aliases: pl.DataFrame,
    as_of: datetime,
    run_id: str,
    memory: Memory | None = None,
) -> Resolution:
    """Find the records that are one customer, and give every customer the id it had.

    `records`: see `RECORD_SCHEMA`, one row per record in any order. `ledger` and `aliases`: what the last run returned,
    or frames without rows. `exceptions`: see `EXCEPTION_SCHEMA`; those in force at `as_of` are applied. `memory`: the
    last run's; with it only what changed is normalised and weighed, by the same counts as then, and comes out as if all
    were. The same input gives the same output, whatever the order of rows; unchanged records keep their ids and make no
    history.
    Raises UnusableRecords, MalformedExceptions and ConflictingExceptions.
    """
    records = checked_records(records)
    aliases = surviving(conform(aliases, ALIAS_SCHEMA))
    known = known_ids(ledger, aliases)
    decisions = check_exceptions(exceptions, records, as_of=as_of, ledger=known).filter(pl.col("status") == APPLIED)
    found = [matched(records.filter(pl.col("record_type") == kind), kind, decisions, memory) for kind in RECORD_TYPES]
    members, edge = (pl.concat(getattr(part, name) for part in found) for name in ("members", "edge"))
    judged = pl.concat(part.judged for part in found)
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
        identifier_health=pl.concat(part.health for part in found),
        measures=run_measures(now, known, edge, judged, run_id=run_id, as_of=as_of),
        models={kind: shipped(kind).version for kind in RECORD_TYPES},
        memory=Memory.joined([part.memory for part in found]),
    )
