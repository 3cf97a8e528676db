"""Records in, customers out: the one entry of this package.

Here: the frames that come in and out, and the ids. Not here: how records are matched (`match`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import polars as pl

from cdp_platform.identity.carry import carried
from cdp_platform.identity.causes import causes_of
from cdp_platform.identity.conflicts import check_exceptions
from cdp_platform.identity.crosswalk import crosswalk
from cdp_platform.identity.exceptions import APPLIED, PIN_ID
from cdp_platform.identity.frames import checked_records
from cdp_platform.identity.history import events, known_ids, surviving
from cdp_platform.identity.match import matched
from cdp_platform.identity.memory import Memory, keyed
from cdp_platform.identity.model import Model, shipped
from cdp_platform.identity.run_measures import run_measures
from cdp_platform.identity.schema import RECORD_TYPES

_KEY = "source_record_id"


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
    models: Mapping[str, Model] | None = None,
) -> Resolution:
    """Find the records that are one customer, and give every customer the id it had.

    `records`: see `RECORD_SCHEMA`, one row per record in any order. `ledger` and `aliases`: what the last run returned,
    or frames without rows. `exceptions`: see `EXCEPTION_SCHEMA`; those in force at `as_of` are applied. `memory`: the
    last run's; with it only what changed is normalised and weighed, by the same counts as then, and comes out as if all
    were. `models`: record type to a model in place of the one that comes with the platform. The same input gives the
    same output, whatever the order of rows; unchanged records keep their ids and make no history.
    Raises UnusableRecords, MalformedExceptions, ConflictingExceptions and UnusableModel.
    """
    weighed = {kind: shipped(kind) for kind in RECORD_TYPES} | dict(models or {})
    records = checked_records(records)
    held = known_ids(ledger, surviving(aliases))
    asked = check_exceptions(exceptions, records, as_of=as_of, ledger=held)
    decisions = asked.filter(pl.col("status") == APPLIED)
    kinds = set(records["record_type"]) or weighed.keys()
    found = []
    for kind in (kind for kind in weighed if kind in kinds):
        last = memory.of(weighed[kind]) if memory else None
        found.append(matched(keyed(records.filter(record_type=kind), last), weighed[kind], decisions, last))
    edge, judged = (pl.concat(getattr(part, name) for part in found) for name in ("edge", "judged"))
    members = reduce(lambda one, other: one.merge_sorted(other, key=_KEY), (part.members for part in found))
    pins = decisions.filter(pl.col("action") == PIN_ID).select("customer_id", source_record_id="record_a")
    ids = carried(members.set_sorted(_KEY), pins, ledger=ledger, aliases=aliases, as_of=as_of)
    causes = causes_of(edge, ids.touched, asked)
    return Resolution(
        crosswalk=crosswalk(records, ids.now),
        match_edge=edge,
        id_history=events(ids.touched, ids.known, ids.flows, causes, run_id=run_id, as_of=as_of),
        id_alias=ids.aliases,
        ledger=ids.ledger,
        identifier_health=pl.concat(part.health for part in found),
        measures=run_measures(ids.now, edge, judged, run_id=run_id, as_of=as_of),
        models={kind: model.version for kind, model in weighed.items()},
        memory=Memory.joined([part.memory for part in found]),
    )
