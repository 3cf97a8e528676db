"""Ids that stay: today's clusters claim yesterday's ids by the records they share; new ids come from content.

Here: the claims, and the minting. Not here: what is written about it (`history`).
"""

from hashlib import sha256

import polars as pl

# One row per cluster: `cluster` is its smallest source_record_id.
CLUSTER_COLUMNS = ("cluster", "record_type")


def assigned(members: pl.DataFrame, known: pl.DataFrame, pins: pl.DataFrame, taken: pl.Series) -> pl.DataFrame:
    """The id of every cluster: `cluster`, `record_type`, `customer_id`, `origin` (pinned, claimed or minted).

    `members`: `source_record_id`, `record_type`, `cluster` (its smallest record). `known`: `source_record_id`,
    `record_type`, `customer_id` of every record ever seen, surviving ids only. `pins`: `cluster`, `customer_id`.
    `taken`: ids that may not be minted again, retired ones among them. An id goes to the cluster with most of its
    records; between equals to the smaller id, then to the cluster with the smaller record.
    """
    clusters = members.select(*CLUSTER_COLUMNS).unique().sort("cluster")
    pinned = pins.select("cluster", "customer_id").unique("cluster").sort("cluster")
    claims = (
        members.join(known, on=["source_record_id", "record_type"])
        .group_by("cluster", "customer_id").len("shared")
        .join(pinned, on="cluster", how="anti").join(pinned, on="customer_id", how="anti")
    )  # fmt: skip
    claimed = _settled(claims)
    owned = pl.concat([pinned.with_columns(origin=pl.lit("pinned")), claimed.with_columns(origin=pl.lit("claimed"))])
    new = clusters.join(owned, on="cluster", how="anti").sort("cluster")
    used = set(pl.concat([taken, known["customer_id"], owned["customer_id"]]).unique().to_list())
    fresh = [_mint(cluster, record_type, used) for cluster, record_type in new.iter_rows()]
    minted = new.select("cluster", customer_id=pl.Series(fresh, dtype=pl.String), origin=pl.lit("minted"))
    return clusters.join(pl.concat([owned, minted]), on="cluster", how="left", maintain_order="left")


def _settled(claims: pl.DataFrame) -> pl.DataFrame:
    """One id to one cluster, the strongest claim first: round by round, the claims that are the best of both sides."""
    order = ["shared", "customer_id", "cluster"]
    claims = claims.sort(order, descending=[True, False, False]).with_row_index("rank")
    settled = [claims.clear()]
    while not claims.is_empty():
        is_best = (pl.col("rank") == pl.col("rank").min().over("cluster")) & (
            pl.col("rank") == pl.col("rank").min().over("customer_id")
        )
        best = claims.filter(is_best)
        settled.append(best)
        claims = claims.join(best, on="cluster", how="anti").join(best, on="customer_id", how="anti")
    return pl.concat(settled).select("cluster", "customer_id")


def _mint(cluster: str, record_type: str, used: set[str]) -> str:
    """`cus_` and 16 hex digits of the cluster's smallest record; the next hash where an id was given before."""
    attempt = 0
    while True:
        text = f"{record_type}\n{cluster}" + (f"\n{attempt}" if attempt else "")
        customer_id = f"cus_{sha256(text.encode()).hexdigest()[:16]}"
        if customer_id not in used:
            used.add(customer_id)
            return customer_id
        attempt += 1
