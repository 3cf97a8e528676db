"""What becomes of ids in one run: yesterday's ledger and today's clusters in, everybody's id and the new ledger out.

Here: the order of the steps, and which clusters they concern. Not here: the steps, or how clusters are found
(`resolve`).
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from cdp_platform.identity.history import known_ids, new_aliases, surviving, transitions
from cdp_platform.identity.ids import assigned
from cdp_platform.identity.stretches import RECORD, new_ledger, next_change

_SORTED = "source_record_id"


@dataclass(frozen=True)
class Carried:
    """`now`: the members, sorted, with their `customer_id`, its `origin` and `was`, the id they had.

    `touched`: the rows of `now` in clusters that are not exactly what an id was; all changes are among them. `flows`:
    the changes, see `transitions`. `known`: the ledger as it was, surviving ids only. `aliases` and `ledger`: complete,
    replacing what was given.
    """

    now: pl.DataFrame
    touched: pl.DataFrame
    flows: pl.DataFrame
    known: pl.DataFrame
    aliases: pl.DataFrame
    ledger: pl.DataFrame


def carried(
    members: pl.DataFrame, pins: pl.DataFrame, *, ledger: pl.DataFrame, aliases: pl.DataFrame, as_of: datetime
) -> Carried:
    """Give every cluster its id.

    `members`: `source_record_id`, `record_type`, `cluster` (its smallest record). `pins`: `source_record_id`,
    `customer_id`. `ledger` and `aliases`: what the last run returned. Clusters that are what they were cost a join.
    """
    earlier = surviving(aliases)
    known = known_ids(ledger, earlier).sort(_SORTED)
    pinned = pins.join(members, on="source_record_id").select("cluster", "customer_id")
    had = known.select(*RECORD, "is_provisional", was="customer_id").with_row_index("known_row")
    placed = members.sort(_SORTED).join(had, on=list(RECORD), how="left", maintain_order="left")
    is_touched = placed["cluster"].is_in(_touched(placed, pinned).implode())
    quiet, touched = placed.filter(~is_touched), placed.filter(is_touched).drop("known_row", "is_provisional")
    ids = assigned(touched, known, pinned, earlier, settled=known[quiet["known_row"]]).drop("record_type")
    touched = touched.join(ids, on="cluster", how="left", maintain_order="left")
    flows = transitions(touched)
    led = new_aliases(earlier, flows, touched, as_of)
    is_quiet = np.zeros(known.height, dtype=bool)
    is_quiet[quiet["known_row"]] = True
    kept, other = known.filter(is_quiet), known.filter(~is_quiet)
    same = quiet.select(
        *members.columns, "was", customer_id="was", origin=pl.lit("claimed"), moment=pl.lit(None, pl.Int64),
        is_provisional=False, is_return=False,
    )  # fmt: skip
    return Carried(
        now=_merged(same, touched),
        touched=touched,
        flows=flows,
        known=known,
        aliases=led,
        ledger=_merged(kept, new_ledger(touched, other, led, next_change(known))),
    )


def _touched(placed: pl.DataFrame, pinned: pl.DataFrame) -> pl.Series:
    """The clusters that are not, of all records known, exactly what an id is; with a new record; or with a pin."""
    owned = placed.select("cluster", "was").unique()
    concerned = (
        pl.col("was").is_null() | pl.col("was").is_duplicated() | pl.col("cluster").is_duplicated()
        | pl.col("cluster").is_in(pinned["cluster"].implode()) | pl.col("was").is_in(pinned["customer_id"].implode())
    )  # fmt: skip
    provisional = placed.filter("is_provisional")["cluster"]
    return pl.concat([owned.filter(concerned)["cluster"], provisional]).unique()


def _merged(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The rows of two sorted frames in order, in the columns of the first."""
    other = other.select(pl.col(name).cast(one.schema[name]) for name in one.columns)
    return one.merge_sorted(other, key=_SORTED).set_sorted(_SORTED)
