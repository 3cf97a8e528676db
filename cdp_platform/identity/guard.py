"""Values that are no evidence: what many differently named parties share says nothing about who they are.

Here: how many names may share a value, and the keys without those that more share. Not here: lists of such values;
they are found from the data.
"""

from collections.abc import Mapping

import polars as pl

# How many (coarse) names may share a value before it is a bookkeeper's, a switchboard's, a portal's or a placeholder.
ORGANIZATION_LIMITS: Mapping[str, int] = {
    "tax_id": 4, "email": 4, "phone": 4, "mail_domain": 25, "web_domain": 25,
}  # fmt: skip
PERSON_LIMITS: Mapping[str, int] = {"tax_id": 3, "email": 5, "phone": 6, "device": 6}


def shared_values(keys: pl.DataFrame, limits: Mapping[str, int]) -> pl.DataFrame:
    """The values that are no evidence: `identifier`, `value`, `names` (distinct coarse names), `records`."""
    found = []
    for identifier, limit in limits.items():
        held = keys.select("coarse", value=identifier).drop_nulls("value")
        # So many names need as many records: few values have them, and only of those are names counted.
        many = held.group_by("value").len().filter(pl.col("len") > limit)
        named = held.join(many, on="value", how="semi").group_by("value").agg(
            names=pl.col("coarse").drop_nulls().n_unique().cast(pl.Int64), records=pl.len().cast(pl.Int64)
        ).filter(pl.col("names") > limit)  # fmt: skip
        found.append(named.select(pl.lit(identifier).alias("identifier"), "value", "names", "records"))
    return pl.concat(found).sort("identifier", "value")


def without_shared(keys: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """The keys with every shared value null."""
    for (identifier,), values in shared.group_by("identifier"):
        is_shared = pl.col(str(identifier)).is_in(values["value"].implode())
        keys = keys.with_columns(pl.when(~is_shared).then(str(identifier)).alias(str(identifier)))
    return keys
