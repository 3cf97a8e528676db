"""Edges and clusters as the tables that others read.

Here: the match edges by record id, and every record's confidence and method. Not here: how an edge or id came about.
"""

import polars as pl

from cdp_platform.identity.exceptions import EXCLUDE
from cdp_platform.identity.frames import conform
from cdp_platform.identity.rules import UNDECIDED
from cdp_platform.identity.schema import CROSSWALK_SCHEMA, EDGE_SCHEMA, IDENTIFYING

_OF_RECORD = ("source_record_id", "record_type")
_ALONE = "alone"
_EXCEPTION = "exception"


def match_edges(keys: pl.DataFrame, found: pl.DataFrame, model_version: str) -> pl.DataFrame:
    """The edges by record id, one per pair and rule, sorted: `accepted`, `undecided`, or `vetoed` and by what."""
    ids = keys["source_record_id"]
    best = found.sort(["a", "b", "rule", "confidence", "evidence"], descending=[False, False, False, True, False])
    best = best.unique(["a", "b", "rule"], keep="first", maintain_order=True)
    kind = keys["record_type"].head(1).to_list()
    status = (
        pl.when(pl.col("veto").is_null()).then(pl.lit("accepted"))
        .when(pl.col("veto") == UNDECIDED).then(pl.lit(UNDECIDED))
        .otherwise(pl.lit("vetoed"))
    )  # fmt: skip
    table = best.with_columns(
        record_a=ids.gather(best["a"]), record_b=ids.gather(best["b"]),
        record_type=pl.lit(kind[0] if kind else None, dtype=pl.String),
        status=status, model_version=pl.lit(model_version),
        veto=pl.when(pl.col("veto") != UNDECIDED).then("veto"),
    )  # fmt: skip
    return conform(table, EDGE_SCHEMA)


def memberships(keys: pl.DataFrame, labels: pl.Series, found: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Every record's `cluster` (its smallest record), `confidence` and `method`.

    A record's confidence is that of its best accepted edge, and its method that edge's rule: how sure we are that the
    record belongs with any other of the cluster. Alone, it is certain (1.0): `alone`, or
    `exception` where people exclude it.
    """
    accepted = found.filter(pl.col("veto").is_null()).select("a", "b", "confidence", "rule")
    sides = pl.concat([accepted.select("confidence", "rule", row=side) for side in ("a", "b")])
    best = sides.sort(["row", "confidence", "rule"], descending=[False, True, False])
    best = best.unique("row", keep="first", maintain_order=True)
    excluded = decisions.filter(pl.col("action") == EXCLUDE)["row_a"].unique()
    alone = pl.when(pl.col("row").is_in(excluded.implode())).then(pl.lit(_EXCEPTION)).otherwise(pl.lit(_ALONE))
    members = keys.select("row", *_OF_RECORD).join(best, on="row", how="left", maintain_order="left")
    return members.select(
        *_OF_RECORD,
        pl.col("confidence").fill_null(1.0),
        pl.coalesce("rule", alone).alias("method"),
        keys["source_record_id"].gather(labels).alias("cluster"),
    )


def crosswalk(records: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Every record with the id of its customer, in the order of the records, which is that of `now`."""
    identifying = records.select(IDENTIFYING)
    return conform(identifying.hstack(now.select("customer_id", "confidence", "method")), CROSSWALK_SCHEMA)
