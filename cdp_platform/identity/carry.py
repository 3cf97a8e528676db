"""What becomes of ids in one run: yesterday's ledger and today's clusters in, everybody's id and the new ledger out.

Here: the order of the steps. Not here: any of them, or how clusters are found (`resolve`).
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from cdp_platform.identity.history import known_ids, new_aliases, surviving, transitions
from cdp_platform.identity.ids import assigned
from cdp_platform.identity.stretches import new_ledger


@dataclass(frozen=True)
class Carried:
    """`now`: the members with their `customer_id` and `origin`. `flows`: the changes, see `transitions`.

    `known`: the ledger as it was, surviving ids only. `aliases` and `ledger`: complete, replacing what was given.
    """

    now: pl.DataFrame
    flows: pl.DataFrame
    known: pl.DataFrame
    aliases: pl.DataFrame
    ledger: pl.DataFrame


def carried(
    members: pl.DataFrame, pins: pl.DataFrame, *, ledger: pl.DataFrame, aliases: pl.DataFrame, as_of: datetime
) -> Carried:
    """Give every cluster its id.

    `members`: `source_record_id`, `record_type`, `cluster` (its smallest record). `pins`: `source_record_id`,
    `customer_id`. `ledger` and `aliases`: what the last run returned.
    """
    earlier = surviving(aliases)
    known = known_ids(ledger, earlier)
    pinned = pins.join(members, on="source_record_id").select("cluster", "customer_id")
    ids = assigned(members, known, pinned, earlier)
    now = members.join(ids.drop("record_type"), on="cluster", how="left").sort("source_record_id")
    flows = transitions(now, known)
    led = new_aliases(earlier, flows, now, as_of)
    return Carried(now, flows, known, led, new_ledger(now, known, led))
