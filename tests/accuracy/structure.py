"""Parents, employers, renames and households of a built customer master, beside what the synthetic company truly is.

Here: precision and recall per kind of relation, on entities. Not here: who is one customer (`measure`), households
(`household_pairs`), names (`renames`).
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.environment import Settings, load_settings
from cdp_platform.simulator import simulate
from cdp_platform.warehouse.duckdb import open_for_reading
from tests.accuracy.household_pairs import household_pairs
from tests.accuracy.measure import Figures
from tests.accuracy.renames import renames

SCALE, SEED = 0.03, 64
END = date(2026, 10, 31)
TABLES = (
    "customer_master.int_customer__membership", "customer_master.int_customer__version",
    "customer_master.int_customer__record", "customer_master.customer_relationship", "customer_master.customer_name",
    "customer_master.customer_household", "gold.bridge_person_organization",
)  # fmt: skip
NAMED = ("int_customer__version", "customer_name")
PARENT, EMPLOYER = "parent", "employer"
"""What the truth calls `<name>_entity_id`, and a record `<name>_source_record_id`."""


def build_company(folder: Path, seed: int = SEED) -> Settings:
    """A company landed, resolved and built up to `END`. Raises AssertionError if a run fails."""
    settings = load_settings({"CDP_HOME": str(folder)})
    simulate(settings.landing, settings.truth, scale=SCALE, seed=seed, end=END)
    done = refresh_home(settings, as_of=datetime(END.year, END.month + 1, 1, tzinfo=UTC))
    failures = [failure for outcome in done.outcomes for failure in outcome.failures]
    assert not failures, failures
    return settings


@dataclass(frozen=True)
class Master:
    """The tables of a built customer master by name, the true entity of every record, and the entities."""

    tables: dict[str, pl.DataFrame]
    entity_of: pl.DataFrame
    entity: pl.DataFrame

    @property
    def owners(self) -> pl.DataFrame:
        """`customer_id` and `entity_id`: the entity that most of a customer's records are of."""
        counted = self.tables["int_customer__membership"].join(self.entity_of, on="source_record_id")
        counted = counted.group_by("customer_id", "entity_id").len().sort("len", "entity_id")
        return counted.unique("customer_id", keep="last").select("customer_id", "entity_id")


def read_master(settings: Settings) -> Master:
    """What there is under the settings' home."""
    record = pl.read_parquet(settings.truth / "record_entity.parquet")
    named = pl.concat_str("source_system", "source_object", "source_id", separator=":").alias("source_record_id")
    with closing(open_for_reading(settings.warehouse_file)) as warehouse:
        tables = {table.split(".")[1]: warehouse.sql(f"SELECT * FROM {table}").pl() for table in TABLES}
    return Master(tables, record.select(named, "entity_id"), pl.read_parquet(settings.truth / "entity.parquet"))


def structure(settings: Settings) -> tuple[list[Figures], Figures]:
    """Per relation: pairs found and true, precision, recall, and recall over the true pairs that a record states; and
    the pairs of persons of one household."""
    master = read_master(settings)
    tables, owners = master.tables, master.owners
    related = tables["customer_relationship"].filter("is_current")
    parents = related.filter(relationship_type="subsidiary_of")
    work = tables["bridge_person_organization"].filter("is_current")
    work = work.rename({"organization_id": "related_customer_id"})
    rows = [
        _relation("subsidiary_of", PARENT, parents, master),
        _relation("subsidiary_of, stated", PARENT, parents.filter(~pl.col("is_inferred")), master),
        _relation("subsidiary_of, inferred", PARENT, parents.filter("is_inferred"), master),
        _relation("employed_by", EMPLOYER, related.filter(relationship_type="employed_by"), master),
        _relation("employed_by, primary", EMPLOYER, work.filter("is_primary"), master),
        _row("renamed, both names", *renames(*(tables[name] for name in NAMED), master.entity_of, master.entity)),
    ]
    homes = master.entity.select("entity_id", "household_id")
    records = tables["int_customer__record"]
    return rows, household_pairs(tables["customer_household"], records, owners, master.entity_of, homes)


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


def _relation(name: str, role: str, found: pl.DataFrame, master: Master) -> Figures:
    true = master.entity.drop_nulls(f"{role}_entity_id").select("entity_id", other=f"{role}_entity_id")
    true = true.join(master.entity, left_on="other", right_on="entity_id", how="semi")
    owners, entity_of = master.owners, master.entity_of
    found = found.join(owners, on="customer_id").join(
        owners.rename({"customer_id": "related_customer_id", "entity_id": "other"}), on="related_customer_id"
    )
    correct = found.join(true, on=["entity_id", "other"], how="semi")
    claims = master.tables["int_customer__version"].filter(pl.col("valid_to").is_null())
    named = f"{role}_source_record_id"
    stated = claims.join(entity_of, on="source_record_id").join(
        entity_of.rename({"source_record_id": named, "entity_id": "other"}), on=named
    )
    reached = true.join(correct, on=["entity_id", "other"], how="semi")
    told = true.join(stated, on=["entity_id", "other"], how="semi")
    return _row(
        name, found.height, true.height, correct.height / max(found.height, 1), reached.height / max(true.height, 1),
        told.join(reached, on=["entity_id", "other"], how="semi").height / max(told.height, 1),
    )  # fmt: skip
