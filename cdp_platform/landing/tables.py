"""The tables that landing writes: raw per declared stream, the operational ledgers, and quarantine.

Here: their columns. Not here: making them (`upgrade`), rows.
"""

from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Column, Type
from cdp_platform.warehouse.connection import Connection, quote

SQL_TYPE = {
    Type.TEXT: "VARCHAR",
    Type.INTEGER: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.BOOLEAN: "BOOLEAN",
    Type.TIMESTAMP: "TIMESTAMPTZ",
    Type.DATE: "DATE",
    Type.JSON: "JSON",
}

AIRBYTE_COLUMNS = {
    "_airbyte_raw_id": "VARCHAR",
    "_airbyte_extracted_at": "TIMESTAMPTZ",
    "_airbyte_meta": "JSON",
    "_airbyte_generation_id": "BIGINT",
}

ID_ALIAS = "retired_customer_id VARCHAR, customer_id VARCHAR, since TIMESTAMPTZ, successor_customer_id VARCHAR"
ID_LEDGER = (
    "source_record_id VARCHAR, customer_id VARCHAR, record_type VARCHAR, since_change BIGINT, "
    "is_provisional BOOLEAN, earlier STRUCT(customer_id VARCHAR, since_change BIGINT, is_provisional BOOLEAN)[]"
)

MARK = "source_system VARCHAR, stream VARCHAR, validated_until TIMESTAMPTZ, delivered_from TIMESTAMPTZ"

UNREAD = "unread"
"""The status in `ops.load_audit` of a stream that could not be read where it is."""

LEDGERS = {
    "ops.schema_version": "version BIGINT, says VARCHAR, migrated_at TIMESTAMPTZ",
    "ops.validated_mark": MARK,
    "ops.model_mark": MARK,
    "ops.model_run": "run_id VARCHAR, as_of TIMESTAMPTZ, started_at TIMESTAMPTZ",
    "ops.model_state": (
        "model VARCHAR, seq BIGINT, rebuilt_seq BIGINT, seen_seq BIGINT, seen_as_of TIMESTAMPTZ, "
        "seen_until TIMESTAMPTZ, watched VARCHAR, fingerprint VARCHAR"
    ),
    "ops.restatement": (
        "seq BIGINT, run_id VARCHAR, model VARCHAR, how VARCHAR, touched BIGINT, computed BIGINT, removed BIGINT, "
        "added BIGINT, row_count BIGINT, as_of TIMESTAMPTZ"
    ),
    "ops.landed_file": (
        "delivery_id BIGINT, source_system VARCHAR, stream VARCHAR, file_name VARCHAR, sha256 VARCHAR, format VARCHAR, "
        "bytes BIGINT, landed_at TIMESTAMPTZ, extracted_at TIMESTAMPTZ, delivered BIGINT, raw BIGINT, "
        "unreadable BIGINT, "
        "drift VARCHAR, new_columns VARCHAR, status VARCHAR, cause VARCHAR, reason VARCHAR, fingerprint VARCHAR"
    ),
    "ops.load_audit": (
        "run_id VARCHAR, source_system VARCHAR, stream VARCHAR, started_at TIMESTAMPTZ, seconds DOUBLE, files BIGINT, "
        "bytes BIGINT, delivered BIGINT, raw BIGINT, unreadable BIGINT, rejected BIGINT, high_water TIMESTAMPTZ, "
        "status VARCHAR, cause VARCHAR, reason VARCHAR, new_columns VARCHAR"
    ),
    "ops.airbyte_sync": ("source_system VARCHAR, job_id BIGINT, judged_at TIMESTAMPTZ, rows_synced BIGINT"),
    "ops.control_total": (
        "source_system VARCHAR, stream VARCHAR, period DATE, measure VARCHAR, currency_code VARCHAR, "
        "value DECIMAL(38, 2), landed_at TIMESTAMPTZ"
    ),
    "ops.publication": (
        "version VARCHAR, run_id VARCHAR, as_of TIMESTAMPTZ, published_at TIMESTAMPTZ, is_published BOOLEAN, "
        "reason VARCHAR"
    ),
    "ops.table_age": (
        "table_schema VARCHAR, table_name VARCHAR, source_system VARCHAR, stream VARCHAR, "
        "newest_record_at TIMESTAMPTZ, stale_after TIMESTAMPTZ, held_because VARCHAR"
    ),
    "ops.published_id_alias": ID_ALIAS,
    "ops.published_id_ledger": ID_LEDGER,
    "quarantine.rejected_row": (
        "rejection_id VARCHAR, source_system VARCHAR, stream VARCHAR, rule VARCHAR, reason VARCHAR, raw_id VARCHAR, "
        "raw_text VARCHAR, file_name VARCHAR, row_number BIGINT, delivery_id BIGINT, first_seen TIMESTAMPTZ, "
        "status VARCHAR, resolved_by VARCHAR"
    ),
    "customer_master.customer_crosswalk": (
        "source_record_id VARCHAR, source_system VARCHAR, source_object VARCHAR, source_id VARCHAR, "
        "record_type VARCHAR, customer_id VARCHAR, confidence DOUBLE, method VARCHAR"
    ),
    "customer_master.match_edge": (
        "record_a VARCHAR, record_b VARCHAR, record_type VARCHAR, rule VARCHAR, confidence DOUBLE, evidence VARCHAR, "
        "weight DOUBLE, fields VARCHAR, status VARCHAR, veto VARCHAR, model_version VARCHAR"
    ),
    "customer_master.identifier_health": (
        "record_type VARCHAR, identifier VARCHAR, value VARCHAR, names BIGINT, records BIGINT"
    ),
    "customer_master.customer_household": "household_id VARCHAR, customer_id VARCHAR, evidence VARCHAR",
    "customer_master.customer_inferred_parent": (
        "customer_id VARCHAR, parent_customer_id VARCHAR, evidence VARCHAR, confidence DOUBLE"
    ),
    "customer_master.identity_run": (
        "run_id VARCHAR, as_of TIMESTAMPTZ, resolved_at TIMESTAMPTZ, measure VARCHAR, record_type VARCHAR, "
        "subject VARCHAR, value BIGINT, accepted_by VARCHAR"
    ),
    "customer_master.customer_id_history": (
        "customer_id VARCHAR, event VARCHAR, related_customer_id VARCHAR, cause VARCHAR, record_count BIGINT, "
        "run_id VARCHAR, as_of TIMESTAMPTZ"
    ),
    "customer_master.customer_id_alias": ID_ALIAS,
    "customer_master.customer_id_ledger": ID_LEDGER,
    "customer_master.customer_match_exceptions": (
        "exception_id VARCHAR, action VARCHAR, source_system_a VARCHAR, source_id_a VARCHAR, source_system_b VARCHAR, "
        "source_id_b VARCHAR, customer_id VARCHAR, requester VARCHAR, approver VARCHAR, rationale VARCHAR, "
        "valid_from DATE, valid_to DATE"
    ),
}
SCHEMAS = ("raw", "ops", "quarantine", "staging", "domain", "customer_master", "gold", "changes")
"""Those of the data, and beside them `changes`: per restated model what came and went, for the models that follow."""


def raw_relation(source: Source, stream: Stream) -> str:
    """The raw table as SQL."""
    return f"raw.{quote(source.raw_table(stream))}"


def raw_columns(stream: Stream) -> dict[str, str]:
    """Column names and SQL types of a stream's raw table, in order."""
    return AIRBYTE_COLUMNS | {column.raw_name: SQL_TYPE[column.type] for column in stream.columns}


def declared_tables() -> dict[str, str]:
    """Every table that is not dbt's: `schema.table` to its columns as SQL."""
    raw = {f"raw.{source.raw_table(stream)}": raw_columns(stream) for source in SOURCES for stream in source.streams}
    listed = {name: ", ".join(f"{quote(c)} {type_}" for c, type_ in columns.items()) for name, columns in raw.items()}
    return LEDGERS | listed


def cursor_columns(stream: Stream) -> list[Column]:
    """The columns that order a record's versions: the cursor, then what stands in for it where it is empty."""
    return [stream.column(name) for name in (stream.cursor, stream.cursor_fallback) if name]


def cursor_sql(stream: Stream) -> str:
    """The moment that orders a record's versions, as SQL over the raw table, of type TIMESTAMPTZ."""
    parts = [_moment(column) for column in cursor_columns(stream)]
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _moment(column: Column) -> str:
    name = quote(column.raw_name)
    return f"to_timestamp({name})" if column.type is Type.INTEGER else name


def insert_row(connection: Connection, relation: str, values: dict[str, object]) -> None:
    """One row, by the names of its columns: an upgraded table has them in another order."""
    names, marks = ", ".join(map(quote, values)), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {relation} ({names}) VALUES ({marks})", list(values.values()))
