"""Households of a built customer master, beside who truly lives together.

Here: pairs of persons, found and true. Not here: parents, employers and names (`structure`).
"""

import polars as pl

from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.schema import PERSON
from tests.accuracy.measure import Figures

_PAIR = ["entity_id", "other"]


def household_pairs(
    household: pl.DataFrame, records: pl.DataFrame, owners: pl.DataFrame, entity_of: pl.DataFrame, homes: pl.DataFrame
) -> Figures:
    """How right the pairs of customers of one household are.

    `household`: the table. `records`: of identity. `owners`: `customer_id`, `entity_id`. `entity_of`:
    `source_record_id`, `entity_id`. `homes`: `entity_id`, `household_id`, the truth. A pair of customers that are one
    person is wrong. A move is told where the person's records show two streets. A true pair's home is shown where two
    records of theirs have one street and postal code or town; its name too where they share a word of their surnames.
    """
    members = household.join(owners, on="customer_id").select("household_id", "customer_id", "entity_id")
    found = members.join(members, on="household_id").filter(pl.col("customer_id") < pl.col("customer_id_right"))
    found = found.select("entity_id", other="entity_id_right")
    true = _together(homes.drop_nulls().rename({"household_id": "value"}), ["value"])
    correct = found.join(pl.concat([true, true.select(entity_id="other", other="entity_id")]), on=_PAIR, how="semi")
    reached = true.join(correct.select(_sorted()).unique(), on=_PAIR, how="semi")
    keys = match_keys(records.filter(pl.col("record_type") == PERSON)).join(entity_of, on="source_record_id")
    streets = keys.group_by("entity_id").agg(pl.col("street").drop_nulls().n_unique())
    secret = homes.filter(pl.col("household_id").is_null()).join(streets, on="entity_id").filter(pl.col("street") < 2)
    told = found.filter(~pl.any_horizontal(pl.col(_PAIR).is_in(secret["entity_id"].implode())))
    surnames = keys.select("entity_id", word=pl.col("last").str.split(" ")).explode("word")
    shown = pl.concat([_together(keys, ["street", area]) for area in ("postal", "city")]).unique()
    at_home = true.join(shown, on=_PAIR, how="semi")
    named = at_home.join(_together(surnames, ["word"]), on=_PAIR, how="semi")

    def recall(pairs: pl.DataFrame) -> float:
        return pairs.join(reached, on=_PAIR, how="semi").height / max(pairs.height, 1)

    return {
        "found": found.height, "true": true.height, "P": correct.height / max(found.height, 1),
        "P where a move is told": correct.height / max(told.height, 1), "R": recall(true),
        "pairs with a home shown": at_home.height, "R of these": recall(at_home),
        "pairs with a name too": named.height, "R of those": recall(named),
    }  # fmt: skip


def _together(held: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Pairs of entities that share the values of `on`."""
    rows = held.select("entity_id", *on).drop_nulls().unique()
    pairs = rows.join(rows, on=on).select("entity_id", other="entity_id_right")
    return pairs.filter(pl.col("entity_id") < pl.col("other")).unique()


def _sorted() -> list[pl.Expr]:
    return [pl.min_horizontal(_PAIR).alias("entity_id"), pl.max_horizontal(_PAIR).alias("other")]
