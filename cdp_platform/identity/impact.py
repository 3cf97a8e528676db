"""What another resolution of the same records would change, against the customers in force: who, how many, how much.

Here: the comparison of their ids and of their edges. Not here: where either comes from, or how it is printed.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from cdp_platform.identity.resolve import Resolution

CHANGE_SCHEMA = {
    "customer_id": pl.String,
    "change": pl.String,
    "becomes": pl.String,
    "records": pl.Int64,
    "revenue": pl.Decimal(38, 2),
    "cause": pl.String,
}


@dataclass(frozen=True)
class Impact:
    """`counts`: see `impact`. `changes`: one row per pair of ids between which records move, the biggest first.

    `rules`: `rule`, `gained`, `lost`: accepted pairs, for rules where there are any.
    """

    counts: dict[str, Any]
    changes: pl.DataFrame
    rules: pl.DataFrame


def impact(ledger: pl.DataFrame, edges: pl.DataFrame, revenue: pl.DataFrame, found: Resolution) -> Impact:
    """Compare the ids in force (`ledger`) and the last run's `edges` with what was `found` now.

    `revenue`: `source_record_id`, `revenue`. `clusters_touched`: customers in force that lose or gain a record.
    `merged`: customers that records of several in force come to. `split`: customers in force whose records come to be
    several. `created`, `retired`: ids given and given up. `records_moved`: records whose id changes, and
    `revenue_moved`: theirs.
    """
    before = ledger.select("source_record_id", was="customer_id")
    placed = before.join(found.crosswalk.select("source_record_id", "customer_id"), on="source_record_id")
    moved = placed.filter(pl.col("was") != pl.col("customer_id"))
    moved = moved.join(revenue, on="source_record_id", how="left").with_columns(pl.col("revenue").fill_null(0))
    flows = moved.group_by("was", "customer_id").agg(
        pl.len().cast(pl.Int64).alias("records"), pl.col("revenue").sum()
    )  # fmt: skip
    into = placed.group_by("customer_id").agg(pl.col("was").n_unique())
    out = placed.group_by("was").agg(pl.col("customer_id").n_unique())
    held, given = (set(placed[name].unique()) for name in ("was", "customer_id"))
    counts = {
        "clusters_touched": len({*moved["was"], *moved["customer_id"]} & held),
        "merged": into.filter(pl.col("was") > 1).height,
        "split": out.filter(pl.col("customer_id") > 1).height,
        "created": len(given - held),
        "retired": len(held - given),
        "records_moved": moved.height,
        "revenue_moved": moved["revenue"].sum(),
    }
    told = flows.join(_told(found.id_history), on=["was", "customer_id"], how="left")
    changes = told.rename({"was": "customer_id", "customer_id": "becomes"}).select(list(CHANGE_SCHEMA))
    order = ["records", "revenue", "customer_id", "becomes"]
    changes = changes.sort(order, descending=[True, True, False, False])
    return Impact(counts, changes.cast(CHANGE_SCHEMA), _rules(edges, found.match_edge))  # type: ignore[arg-type]


def _told(history: pl.DataFrame) -> pl.DataFrame:
    """What the events say of records that go from the id `was` to `customer_id`: the `change` and its `cause`."""
    left = history.filter(pl.col("event").is_in(["split", "move"]))
    merged = history.filter(event="merge")
    columns = (pl.col("event").alias("change"), pl.col("cause"))
    return pl.concat(
        [
            left.select(
                pl.col("customer_id").alias("was"), pl.col("related_customer_id").alias("customer_id"), *columns
            ),
            merged.select(pl.col("related_customer_id").alias("was"), "customer_id", *columns),
        ]
    )


def _rules(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Per rule the accepted pairs that there are now and were not before, and the other way round."""
    pair = ["record_a", "record_b", "rule"]
    accepted, held = (frame.filter(status="accepted").select(pair) for frame in (now, before))
    sides = {"gained": accepted.join(held, on=pair, how="anti"), "lost": held.join(accepted, on=pair, how="anti")}
    counted = pl.concat([side.select("rule", side=pl.lit(name)) for name, side in sides.items()])
    return counted.group_by("rule").agg(
        (pl.col("side") == name).sum().cast(pl.Int64).alias(name) for name in sides
    ).sort("rule")  # fmt: skip
