"""Which ids a cluster may claim, and how strongly: by what the ids were, now and before each change that touched them.

Here: the claims, the strongest first. Not here: who gets what (`ids`), or where the past is kept (`stretches`).
"""

import polars as pl

from cdp_platform.identity.stretches import stretches

CLAIM_SCHEMA = {"cluster": pl.String, "customer_id": pl.String, "moment": pl.Int64, "is_return": pl.Boolean}


def unchanged(present: pl.DataFrame) -> pl.DataFrame:
    """Clusters that are, of all records known, exactly what an id is now: `cluster` and `customer_id`.

    `present`: the ledger's rows of the records that there are, with their `cluster`. Ids that a pin has made are left
    out.
    """
    pairs = present.group_by("cluster", "customer_id").agg(pl.len().alias("shared"), pl.col("is_provisional").all())
    whole = (pl.col("shared") == pl.col("shared").sum().over("cluster")) & (
        pl.col("shared") == pl.col("shared").sum().over("customer_id")
    )
    return pairs.filter(whole & ~pl.col("is_provisional")).select("cluster", "customer_id")


def ranked_claims(members: pl.DataFrame, present: pl.DataFrame, settled: pl.DataFrame, now: int) -> pl.DataFrame:
    """The claims of the clusters in `members`, one row per cluster and id, the strongest first.

    `present` and `settled`: the ledger's rows of all records that there are, in the first with their `cluster`. `now`:
    the number of this run.
    A cluster claims every id that its records have or had. The id is looked at now and as it was before every change
    that took a record from it or brought it one: the strength is the share of records in common, of all in either. Of
    the cluster, records newer than that moment are left out, unless the id is retired: so a merge does not bring back
    an id of the past, but what comes apart finds its own. Ids given because of a pin come last. Then: the later moment,
    more records, the smaller id, the smaller record. `moment`: null for now.
    """
    ours = present.join(members, on="source_record_id", how="semi")
    if ours.is_empty():
        return pl.DataFrame(schema=CLAIM_SCHEMA)
    had = stretches(ours).join(ours.select("source_record_id", "cluster"), on="source_record_id")
    wanted = had.select("customer_id").unique()
    is_concerned = pl.col("customer_id").is_in(wanted["customer_id"].implode()) | (pl.col("earlier").list.len() > 0)
    held = pl.concat([rows.filter(is_concerned).select(settled.columns) for rows in (present, settled)])
    table = stretches(held).join(wanted, on="customer_id", how="semi")
    today = wanted.with_columns(moment=pl.lit(now, dtype=pl.Int64))
    states = table.join(pl.concat([_moves(table), today]), on="customer_id").filter(
        (pl.col("since_change") < pl.col("moment"))
        & (pl.col("until_change").is_null() | (pl.col("until_change") >= pl.col("moment")))
    )
    sizes = states.group_by("customer_id", "moment").agg(pl.len().alias("size"))
    shared = (
        states.join(ours.select("source_record_id", "cluster"), on="source_record_id")
        .group_by("cluster", "customer_id", "moment")
        .agg(pl.len().alias("shared"), pl.col("is_provisional").all())
        .join(sizes, on=["customer_id", "moment"])
    )
    older = had.filter("is_first").select("cluster", first="since_change")
    older = shared.select("cluster", "moment").unique().join(older, on="cluster").filter(
        pl.col("first") < pl.col("moment")
    ).group_by("cluster", "moment").agg(pl.len().alias("older"))  # fmt: skip
    counted = members.group_by("cluster").agg(pl.len().alias("records"))
    found = shared.join(older, on=["cluster", "moment"]).join(counted, on="cluster")
    is_used = pl.col("customer_id").is_in(held["customer_id"].unique().implode())
    own = pl.when(is_used).then("older").otherwise("records")
    exact = (pl.col("shared") == pl.col("size")) & (pl.col("shared") == pl.col("older"))
    found = found.join(_latest(table, had), on=["cluster", "customer_id"], how="left").with_columns(
        is_return=exact & (pl.col("moment") == pl.col("latest")),
        strength=pl.col("shared") / (pl.col("size") + own - pl.col("shared")),
        recency=pl.when("is_provisional").then(-pl.col("moment")).otherwise("moment"),
        moment=pl.when(pl.col("moment") < now).then("moment"),
    )
    order = ["strength", "is_provisional", "recency", "shared", "customer_id", "cluster"]
    found = found.sort(order, descending=[True, False, True, True, False, False])
    return found.unique(["cluster", "customer_id"], keep="first", maintain_order=True).select(list(CLAIM_SCHEMA))


def _moves(table: pl.DataFrame) -> pl.DataFrame:
    """The changes at which a known record came to an id or left it: `customer_id`, `moment`."""
    came = table.filter(~pl.col("is_first")).select("customer_id", moment="since_change")
    left = table.filter(pl.col("until_change").is_not_null()).select("customer_id", moment="until_change")
    return pl.concat([came, left]).unique()


def _latest(table: pl.DataFrame, had: pl.DataFrame) -> pl.DataFrame:
    """The last change that touched an id, one of the cluster's records or an id that they have, per cluster and id."""
    moves = _moves(table).group_by("customer_id").agg(by_id=pl.col("moment").max())
    pairs = had.select("cluster", "customer_id").unique().join(moves, on="customer_id")
    held = had.filter(pl.col("until_change").is_null()).join(moves, on="customer_id")
    own = pl.concat(
        [
            held.select("cluster", moment="by_id"),
            had.filter(~pl.col("is_first")).select("cluster", moment="since_change"),
        ]
    )
    own = own.group_by("cluster").agg(by_cluster=pl.col("moment").max())
    return pairs.join(own, on="cluster").select(
        "cluster", "customer_id", latest=pl.max_horizontal("by_id", "by_cluster")
    )
