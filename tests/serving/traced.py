"""A warehouse in which one gold row of every kind can be followed back, made by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from cdp_platform.environment import Settings
from cdp_platform.landing.tables import raw_relation
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.duckdb import Connection, quote

DAY = timedelta(days=1)
START = datetime(2026, 11, 1, 6, tzinfo=UTC)
MARK = START + 5 * DAY
FILES = {number: f"{number:016x}{'0' * 48}" for number in range(1, 9)}
"""Delivery to the hash of its file."""

ACCOUNT = "salesforce:account:A1"
CUSTOMER = "netsuite:customer:7"


def stream_of(system: str, table: str) -> tuple[Source, Stream]:
    [source] = [source for source in SOURCES if source.name == system]
    return source, source.stream(table)


def raw_id(delivery: int, row: int) -> str:
    digits = f"{delivery:016x}{row:016x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def deliver(connection: Connection, system: str, table: str, delivery: int, rows: list[dict[str, Any]]) -> None:
    """A file of rows, extracted on the day of its number."""
    source, stream = stream_of(system, table)
    at = START + delivery * DAY
    for number, row in enumerate(rows, start=1):
        values = {
            "_airbyte_raw_id": raw_id(delivery, number),
            "_airbyte_extracted_at": at,
            "_airbyte_meta": '{"sync_id":1,"changes":[]}',
            **row,
        }
        listed, marks = ", ".join(map(quote, values)), ", ".join("?" * len(values))
        connection.execute(
            f"INSERT INTO {raw_relation(source, stream)} ({listed}) VALUES ({marks})", list(values.values())
        )
    connection.execute(
        "INSERT INTO ops.landed_file (delivery_id, source_system, stream, file_name, sha256, extracted_at, status) "
        "VALUES (?, ?, ?, ?, ?, ?, 'validated')",
        [delivery, system, table, f"{delivery}.jsonl", FILES[delivery], at],
    )


def build(settings: Settings) -> None:
    """Raw with every fate, and the tables above it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        prepare(connection)
        _deliver_accounts(connection)
        _deliver_staff(connection)
        streams = [(source.name, stream.table, MARK) for source in SOURCES for stream in source.streams]
        connection.executemany(
            "INSERT INTO ops.model_mark (source_system, stream, validated_until) VALUES (?, ?, ?)", streams
        )
        connection.execute("UPDATE ops.model_mark SET validated_until = NULL WHERE source_system = 'stripe'")
        connection.execute(MODELS)


def _deliver_accounts(connection: Connection) -> None:
    def account(key: str, day: int, **more: Any) -> dict[str, Any]:
        return {
            "id": key,
            "name": f"Secret {key} {day}",
            "systemmodstamp": START + day * DAY,
            "isdeleted": False,
            **more,
        }

    deliver(connection, "salesforce", "account", 1, [account("A1", 0), account("A2", 0), account("A3", 0)])
    deliver(connection, "salesforce", "account", 2, [account("A1", 1), account("A2", 1, isdeleted=True)])
    deliver(connection, "salesforce", "account", 3, [account("A1", 1), account("A3", 2)])
    deliver(connection, "salesforce", "account", 4, [account("A1", 3)])
    deliver(connection, "salesforce", "account", 6, [account("A1", 5)])
    connection.execute(
        "INSERT INTO quarantine.rejected_row (rejection_id, source_system, stream, rule, reason, raw_id, status) "
        "VALUES ('q1', 'salesforce', 'account', 'value', 'Type must be one of a, b', ?, 'open')",
        [raw_id(4, 1)],
    )


def _deliver_staff(connection: Connection) -> None:
    """Full lists: who is missing from the newest is gone."""

    def employee(key: int, day: int) -> dict[str, Any]:
        return {"id": key, "firstname": "Ada", "lastchanged": START + day * DAY}

    deliver(connection, "bamboohr", "employees", 5, [employee(1, 0), employee(2, 0)])
    connection.execute(
        "UPDATE raw.bamboohr__employees SET _airbyte_extracted_at = _airbyte_extracted_at - INTERVAL 2 DAY"
    )
    connection.execute("UPDATE ops.landed_file SET extracted_at = extracted_at - INTERVAL 2 DAY WHERE delivery_id = 5")
    deliver(connection, "bamboohr", "employees", 7, [employee(1, 1)])
    connection.execute(
        "UPDATE raw.bamboohr__employees SET _airbyte_extracted_at = ? WHERE _airbyte_raw_id = ?", [MARK, raw_id(7, 1)]
    )


MODELS = f"""
CREATE TABLE staging.stg_salesforce__account AS SELECT 'A1' AS account_id, '{raw_id(3, 1)}' AS raw_id,
    'Secret A1' AS company_name, 'Software' AS industry, TIMESTAMPTZ '2026-11-02 06:00:00+00' AS source_updated_at;
CREATE TABLE domain.party AS SELECT '{ACCOUNT}' AS source_record_id, '{raw_id(3, 1)}' AS raw_id,
    'Secret A1' AS company_name, TIMESTAMPTZ '2026-11-02 06:00:00+00' AS source_updated_at;
CREATE TABLE domain.party_version AS FROM domain.party;
CREATE TABLE domain.leave_event AS SELECT 'platform:leave_event:' || i AS source_record_id,
    '{ACCOUNT}' AS party_source_record_id, '{raw_id(3, 2)}' AS raw_id, DATE '2026-11-01' - i::INTEGER AS event_date,
    now() AS source_updated_at FROM range(0, 200, 40) AS t(i);
CREATE TABLE domain.revenue AS SELECT 'netsuite:invoice_line:5' AS source_record_id,
    '{ACCOUNT}' AS party_source_record_id, 'netsuite:invoice:9' AS document_id, '{raw_id(3, 2)}' AS raw_id,
    10.00::DECIMAL(18, 2) AS amount, now() AS source_updated_at;

CREATE TABLE customer_master.int_customer__membership AS
    SELECT '{ACCOUNT}' AS source_record_id, 'cus_1' AS customer_id, 'tax_id' AS method, 0.99::DOUBLE AS confidence,
        true AS is_current, TIMESTAMPTZ '2026-11-01 06:00:00+00' AS first_seen_at
    UNION ALL SELECT '{CUSTOMER}', 'cus_1', NULL, NULL, false, TIMESTAMPTZ '2026-11-01 06:00:00+00';
INSERT INTO customer_master.match_edge
    (record_a, record_b, record_type, rule, confidence, evidence, status, veto) VALUES
    ('{ACCOUNT}', '{CUSTOMER}', 'organization', 'tax_id', 0.99, 'DE123', 'accepted', NULL),
    ('salesforce:account:A9', '{ACCOUNT}', 'organization', 'name', 0.8, 'Secret', 'vetoed', 'tax_id');
INSERT INTO customer_master.customer_id_alias (retired_customer_id, customer_id, since) VALUES
    ('cus_0', 'cus_1', TIMESTAMPTZ '2026-11-03 06:00:00+00');
CREATE TABLE customer_master.customer_attribute AS
    SELECT 'cus_1' AS customer_id, unnest(['company_name', 'industry']) AS attribute,
        unnest(['Secret A1', 'Software']) AS value, '{ACCOUNT}' AS source_record_id,
        'source_priority' AS rule, unnest(['Secret B', 'IT']) AS runner_up_value,
        '{CUSTOMER}' AS runner_up_source_record_id, now() AS source_updated_at;
CREATE TABLE customer_master.customer_golden_record AS SELECT 'cus_1' AS customer_id, 'Secret A1' AS company_name;

CREATE TABLE gold.dim_customer AS
    SELECT 'v1' AS customer_version_id, 'cus_1' AS customer_id, 'Old Secret' AS company_name, 'SMB' AS size_segment,
        false AS is_current, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS valid_from
    UNION ALL SELECT 'v2', 'cus_1', 'Secret A1', 'SMB', true, TIMESTAMPTZ '2026-11-01 00:00:00+00'
    UNION ALL SELECT 'v0', 'cus_0', 'Secret', 'SMB', true, TIMESTAMPTZ '2026-11-01 00:00:00+00'
    UNION ALL SELECT 'unknown', 'unknown', 'Unknown customer', 'Unknown', true, TIMESTAMPTZ '1900-01-01 00:00:00+00';
CREATE TABLE gold.fact_revenue AS SELECT 'billed:netsuite:invoice_line:' || i AS revenue_id, 'cus_1' AS customer_id,
    'v2' AS customer_version_id, 'netsuite:invoice_line:' || i AS source_record_id,
    '{ACCOUNT}' AS party_source_record_id, 'billed' AS revenue_type, 10.00::DECIMAL(18, 2) AS reporting_amount,
    DATE '2026-10-31' + i::INTEGER AS transaction_date FROM range(4) AS t(i);
CREATE TABLE gold.agg_revenue_segment_month AS SELECT 'SMB' AS size_segment, 'billed' AS revenue_type,
    30.00::DECIMAL(18, 2) AS reporting_amount, DATE '2026-11-01' AS month_start_date;
CREATE TABLE gold.fact_active_lives AS
    SELECT 'cus_1' AS customer_id, 2::BIGINT AS active_lives, DATE '2026-11-01' AS activity_date;
CREATE TABLE gold.dim_time AS SELECT DATE '2026-11-01' AS date_day, DATE '2026-11-01' AS month_start_date;
"""


def model(name: str, *, personal: tuple[str, ...] = (), key: tuple[str, ...] = (), reads: tuple[str, ...] = ()) -> dict:
    """A model and its key's test as dbt's manifest has them. `name`, `reads`: schema.table."""
    schema, table = name.split(".")
    columns = {column: {"name": column, "config": {"meta": {"pii": "name"}}} for column in personal}
    node = {
        "resource_type": "model",
        "schema": schema,
        "name": table,
        "columns": columns,
        "depends_on": {"nodes": [f"model.cdp.{parent.split('.')[1]}" for parent in reads]},
    }
    test = {
        "resource_type": "test",
        "schema": "tests",
        "name": f"{table}_key",
        "columns": {},
        "attached_node": f"model.cdp.{table}",
        "test_metadata": {"name": "has_one_row_per", "kwargs": {"columns": list(key)}},
    }
    return {f"model.cdp.{table}": node, **({f"test.cdp.{table}": test} if key else {})}


MANIFEST: dict[str, Any] = {
    "nodes": {
        **model("staging.stg_salesforce__account", personal=("company_name",)),
        **model("domain.party", personal=("company_name",)),
        **model("domain.leave_event", key=("source_record_id",)),
        **model("domain.revenue"),
        **model("customer_master.int_customer__membership"),
        **model("customer_master.customer_attribute", personal=("value", "runner_up_value")),
        **model("customer_master.customer_golden_record", personal=("company_name",)),
        **model("gold.dim_customer", personal=("company_name",), key=("customer_version_id",)),
        **model("gold.fact_revenue", key=("revenue_id",)),
        **model(
            "gold.agg_revenue_segment_month",
            key=("month_start_date", "size_segment", "revenue_type"),
            reads=("gold.fact_revenue", "gold.dim_customer"),
        ),
        **model("gold.fact_active_lives", key=("customer_id", "activity_date")),
        **model("gold.dim_time", key=("date_day",)),
    },
    "sources": {
        "source.cdp.customer_master.match_edge": {
            "resource_type": "source",
            "schema": "customer_master",
            "name": "match_edge",
            "columns": {"evidence": {"name": "evidence", "config": {"meta": {"pii": "name"}}}},
        }
    },
}
