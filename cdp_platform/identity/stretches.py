"""What every record's ids were, change by change: so that what is undone comes back under the id it had.

A run that changes ids has a number, the next one. A stretch is a record and an id, from the change that gave it to the
change that took it. Here: the ledger read as stretches, and the ledger that a run leaves. Not here: which cluster gets
which id (`ids`), or the events (`history`).
"""

import polars as pl

from cdp_platform.identity.frames import conform
from cdp_platform.identity.schema import LEDGER_SCHEMA

RECORD = ("source_record_id", "record_type")
# How many earlier ids a record keeps; one that goes back and forth every day would keep them all.
REMEMBERED = 30
_STRETCH = ("customer_id", "since_change", "is_provisional")


def next_change(known: pl.DataFrame) -> int:
    """The number of this run, should it change an id."""
    return int(known["since_change"].max() or 0) + 1  # type: ignore[arg-type]


def stretches(known: pl.DataFrame) -> pl.DataFrame:
    """Every record with every id it has or had: `since_change`, `until_change` (null: it has it), `is_first`."""
    current = known.select(*RECORD, *_STRETCH)
    earlier = known.filter(pl.col("earlier").list.len() > 0).select(*RECORD, "earlier").explode("earlier")
    table = pl.concat([earlier.unnest("earlier").select(current.columns), current])
    table = table.sort("source_record_id", "since_change")
    record = pl.col("source_record_id")
    return table.with_columns(
        until_change=pl.when(record == record.shift(-1)).then(pl.col("since_change").shift(-1)),
        is_first=(record != record.shift(1)).fill_null(True),
    )


def new_ledger(now: pl.DataFrame, known: pl.DataFrame, aliases: pl.DataFrame, change: int) -> pl.DataFrame:
    """The ledger of the records in `now` and of the deleted ones in `known`, each with the id that its own leads to.

    `now`: `source_record_id`, `record_type`, `customer_id`, `is_provisional`, `moment`, `is_return` (see `claims`).
    `change`: the number of this run. A record that loses an id keeps it among its earlier ones. Where a cluster is what
    it was before the last change, that change is forgotten: for its records, and for deleted ones that were with them.
    """
    number = pl.lit(change, dtype=pl.Int64)
    gone = known.join(now, on="source_record_id", how="anti").select(*RECORD, "customer_id")
    led = aliases.select(customer_id="retired_customer_id", _survivor="customer_id")
    gone = gone.join(led, on="customer_id", how="left").select(
        *RECORD, pl.coalesce("_survivor", "customer_id").alias("customer_id"), by_pin=pl.lit(False)
    )
    wanted = pl.concat([now.select(*RECORD, "customer_id", by_pin="is_provisional"), gone])
    placed = wanted.join(known.rename({"customer_id": "was"}), on=list(RECORD), how="left")
    returned = _returned(now, known.join(wanted, on=list(RECORD), how="semi"))
    placed = placed.join(returned, on="source_record_id", how="anti")
    is_new, is_same = pl.col("was").is_null(), pl.col("was") == pl.col("customer_id")
    kept = placed.filter(is_new | is_same).with_columns(
        since_change=pl.when(is_new).then(number).otherwise("since_change"),
        is_provisional=pl.when(is_new).then("by_pin").otherwise("is_provisional"),
    )
    past = pl.struct(pl.col("was").alias("customer_id"), "since_change", "is_provisional")
    moved = placed.filter(~is_same).with_columns(
        earlier=pl.concat_list(pl.col("earlier").fill_null([]), past).list.tail(REMEMBERED),
        since_change=number, is_provisional=pl.col("by_pin"),
    )  # fmt: skip
    return pl.concat([conform(part, LEDGER_SCHEMA) for part in (kept, moved, returned)]).sort("source_record_id")


def _returned(now: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The ledger's rows of the records that are again what they were at the moment to which their cluster returns."""
    back = now.filter("is_return").select("customer_id", "moment").unique()
    table = stretches(known.filter(pl.col("earlier").list.len() > 0))
    held = table.join(back, on="customer_id").filter(
        (pl.col("since_change") < pl.col("moment")) & (pl.col("until_change") >= pl.col("moment"))
    )
    before = table.join(held.select("source_record_id", until="since_change"), on="source_record_id")
    before = before.filter(pl.col("since_change") < pl.col("until")).sort("source_record_id", "since_change")
    lists = before.group_by("source_record_id", maintain_order=True).agg(earlier=pl.struct(*_STRETCH))
    return held.join(lists, on="source_record_id", how="left")
