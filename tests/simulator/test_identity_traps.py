"""What makes the synthetic parties hard to tell apart must be there."""

from pathlib import Path

import polars as pl
import pytest

from cdp_platform.simulator import simulate_records
from tests.simulator.conftest import Zone


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Records of all populations with their true entity."""
    folder: Path = tmp_path_factory.mktemp("records")
    simulate_records(folder / "records.parquet", folder / "truth.parquet", scale=0.01)
    return pl.read_parquet(folder / "records.parquet").with_columns(
        pl.read_parquet(folder / "truth.parquet")["entity_id"]
    )


def most(records: pl.DataFrame, *columns: str) -> int:
    """How many true entities the most shared value of some columns has."""
    found = records.drop_nulls(columns).group_by(columns).agg(pl.col("entity_id").n_unique())["entity_id"].max()
    assert isinstance(found, int)
    return found


def test_one_company_has_several_spellings(records: pl.DataFrame) -> None:
    firms = records.filter(pl.col("record_type") == "organization").group_by("entity_id").agg(pl.col("company_name"))
    twice = firms.filter(pl.col("company_name").list.len() > 1)["company_name"].list.n_unique()
    assert 0.3 < (twice > 1).mean() < 0.95  # type: ignore[operator]


def test_values_are_shared_by_those_who_are_not_the_same(records: pl.DataFrame) -> None:
    firms, people = records.partition_by("record_type", maintain_order=True)
    if firms["record_type"][0] == "person":
        firms, people = people, firms
    assert most(firms.filter(pl.col("email").str.contains("^office[0-9]+@")), "email") > 1, "a bookkeeper's address"
    domain = pl.col("website").str.replace(r"^(https?://)?(www\.)?", "").str.strip_chars("/")
    assert most(firms.with_columns(domain), "website") > 1, "a parent's domain"
    assert most(firms.with_columns(pl.col("company_name").str.to_lowercase()), "company_name") > 1, "a common name"
    assert most(people, "first_name", "last_name") > 1, "namesakes"
    assert most(people, "phone") > 1, "a household or a switchboard"
    assert most(people, "email") > 1, "a couple's or a team's address"


def test_people_change_their_names_and_addresses(zone: Zone) -> None:
    rows = (
        zone.rows("salesforce", "Contact").group_by("Id").agg(pl.col("LastName", "Email", "MailingStreet").n_unique())
    )
    assert (rows["LastName"] > 1).any()
    assert (rows["Email"] > 1).any()


def test_a_later_version_can_bring_a_tax_id(zone: Zone) -> None:
    rows = zone.rows("salesforce", "Account").sort("SystemModstamp").group_by("Id", maintain_order=True)
    tax = rows.agg(pl.col("Tax_Id__c").first().alias("first"), pl.col("Tax_Id__c").last().alias("last"))
    assert len(tax.filter(pl.col("first").is_null() & pl.col("last").is_not_null()))
