"""Ids that stay and ids that return: today's clusters claim the ids that their records have or had; new ones come from
content.

Here: who gets which id, and the minting. Not here: how strong a claim is (`claims`), what is remembered (`memory`) or
written about it (`history`).
"""

from hashlib import sha256

import polars as pl

from cdp_platform.identity.claims import ranked_claims, unchanged
from cdp_platform.identity.components import components
from cdp_platform.identity.stretches import RECORD, next_change

# One row per cluster: `cluster` is its smallest source_record_id.
CLUSTER_COLUMNS = ("cluster", "record_type")


def assigned(
    members: pl.DataFrame, known: pl.DataFrame, pins: pl.DataFrame, aliases: pl.DataFrame, settled: pl.DataFrame
) -> pl.DataFrame:
    """The id of every cluster: `cluster`, `record_type`, `customer_id`, `origin`, and what the ledger is to remember.

    `members`: `source_record_id`, `record_type`, `cluster` (its smallest record). `known`: the ledger (`known_ids`).
    `pins`: `cluster`, `customer_id`. `aliases`: retired ids, which only their own records may have again. `settled`:
    the ledger's rows of records that are not among the members and keep their ids. `origin`: pinned, claimed, returned
    (a retired id that is given again) or minted. `is_provisional`: given because of a pin, so that it ends with it.
    `moment`, `is_return`: see `claims`.
    """
    clusters = members.select(*CLUSTER_COLUMNS).unique().sort("cluster")
    pinned = pins.select("cluster", "customer_id").unique("cluster").sort("cluster")
    present = members.select(*RECORD, "cluster").join(known, on=list(RECORD))
    same = unchanged(present).join(pinned, on="cluster", how="anti").join(pinned, on="customer_id", how="anti")
    claims = ranked_claims(members.join(same, on="cluster", how="anti"), present, settled, next_change(known))
    best = claims.unique("cluster", keep="first", maintain_order=True)
    displaced = best.join(pinned, on="customer_id", how="semi")["cluster"]
    decided = pl.concat([same, pinned])
    free = claims.join(decided, on="cluster", how="anti").join(decided, on="customer_id", how="anti")
    free = free.filter(~pl.col("customer_id").is_in(_among(settled, free["customer_id"]).implode()))
    owned = pl.concat([decided, _settled(free)])
    new = clusters.join(owned, on="cluster", how="anti").sort("cluster")
    minted = _minted(new, present, known, aliases, owned["customer_id"])
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
    new: pl.DataFrame, present: pl.DataFrame, known: pl.DataFrame, aliases: pl.DataFrame, given: pl.Series
) -> pl.DataFrame:
    """New ids: those that nobody has, had or is led from, but a cluster may have again one that its records lead from.

    `cus_` and 16 hex digits of the cluster's smallest record; the next hash where an id was given before.
    """
    led = aliases.select("retired_customer_id", "customer_id")
    theirs = present.join(new, on="cluster", how="semi").join(led, on="customer_id")
    theirs = theirs.select("cluster", customer_id="retired_customer_id").unique()
    found, attempt = [new.select("cluster", customer_id=pl.lit(None, pl.String)).clear()], 0
    while not new.is_empty():
        texts = [f"{kind}\n{cluster}" + (f"\n{attempt}" if attempt else "") for cluster, kind in new.iter_rows()]
        fresh = [f"cus_{sha256(text.encode()).hexdigest()[:16]}" for text in texts]
        wanted = new.select("cluster", customer_id=pl.Series(fresh, dtype=pl.String))
        used = pl.concat(
            [given, _among(known, wanted["customer_id"]), *(part["customer_id"] for part in found)]
        ).implode()
        retired = wanted.join(led, left_on="customer_id", right_on="retired_customer_id", how="semi")
        others = retired.join(theirs, on=["cluster", "customer_id"], how="anti")["cluster"]
        is_free = ~pl.col("customer_id").is_in(used) & ~pl.col("cluster").is_in(others.implode())
        found.append(wanted.filter(is_free & pl.col("customer_id").is_first_distinct()))
        new, attempt = new.join(found[-1], on="cluster", how="anti", maintain_order="left"), attempt + 1
    return pl.concat(found)


def _among(ledger: pl.DataFrame, ids: pl.Series) -> pl.Series:
    """Those of the ids that the ledger's records have."""
    return ledger.filter(pl.col("customer_id").is_in(ids.unique().implode()))["customer_id"].unique()
