"""Parents, employers and renames of a built customer master, beside what the synthetic company truly is.

Here: precision and recall per kind of relation, on entities. Not here: who is one customer (`measure`).
"""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.environment import Settings, load_settings
from cdp_platform.identity.distinct import map_distinct
from cdp_platform.identity.organization_names import organization_name
from cdp_platform.simulator import simulate
from cdp_platform.warehouse.duckdb import open_for_reading
from tests.accuracy.measure import Figures

SCALE, SEED = 0.03, 64
END = date(2026, 10, 31)
RELATIONS = {
    "subsidiary_of": ("parent_entity_id", "parent_source_record_id"),
    "employed_by": ("employer_entity_id", "employer_source_record_id"),
}
"""Kind of relation to the truth's column and the column in which a record states it."""
UNBUILT = {"household": "household_id"}
"""What the truth knows and the customer master does not build, with the truth's column."""


def build_company(folder: Path) -> Settings:
    """A company landed, resolved and built up to `END`. Raises AssertionError if a run fails."""
    settings = load_settings({"CDP_HOME": str(folder)})
    simulate(settings.landing, settings.truth, scale=SCALE, seed=SEED, end=END)
    done = refresh_home(settings, as_of=datetime(END.year, END.month + 1, 1, tzinfo=UTC))
    failures = [failure for outcome in done.outcomes for failure in outcome.failures]
    assert not failures, failures
    return settings


def structure(settings: Settings) -> list[Figures]:
    """Per relation: pairs found and true, precision, recall, and recall over the true pairs that a record states."""
    record = pl.read_parquet(settings.truth / "record_entity.parquet").with_columns(
        source_record_id=pl.concat_str("source_system", "source_object", "source_id", separator=":")
    )
    entity = pl.read_parquet(settings.truth / "entity.parquet")
    with closing(open_for_reading(settings.warehouse_file)) as warehouse:
        member, relation, version = (
            warehouse.sql(f"SELECT * FROM customer_master.{name}").pl()
            for name in ("int_customer__membership", "customer_relationship", "int_customer__version")
        )
    entity_of = record.select("source_record_id", "entity_id")
    rows = [
        _relation(kind, columns, relation, version, _owners(member, entity_of), entity_of, entity)
        for kind, columns in RELATIONS.items()
    ]
    rows.append(_renames(version, entity_of, entity))
    for name, column in UNBUILT.items():
        members = entity.drop_nulls(column).filter(pl.len().over(column) > 1)
        rows.append(_row(name, None, members.select(column).n_unique(), None, None, None))
    return rows


def _row(
    name: str, found: int | None, true: int, precision: float | None, recall: float | None, stated: float | None
) -> Figures:
    return {
        "relation": name,
        "found": found,
        "true": true,
        "P": precision,
        "R": recall,
        "R where a record states it": stated,
    }


def _owners(member: pl.DataFrame, entity_of: pl.DataFrame) -> pl.DataFrame:
    """The entity that most records of a customer are of."""
    counted = member.join(entity_of, on="source_record_id").group_by("customer_id", "entity_id").len()
    return counted.sort("len", "entity_id").unique("customer_id", keep="last").select("customer_id", "entity_id")


def _relation(
    kind: str, columns: tuple[str, str], relation: pl.DataFrame, version: pl.DataFrame,
    owners: pl.DataFrame, entity_of: pl.DataFrame, entity: pl.DataFrame,
) -> Figures:  # fmt: skip
    truth_column, stated_column = columns
    true = entity.drop_nulls(truth_column).select("entity_id", other=truth_column)
    true = true.join(entity, left_on="other", right_on="entity_id", how="semi")
    current = relation.filter((pl.col("relationship_type") == kind) & pl.col("is_current"))
    found = current.join(owners, on="customer_id").join(
        owners.rename({"customer_id": "related_customer_id", "entity_id": "other"}), on="related_customer_id"
    )
    correct = found.join(true, on=["entity_id", "other"], how="semi")
    current_claims = version.filter(pl.col("valid_to").is_null()).join(entity_of, on="source_record_id")
    stated = current_claims.join(
        entity_of.rename({"source_record_id": stated_column, "entity_id": "other"}), on=stated_column
    )
    reached = true.join(correct, on=["entity_id", "other"], how="semi")
    told = true.join(stated, on=["entity_id", "other"], how="semi")
    return _row(
        kind, found.height, true.height, correct.height / max(found.height, 1), reached.height / max(true.height, 1),
        told.join(reached, on=["entity_id", "other"], how="semi").height / max(told.height, 1),
    )  # fmt: skip


def _renames(version: pl.DataFrame, entity_of: pl.DataFrame, entity: pl.DataFrame) -> Figures:
    """Renamed companies that records bear under both names, and those whose two names one customer bears."""
    renamed = entity.drop_nulls("renamed_at").select(
        "entity_id", old=map_distinct(entity.drop_nulls("renamed_at")["name"], organization_name),
        new=map_distinct(entity.drop_nulls("renamed_at")["name_after"], organization_name),
    ).filter(pl.col("old") != pl.col("new"))  # fmt: skip
    named = version.with_columns(
        spelt=map_distinct(version["company_name"].fill_null(version["full_name"]), organization_name)
    )
    seen = named.join(entity_of, on="source_record_id").join(renamed, on="entity_id")
    seen = seen.with_columns(is_old=pl.col("spelt") == pl.col("old"), is_new=pl.col("spelt") == pl.col("new"))

    def with_both(by: list[str]) -> pl.DataFrame:
        return seen.group_by(by).agg(pl.col("is_old", "is_new").any()).filter(pl.col("is_old") & pl.col("is_new"))

    both, together = with_both(["entity_id"]), with_both(["entity_id", "customer_id"])["entity_id"].n_unique()
    return _row(
        "renamed, both names",
        together,
        renamed.height,
        None,
        together / max(renamed.height, 1),
        together / max(both.height, 1),
    )
