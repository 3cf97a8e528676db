"""Records without a (full) name, attached last: to the one cluster that bears their mailbox, device, phone or domain.

Here: edges from nameless records to named clusters, and among nameless ones. Not here: edges between named records;
a nameless record never joins two clusters.
"""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from cdp_platform.identity.components import components
from cdp_platform.identity.rules import edges, vetoed

Fit = Callable[[pl.DataFrame], pl.Series]
"""Of pairs (`row`, `other`): 1 where what there is of names agrees, -1 where it excludes, 0 where it says nothing."""


def attached(
    keys: pl.DataFrame, labels: pl.Series, is_named: pl.Series, identifiers: Mapping[str, float], rule: str, fit: Fit
) -> pl.DataFrame:
    """Edges of the rule from the rows that are not `is_named`, by the first of the `identifiers` that decides.

    `identifiers`: key column and how much of the rule's confidence it leaves, strongest first. An identifier decides
    where the named records bearing it are in one cluster, or where those whose name fits are. Nameless records that
    share an identifier, borne by no named one, are connected with each other where none of them has two values of a
    stronger one, unless they were attached to different clusters.
    """
    bearing = keys.with_columns(component=labels, is_named=is_named)
    nameless = bearing.filter(~pl.col("is_named")).with_columns(first=pl.coalesce(_tagged(identifiers)))
    open_rows, found, homes = nameless, [], []
    for identifier, certainty in identifiers.items():
        decided = _decided(bearing, open_rows, identifier, fit)
        found.append(edges(_ordered(decided), rule, identifier, pl.lit(certainty)))
        homes.append(decided.select("row", home="component"))
        open_rows = open_rows.join(decided, on="row", how="anti")
    alone = nameless.join(pl.concat(homes), on="row", how="left")
    for identifier, certainty in identifiers.items():
        pairs = _ordered(_among(bearing, alone, identifier))
        found.append(edges(pairs, rule, identifier, pl.lit(certainty)))
    return vetoed(keys, pl.concat(found))


def links(keys: pl.DataFrame, is_named: pl.Series, identifiers: Sequence[str]) -> pl.DataFrame:
    """The named keys once per `link`: a group of nameless records, connected by values, that share one with them."""
    nameless = keys.filter(~is_named)
    held = pl.concat(
        keys.with_columns(named=is_named).filter(_is_borne(name, nameless))
        .select("row", "named", value=pl.lit(f"{name} ") + pl.col(name))
        for name in identifiers
    )  # fmt: skip
    numbers = held.filter(~pl.col("named")).select("value").unique(maintain_order=True).with_row_index("number")
    bearing = held.join(numbers, on="value", maintain_order="left")
    nameless = bearing.filter(~pl.col("named")).select(a="row", b=pl.col("number") + keys.height)
    group = components(keys.height + numbers.height, nameless)
    met = bearing.filter("named").select("row", link=group.gather(bearing.filter("named")["number"] + keys.height))
    return keys.join(met.unique(maintain_order=True), on="row", maintain_order="left")


def _tagged(identifiers: Mapping[str, float]) -> list[pl.Expr]:
    return [pl.lit(f"{name} ") + pl.col(name) for name in identifiers]


def _decided(bearing: pl.DataFrame, open_rows: pl.DataFrame, identifier: str, fit: Fit) -> pl.DataFrame:
    """`row`, and `anchor` (smallest row) and `component` of the one cluster whose named records bear its identifier."""
    named = bearing.filter(pl.col("is_named") & _is_borne(identifier, open_rows))
    met = open_rows.select("row", identifier).join(
        named.select(identifier, "component", other="row"), on=identifier, maintain_order="left"
    )
    met = met.with_columns(fit(met).alias("fit")).filter(pl.col("fit") >= 0)
    met = met.filter(pl.col("fit") == pl.col("fit").max().over("row"))
    clusters = met.group_by("row", maintain_order=True).agg(
        pl.col("component").n_unique().alias("clusters"),
        anchor=pl.col("other").min(),
        component=pl.col("component").min(),
    )
    return clusters.filter(pl.col("clusters") == 1).drop("clusters")


def _among(bearing: pl.DataFrame, nameless: pl.DataFrame, identifier: str) -> pl.DataFrame:
    """`row`, `anchor` of nameless records that share a value of the identifier which no named record bears."""
    borne = bearing.filter(pl.col("is_named") & _is_borne(identifier, nameless)).select(identifier)
    sharing = nameless.filter(pl.col(identifier).is_not_null()).join(borne, on=identifier, how="anti")
    is_strongest = pl.col("first").str.starts_with(f"{identifier} ")
    stronger = pl.when(~is_strongest).then("first")
    sharing = sharing.filter(
        (pl.col("home").drop_nulls().n_unique().over(identifier) <= 1)
        & (is_strongest | (stronger.drop_nulls().n_unique().over(identifier) == 1))
        & is_strongest.any().over(identifier)
    )
    sharing = sharing.with_columns(anchor=pl.col("row").min().over(identifier))
    return sharing.filter(pl.col("row") != pl.col("anchor")).select("row", "anchor")


def _is_borne(identifier: str, rows: pl.DataFrame) -> pl.Expr:
    return pl.col(identifier).is_in(rows[identifier].drop_nulls().unique().implode())


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    smaller, larger = pl.min_horizontal("anchor", "row"), pl.max_horizontal("anchor", "row")
    return pairs.select(a=smaller, b=larger).sort("a", "b")
