"""Households: the persons who live together, and those of whom one knows only that they have a home.

Here: the households and their ids. Not here: who lives with whom (`companions`). Nobody is merged because of a
household, and no organisation is in one.
"""

import polars as pl

from cdp_platform.identity.companions import EVIDENCE, LARGEST, companions, current_homes
from cdp_platform.identity.components import components
from cdp_platform.identity.frames import conform
from cdp_platform.identity.schema import HOUSEHOLD_SCHEMA

HOME = "home"


def households(keys: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """One row per person that has companions or a home, see `HOUSEHOLD_SCHEMA`, sorted by `customer_id`.

    `keys`: match keys. `customers`: `source_record_id`, `customer_id`, `created_at`, `updated_at`. `evidence`: what a
    person shares with a companion, at best; `home` for a person without one. A household is named after the member that
    is known longest, so that its id stays when another comes or goes. What chains together more than a family is no
    household: its members are as if alone.
    """
    homes, pairs = current_homes(keys, customers), companions(keys, customers)
    known = customers.join(keys.select("source_record_id"), on="source_record_id", how="semi")
    known = known.group_by("customer_id").agg(pl.col("created_at", "source_record_id").min())
    concerned = pl.concat([homes["customer_id"], pairs["one"], pairs["other"]])
    known = known.filter(pl.col("customer_id").is_in(concerned.implode()))
    known = known.sort("created_at", "source_record_id", nulls_last=True).with_row_index("row")
    for side, row in (("one", "a"), ("other", "b")):
        pairs = pairs.join(known.select(pl.col("row").alias(row), pl.col("customer_id").alias(side)), on=side)
    pairs = _without_crowds(pairs, known.height)
    first = known["customer_id"].gather(components(known.height, pairs))
    told = pl.concat([pairs.select("evidence", row=row) for row in ("a", "b")])
    best = told.group_by("row").agg(pl.col("evidence").cast(pl.Enum(EVIDENCE)).min().cast(pl.String))
    members = known.with_columns(household_id=pl.concat_str(pl.lit("hh_"), first)).join(best, on="row", how="left")
    is_at_home = pl.when(pl.col("customer_id").is_in(homes["customer_id"].implode())).then(pl.lit(HOME))
    members = members.with_columns(pl.coalesce("evidence", is_at_home).alias("evidence")).drop_nulls("evidence")
    return conform(members, HOUSEHOLD_SCHEMA).sort("customer_id")


def _without_crowds(pairs: pl.DataFrame, size: int) -> pl.DataFrame:
    component = components(size, pairs)
    crowds = component.value_counts().filter(pl.col("count") > LARGEST)["component"]
    return pairs.filter(~component.gather(pairs["a"]).is_in(crowds.implode()))
