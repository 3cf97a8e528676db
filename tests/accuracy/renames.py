"""Companies that changed their name, and whether the customer master has both names for one customer.

Here: names found, true, and told by records. Not here: the other relations (`structure`).
"""

import polars as pl

from cdp_platform.identity.distinct import map_distinct, map_rows
from cdp_platform.identity.organization_names import organization_name
from cdp_platform.identity.relation import SAME, SIMILAR, relation

Counts = tuple[int, int, None, float, float]


def renames(version: pl.DataFrame, names: pl.DataFrame, entity_of: pl.DataFrame, entity: pl.DataFrame) -> Counts:
    """Renamed companies found, all, no precision, recall, and recall over those of which records bear both names.

    `version` and `names`: `int_customer__version` and `customer_name`. A misspelt name counts.
    """
    renamed = entity.drop_nulls("renamed_at")
    renamed = renamed.select(
        "entity_id",
        before=map_distinct(renamed["name"], organization_name),
        after=map_distinct(renamed["name_after"], organization_name),
    ).filter(pl.col("before") != pl.col("after"))
    version = version.join(entity_of, on="source_record_id")
    told = version.select("entity_id", name=pl.coalesce("company_name", "full_name"))
    borne = names.join(version.select("customer_id", "entity_id").unique(), on="customer_id")
    found = _with_both(borne, renamed, ["entity_id", "customer_id"])
    shown = _with_both(told, renamed, ["entity_id"])
    return found, renamed.height, None, found / max(renamed.height, 1), found / max(shown, 1)


def _with_both(named: pl.DataFrame, renamed: pl.DataFrame, by: list[str]) -> int:
    """The renamed entities of which one group bears both names."""
    seen = named.with_columns(spelt=map_distinct(named["name"], organization_name)).join(renamed, on="entity_id")
    seen = seen.with_columns(
        map_rows(seen.select("spelt", name), _is_one_name, {f"is_{name}": pl.Boolean}).to_series()
        for name in ("before", "after")
    )
    both = seen.group_by(by).agg(pl.col("is_before", "is_after").any()).filter(pl.col("is_before") & pl.col("is_after"))
    return both["entity_id"].n_unique()


def _is_one_name(spelt: str | None, name: str) -> tuple[bool]:
    return (spelt is not None and relation(spelt, name) in (SAME, SIMILAR),)
