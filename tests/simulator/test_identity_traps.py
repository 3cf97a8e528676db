"""What makes the synthetic parties hard to tell apart must be there."""

import polars as pl

from tests.simulator.conftest import Zone


def companies(zone: Zone) -> pl.DataFrame:
    who = zone.true("record_entity").filter(pl.col("source_object") == "account").select("source_id", "entity_id")
    return zone.of("salesforce.account").join(who, left_on="Id", right_on="source_id")


def test_one_company_has_several_spellings(zone: Zone) -> None:
    spellings = companies(zone).group_by("entity_id").agg(pl.col("Name").n_unique(), pl.len())
    twice = spellings.filter(pl.col("len") > 1)
    assert 0.1 < (twice["Name"] > 1).mean() < 0.95  # type: ignore[operator]


def test_one_address_is_shared_by_many_companies(zone: Zone) -> None:
    shared = companies(zone).filter(pl.col("Billing_Email__c").str.ends_with(".example")).group_by("Billing_Email__c")
    assert shared.agg(pl.col("entity_id").n_unique())["entity_id"].max() > 1  # type: ignore[operator]


def test_relatives_share_a_domain(zone: Zone) -> None:
    domain = pl.col("Website").str.replace(r"^(https?://)?(www\.)?", "").str.strip_chars("/").alias("domain")
    firms = companies(zone).filter(pl.col("Website").is_not_null()).group_by(domain).agg(pl.col("entity_id").n_unique())
    assert firms["entity_id"].max() > 1  # type: ignore[operator]


def test_people_share_names_and_change_them(zone: Zone) -> None:
    who = zone.true("record_entity").filter(pl.col("source_object") == "contact").select("source_id", "entity_id")
    people = zone.of("salesforce.contact").join(who, left_on="Id", right_on="source_id")
    names = people.group_by("FirstName", "LastName").agg(pl.col("entity_id").n_unique())
    assert 0 < (names["entity_id"] > 1).mean() < 0.2  # type: ignore[operator]
    versions = zone.rows("salesforce", "Contact").group_by("Id").agg(pl.col("LastName").n_unique(), pl.col("Email").n_unique())
    assert (versions["LastName"] > 1).any()
    assert (versions["Email"] > 1).any()


def test_a_later_version_can_bring_a_tax_id(zone: Zone) -> None:
    rows = zone.rows("salesforce", "Account").sort("SystemModstamp")
    tax = rows.group_by("Id", maintain_order=True).agg(pl.col("Tax_Id__c").first().alias("first"), pl.col("Tax_Id__c").last().alias("last"))
    assert len(tax.filter(pl.col("first").is_null() & pl.col("last").is_not_null()))
