"""Ids that stay and ids that return: today's clusters claim the ids that their records have or had; new ones come from
content.

Here: who gets which id, and the minting. Not here: how strong a claim is (`claims`), what is remembered (`memory`) or
written about it (`history`).
"""

from collections.abc import Set
from hashlib import sha256

import polars as pl

from cdp_platform.identity.claims import ranked_claims, unchanged
from cdp_platform.identity.components import components
from cdp_platform.identity.stretches import RECORD

# One row per cluster: `cluster` is its smallest source_record_id.
CLUSTER_COLUMNS = ("cluster", "record_type")


def assigned(members: pl.DataFrame, known: pl.DataFrame, pins: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """The id of every cluster: `cluster`, `record_type`, `customer_id`, `origin`, and what the ledger is to remember.

    `members`: `source_record_id`, `record_type`, `cluster` (its smallest record). `known`: the ledger (`known_ids`).
    `pins`: `cluster`, `customer_id`. `aliases`: retired ids, which only their own records may have again. `origin`:
    pinned, claimed, returned (a retired id that is given again) or minted. `is_provisional`: given because of a pin, so
    that it ends with it. `moment`, `is_return`: see `claims`.
    """
    clusters = members.select(*CLUSTER_COLUMNS).unique().sort("cluster")
    pinned = pins.select("cluster", "customer_id").unique("cluster").sort("cluster")
    present = members.select(*RECORD, "cluster").join(known, on=list(RECORD))
    same = unchanged(present).join(pinned, on="cluster", how="anti").join(pinned, on="customer_id", how="anti")
    claims = ranked_claims(members.join(same, on="cluster", how="anti"), present, known)
    best = claims.unique("cluster", keep="first", maintain_order=True)
    displaced = best.join(pinned, on="customer_id", how="semi")["cluster"]
    settled = pl.concat([same, pinned])
    free = claims.join(settled, on="cluster", how="anti").join(settled, on="customer_id", how="anti")
    owned = pl.concat([settled, _settled(free)])
    new = clusters.join(owned, on="cluster", how="anti").sort("cluster")
    minted = _minted(new, present, known, aliases, set(owned["customer_id"]))
    given = pl.concat([owned, minted]).join(claims, on=["cluster", "customer_id"], how="left")
    is_pinned = pl.col("cluster").is_in(pinned["cluster"].implode())
    origin = (
        pl.when(is_pinned).then(pl.lit("pinned"))
        .when(pl.col("customer_id").is_in(aliases["retired_customer_id"].implode())).then(pl.lit("returned"))
        .when(pl.col("cluster").is_in(minted["cluster"].implode())).then(pl.lit("minted"))
        .otherwise(pl.lit("claimed"))
    )  # fmt: skip
    given = given.with_columns(
        origin=origin,
        is_provisional=is_pinned | pl.col("cluster").is_in(displaced.implode()),
        is_return=pl.col("cluster").is_in(_returning(given.join(same, on="cluster", how="anti"), present).implode()),
    )
    return clusters.join(given, on="cluster", how="left", maintain_order="left")


def _returning(given: pl.DataFrame, present: pl.DataFrame) -> pl.Series:
    """The clusters, of those that are changed, that return together with all with whom they exchange records or ids."""
    had = present.join(given, on="cluster", how="semi").select("cluster", "customer_id")
    links = pl.concat([had, given.select("cluster", "customer_id")]).unique()
    ids = links["customer_id"].unique().sort()
    row = pl.int_range(pl.len(), dtype=pl.UInt32)
    nodes = given.select("cluster", "moment", "is_return", a=row)
    numbered = ids.to_frame().with_columns(b=row + given.height)
    pairs = links.join(nodes, on="cluster").join(numbered, on="customer_id").select("a", "b")
    group = components(given.height + len(ids), pairs).head(given.height).rename("group")
    is_whole = pl.col("is_return").fill_null(False).all().over("group") & (
        pl.col("moment").n_unique().over("group") == 1
    )
    return nodes.with_columns(group).filter(is_whole)["cluster"]


def _settled(claims: pl.DataFrame) -> pl.DataFrame:
    """One id to one cluster, the strongest claim first: round by round, the claims that are the best of both sides."""
    claims = claims.with_row_index("rank")
    settled = [claims.clear()]
    while not claims.is_empty():
        is_best = (pl.col("rank") == pl.col("rank").min().over("cluster")) & (
            pl.col("rank") == pl.col("rank").min().over("customer_id")
        )
        best = claims.filter(is_best)
        settled.append(best)
        claims = claims.join(best, on="cluster", how="anti").join(best, on="customer_id", how="anti")
    return pl.concat(settled).select("cluster", "customer_id")


def _minted(
    new: pl.DataFrame, present: pl.DataFrame, known: pl.DataFrame, aliases: pl.DataFrame, given: Set[str]
) -> pl.DataFrame:
    """New ids; one that was retired into an id of the cluster's own records is theirs to have again."""
    led = aliases.select("retired_customer_id", "customer_id")
    theirs = present.join(new, on="cluster", how="semi").join(led, on="customer_id")
    again = dict(theirs.group_by("cluster").agg(pl.col("retired_customer_id").unique()).iter_rows())
    taken = {*given, *known["customer_id"].unique()}
    retired = set(aliases["retired_customer_id"])
    fresh = []
    for cluster, record_type in new.select(*CLUSTER_COLUMNS).iter_rows():
        own = again.get(cluster)
        fresh.append(_mint(cluster, record_type, taken, retired.difference(own) if own else retired))
        taken.add(fresh[-1])
    return new.select("cluster", customer_id=pl.Series(fresh, dtype=pl.String))


def _mint(cluster: str, record_type: str, taken: Set[str], retired: Set[str]) -> str:
    """`cus_` and 16 hex digits of the cluster's smallest record; the next hash where an id was given before."""
    attempt = 0
    while True:
        text = f"{record_type}\n{cluster}" + (f"\n{attempt}" if attempt else "")
        customer_id = f"cus_{sha256(text.encode()).hexdigest()[:16]}"
        if customer_id not in taken and customer_id not in retired:
            return customer_id
        attempt += 1
