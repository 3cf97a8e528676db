from datetime import UTC, datetime

import polars as pl
import pytest

from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Type
from tests.simulator.conftest import STREAMS, Zone, read

PARQUET = {
    Type.TEXT: pl.String,
    Type.INTEGER: pl.Int64,
    Type.NUMBER: pl.Float64,
    Type.BOOLEAN: pl.Boolean,
    Type.TIMESTAMP: pl.Datetime("us", "UTC"),
    Type.DATE: pl.Date,
    Type.JSON: pl.String,
}
TEXT = {
    Type.INTEGER: r"^-?\d+$",
    Type.NUMBER: r"^-?\d+(\.\d+)?$",
    Type.BOOLEAN: "^(true|false)$",
    Type.TIMESTAMP: r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$",
    Type.DATE: r"^\d{4}-\d\d-\d\d$",
}
REFERENCES = [
    ("salesforce.account", "ParentId", "salesforce.account", "Id"),
    ("salesforce.account", "OwnerId", "salesforce.user", "Id"),
    ("salesforce.contact", "AccountId", "salesforce.account", "Id"),
    ("salesforce.lead", "ConvertedContactId", "salesforce.contact", "Id"),
    ("salesforce.lead", "ConvertedAccountId", "salesforce.account", "Id"),
    ("salesforce.opportunity", "AccountId", "salesforce.account", "Id"),
    ("salesforce.opportunity", "OwnerId", "salesforce.user", "Id"),
    ("salesforce.opportunitylineitem", "OpportunityId", "salesforce.opportunity", "Id"),
    ("salesforce.opportunitylineitem", "ProductCode", "netsuite.item", "itemId"),
    ("netsuite.customer", "parent", "netsuite.customer", "id"),
    ("netsuite.invoice", "entity", "netsuite.customer", "id"),
    ("netsuite.invoiceitem", "invoice", "netsuite.invoice", "id"),
    ("netsuite.invoiceitem", "item", "netsuite.item", "id"),
    ("netsuite.creditmemo", "createdFrom", "netsuite.invoice", "id"),
    ("netsuite.creditmemo", "entity", "netsuite.customer", "id"),
    ("netsuite.revenueplan", "invoiceItem", "netsuite.invoiceitem", "id"),
    ("netsuite.revenueplan", "entity", "netsuite.customer", "id"),
    ("platform.organizations", "parent_organization_id", "platform.organizations", "id"),
    ("platform.users", "organization_id", "platform.organizations", "id"),
    ("platform.employees", "organization_id", "platform.organizations", "id"),
    ("platform.subscriptions", "organization_id", "platform.organizations", "id"),
    ("platform.subscriptions", "product_code", "netsuite.item", "itemId"),
    ("platform.leave_events", "organization_id", "platform.organizations", "id"),
    ("platform.leave_events", "employee_id", "platform.employees", "id"),
    ("platform.feature_usage", "organization_id", "platform.organizations", "id"),
    ("platform.health_scores", "organization_id", "platform.organizations", "id"),
    ("bamboohr.employees", "supervisorId", "bamboohr.employees", "id"),
    ("stripe.prices", "product", "stripe.products", "id"),
    ("stripe.products", "default_price", "stripe.prices", "id"),
    ("stripe.subscriptions", "customer", "stripe.customers", "id"),
    ("stripe.invoices", "customer", "stripe.customers", "id"),
    ("stripe.invoices", "subscription", "stripe.subscriptions", "id"),
    ("stripe.charges", "invoice", "stripe.invoices", "id"),
]


@pytest.mark.parametrize(("source", "stream"), STREAMS)
def test_files_have_the_declared_columns_and_types(zone: Zone, source: Source, stream: Stream) -> None:
    files = zone.files(source.name, stream.name)
    assert files
    for file in files:
        frame = read(file)
        assert frame.columns == [column.name for column in stream.columns]
        for column in stream.columns:
            values = frame[column.name].drop_nulls()
            if file.suffix == ".parquet":
                assert values.dtype == PARQUET[column.type], column.name
            elif column.type in TEXT and len(values):
                assert values.cast(pl.String).str.contains(TEXT[column.type]).all(), column.name


@pytest.mark.parametrize(("source", "stream"), STREAMS)
def test_rows_keep_the_declared_rules(zone: Zone, source: Source, stream: Stream) -> None:
    rows = zone.rows(source.name, stream.name)
    for column in stream.columns:
        values = rows[column.name]
        filled = values.drop_nulls()
        if column.required:
            assert values.null_count() == 0, column.name
        if column.one_of:
            assert filled.is_in(column.one_of).all(), column.name
        if column.pattern:
            assert filled.str.contains(column.pattern).all(), column.name
        if column.minimum is not None:
            assert (filled.cast(pl.Float64) >= column.minimum).all(), column.name
        if column.maximum is not None:
            assert (filled.cast(pl.Float64) <= column.maximum).all(), column.name
        if column.type is Type.TEXT and column.name not in stream.key:
            assert not (filled == "").any(), column.name


@pytest.mark.parametrize(("child", "column", "parent", "key"), REFERENCES)
def test_every_reference_exists(zone: Zone, child: str, column: str, parent: str, key: str) -> None:
    referring = zone.of(child)[column].drop_nulls()
    assert len(referring) or child in ("netsuite.customer", "platform.organizations", "salesforce.account")
    assert referring.is_in(zone.of(parent)[key].implode()).all()


def test_text_formats_are_all_used(zone: Zone) -> None:
    suffixes = {file.name.partition(".")[2] for file in zone.landing.glob("*/[!_]*/*")}
    assert suffixes == {"parquet", "csv", "jsonl", "jsonl.gz"}


def test_nothing_is_newer_than_the_history(zone: Zone) -> None:
    end = datetime(2026, 11, 20, tzinfo=UTC)
    for source in SOURCES:
        for stream in source.streams:
            newest = zone.rows(source.name, stream.name)[stream.cursor].max()
            limit = str(int(end.timestamp())) if newest.isdigit() else "2026-11-20"  # type: ignore[union-attr]
            assert newest < limit, stream.name  # type: ignore[operator]


def test_an_invoice_is_the_sum_of_its_lines(zone: Zone) -> None:
    cents = (pl.col("amount").cast(pl.Float64) * 100).round().cast(pl.Int64)
    lines = zone.of("netsuite.invoiceitem").group_by("invoice").agg(cents.sum().alias("lines"))
    both = zone.of("netsuite.invoice").join(lines, left_on="id", right_on="invoice", how="full")
    assert both["lines"].null_count() == both["id"].null_count() == 0
    total = (pl.col("total").cast(pl.Float64) * 100).round().cast(pl.Int64)
    assert both.select((total == pl.col("lines")).all()).item()


def test_a_finished_recognition_plan_sums_to_its_line(zone: Zone) -> None:
    cents = (pl.col("amount").cast(pl.Float64) * 100).round().cast(pl.Int64)
    plan = (
        zone.of("netsuite.revenueplan").group_by("invoiceItem").agg(cents.sum().alias("planned"), pl.len().alias("n"))
    )
    lines = (
        zone.of("netsuite.invoiceitem")
        .with_columns(cents.alias("cents"))
        .join(plan, left_on="id", right_on="invoiceItem")
    )
    heads = zone.of("netsuite.invoice").select("id", "tranDate", "status")
    old = lines.join(heads, left_on="invoice", right_on="id").filter(pl.col("tranDate") < "2025-11-01")
    assert len(old) > 50
    assert old.select((pl.col("planned") == pl.col("cents")).all()).item()
    assert "Voided" not in old["status"].to_list()


def test_a_score_is_the_weighted_sum_of_its_components(zone: Zone) -> None:
    names = {"usage_score": 40, "engagement_score": 30, "tickets_score": 20, "nps_score": 10}
    parts = [(pl.col(name).cast(pl.Float64) * 100).round() * weight for name, weight in names.items()]
    score = (pl.col("score").cast(pl.Float64) * 100).round()
    gap = zone.of("platform.health_scores").select((pl.sum_horizontal(parts) / 100 - score).abs().max()).item()
    assert gap <= 0.5


def test_some_records_have_older_versions_and_some_are_deleted(zone: Zone) -> None:
    for name in ("salesforce.Account", "netsuite.customer", "platform.organizations"):
        source, stream = name.split(".")
        rows = zone.rows(source, stream)
        assert rows.height > rows[rows.columns[0]].n_unique() * 1.2
    assert (zone.rows("salesforce", "Lead")["IsDeleted"] == "true").any()
    events = zone.rows("platform", "leave_events")
    assert events["_ab_cdc_deleted_at"].null_count() < events.height


def test_private_payers_are_not_in_the_erp(zone: Zone) -> None:
    who = zone.true("record_entity")
    cards = who.filter(pl.col("source_system") == "stripe")
    assert set(cards["record_type"]) == {"person", "organization"}
    assert not cards["entity_id"].is_in(who.filter(pl.col("source_system") == "netsuite")["entity_id"].implode()).any()
