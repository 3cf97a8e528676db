"""What happened to ids since the last run: created, merged, split, records moved, retired; and where retired ids lead.

Here: the events with their causes, and the alias table. Not here: which cluster gets which id (`ids`), or the ledger of
every record ever seen (`memory`).
"""

from datetime import datetime

import polars as pl

from cdp_platform.identity.frames import conform
from cdp_platform.identity.schema import ALIAS_SCHEMA, HISTORY_SCHEMA, LEDGER_SCHEMA


def surviving(aliases: pl.DataFrame) -> pl.DataFrame:
    """The aliases with every retired id pointing straight at the id that is left, however long the chain.

    The chain is that of `successor_customer_id`, the id that a retired one was merged into. It is kept, for a link of
    it that is in use again ends it sooner.
    """
    successor = pl.coalesce("successor_customer_id", "customer_id").alias("successor_customer_id")
    aliases = conform(aliases, ALIAS_SCHEMA).with_columns(successor)
    following = dict(aliases.select("retired_customer_id", "successor_customer_id").iter_rows())

    def last(customer_id: str) -> str:
        seen = {customer_id}
        while following.get(customer_id) not in (None, *seen):
            customer_id = following[customer_id]
            seen.add(customer_id)
        return customer_id

    ends = [last(customer_id) for customer_id in aliases["successor_customer_id"]]
    return aliases.with_columns(customer_id=pl.Series(ends, dtype=pl.String))


def known_ids(ledger: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """The ledger with surviving ids only; one from before ids were remembered remembers nothing."""
    known = conform(ledger, LEDGER_SCHEMA)
    led = aliases.select(customer_id="retired_customer_id", _survivor="customer_id")
    known = known.join(led, on="customer_id", how="left", maintain_order="left")
    return known.with_columns(
        pl.coalesce("_survivor", "customer_id").alias("customer_id"),
        pl.col("since_change").fill_null(0),
        pl.col("is_provisional").fill_null(False),
    ).drop("_survivor")


def transitions(now: pl.DataFrame) -> pl.DataFrame:
    """Records whose id changed, counted: `was`, `customer_id`, `records`, and whether `was` has records left (`lives`).

    `survivor` marks, for every id that has none left, the one id that most of its records went to.
    """
    changed = now.filter(pl.col("was") != pl.col("customer_id"))
    flows = changed.group_by("was", "customer_id").agg(pl.len().cast(pl.Int64).alias("records"))
    flows = flows.sort(["was", "records", "customer_id"], descending=[False, True, False])
    flows = flows.with_columns(lives=pl.col("was").is_in(now["customer_id"].unique().implode()))
    is_first = pl.int_range(pl.len()).over("was") == 0
    return flows.with_columns(survivor=is_first & ~pl.col("lives"))


def events(
    now: pl.DataFrame, known: pl.DataFrame, flows: pl.DataFrame, causes: pl.DataFrame, *, run_id: str, as_of: datetime
) -> pl.DataFrame:
    """The new rows of the id history, sorted; none where nothing changed.

    `now`: `source_record_id`, `customer_id`, `origin` of all records that an event may concern. `causes`: `was`,
    `customer_id`, `joined`, `parted`, `ended`: the evidence that brought records of the one id to the other, the veto
    that took them away, the decision that is over.
    """
    flows = flows.join(causes, on=["was", "customer_id"], how="left", maintain_order="left")
    counted = now.group_by("customer_id").agg(pl.len().cast(pl.Int64).alias("record_count"), pl.col("origin").first())
    before = known.filter(pl.col("customer_id").is_in(counted["customer_id"].implode()))["customer_id"].unique()
    new = counted.filter(~pl.col("customer_id").is_in(before.implode()))
    parent = flows.sort(["customer_id", "records", "was"], descending=[False, True, False])
    parent = parent.group_by("customer_id").agg(pl.col("was").first().alias("related_customer_id"))
    new = new.join(parent, on="customer_id", how="left")
    cause = (
        pl.when(pl.col("origin") == "pinned").then(pl.lit("pin_id"))
        .when(pl.col("origin") == "returned").then(pl.lit("restored"))
        .when(pl.col("related_customer_id").is_not_null()).then(pl.lit("split"))
        .otherwise(pl.lit("new records"))
    )  # fmt: skip
    created = new.with_columns(event=pl.lit("create"), cause=cause)
    survivors = flows.filter("survivor")
    merged = survivors.select(
        "customer_id", event=pl.lit("merge"), related_customer_id="was", record_count="records",
        cause=pl.coalesce("joined", "ended", pl.lit("records in between")),
    )  # fmt: skip
    is_new = pl.col("customer_id").is_in(new["customer_id"].implode())
    left = flows.filter(~pl.col("survivor")).select(
        event=pl.when(is_new).then(pl.lit("split")).otherwise(pl.lit("move")),
        related_customer_id="customer_id", customer_id="was", record_count="records",
        cause=pl.coalesce("parted", "joined", "ended", pl.lit("evidence lost")),
    )  # fmt: skip
    replaced = survivors.select(
        event=pl.lit("retire"), customer_id="was", related_customer_id="customer_id", record_count="records",
        cause=pl.lit("merged"),
    )  # fmt: skip
    rows = pl.concat([created, merged, left, replaced], how="diagonal")
    rows = rows.with_columns(run_id=pl.lit(run_id), as_of=pl.lit(as_of))
    return conform(rows, HISTORY_SCHEMA).sort("customer_id", "event", "related_customer_id")


def new_aliases(aliases: pl.DataFrame, flows: pl.DataFrame, now: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The complete alias table: earlier aliases led on to survivors, ids in use again dropped, this run's added."""
    retired = flows.filter("survivor").select(
        retired_customer_id="was", customer_id="customer_id", since=pl.lit(as_of), successor_customer_id="customer_id"
    )
    earlier = aliases.join(retired, on="retired_customer_id", how="anti")
    table = pl.concat([conform(earlier, ALIAS_SCHEMA), conform(retired, ALIAS_SCHEMA)])
    table = table.filter(~pl.col("retired_customer_id").is_in(now["customer_id"].unique().implode()))
    return surviving(table).sort("retired_customer_id")
