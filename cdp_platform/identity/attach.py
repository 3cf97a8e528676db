"""Records without a (full) name, attached last: to the one cluster that bears their mailbox, device, phone or domain.

Here: edges from nameless records to named clusters, and among nameless ones. Not here: edges between named records;
a nameless record never joins two clusters.
"""

from collections.abc import Mapping

import polars as pl

from cdp_platform.identity.rules import EDGE_COLUMNS, edges, vetoed


def attached(
    keys: pl.DataFrame, labels: pl.Series, is_named: pl.Series, identifiers: Mapping[str, float], rule: str
) -> pl.DataFrame:
    """Edges of the rule from the rows that are not `is_named`, by the first of the `identifiers` that decides.

    `identifiers`: key column and how much of the rule's confidence it leaves, strongest first. An identifier decides
    where all named records bearing it are in one cluster; where none bears it, nameless records share it.
    """
    bearing = keys.with_columns(component=labels, is_named=is_named)
    open_rows = bearing.filter(~pl.col("is_named"))
    found = [pl.DataFrame(schema=EDGE_COLUMNS)]
    for identifier, certainty in identifiers.items():
        pairs = _decided(bearing, open_rows.filter(pl.col(identifier).is_not_null()), identifier)
        found.append(edges(pairs, rule, identifier, pl.lit(certainty)))
        open_rows = open_rows.join(pairs.select("row"), on="row", how="anti")
    return vetoed(keys, pl.concat(found))


def _decided(bearing: pl.DataFrame, open_rows: pl.DataFrame, identifier: str) -> pl.DataFrame:
    anchors = (
        bearing.filter(pl.col("is_named") & pl.col(identifier).is_not_null())
        .group_by(identifier)
        .agg(pl.col("component").n_unique().alias("clusters"), pl.col("row").min().alias("anchor"))
    )
    known = open_rows.join(anchors, on=identifier, how="left")
    to_named = known.filter(pl.col("clusters") == 1).select("anchor", "row")
    among = known.filter(pl.col("clusters").is_null()).with_columns(anchor=pl.col("row").min().over(identifier))
    among = among.filter(pl.col("row") != pl.col("anchor")).select("anchor", "row")
    pairs = pl.concat([to_named, among]).select(
        a=pl.min_horizontal("anchor", "row"), b=pl.max_horizontal("anchor", "row"), row="row"
    )
    return pairs.sort("a", "b")
