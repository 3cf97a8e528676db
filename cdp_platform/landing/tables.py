"""The tables that landing writes: raw per declared stream, the operational ledgers, and quarantine.

Here: their columns, and creating what is missing, so that an existing warehouse survives an upgrade. Not here: rows.
"""

from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Column, Type
from cdp_platform.warehouse.duckdb import Connection, quote

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

LEDGERS = {
    "ops.validated_mark": "source_system VARCHAR, stream VARCHAR, validated_until TIMESTAMPTZ",
    "ops.model_mark": "source_system VARCHAR, stream VARCHAR, validated_until TIMESTAMPTZ",
    "ops.model_run": "run_id VARCHAR, as_of TIMESTAMPTZ, started_at TIMESTAMPTZ",
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
    "ops.control_total": (
        "source_system VARCHAR, stream VARCHAR, period DATE, measure VARCHAR, currency_code VARCHAR, "
        "value DECIMAL(38, 2), landed_at TIMESTAMPTZ"
    ),
    "ops.publication": (
        "version VARCHAR, run_id VARCHAR, as_of TIMESTAMPTZ, published_at TIMESTAMPTZ, is_published BOOLEAN, "
        "reason VARCHAR"
    ),
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
        "status VARCHAR, veto VARCHAR"
    ),
    "customer_master.customer_id_history": (
        "customer_id VARCHAR, event VARCHAR, related_customer_id VARCHAR, cause VARCHAR, record_count BIGINT, "
        "run_id VARCHAR, as_of TIMESTAMPTZ"
    ),
    "customer_master.customer_id_alias": "retired_customer_id VARCHAR, customer_id VARCHAR, since TIMESTAMPTZ",
    "customer_master.customer_id_ledger": "source_record_id VARCHAR, customer_id VARCHAR, record_type VARCHAR",
    "customer_master.customer_match_exceptions": (
        "exception_id VARCHAR, action VARCHAR, source_system_a VARCHAR, source_id_a VARCHAR, source_system_b VARCHAR, "
        "source_id_b VARCHAR, customer_id VARCHAR, requester VARCHAR, approver VARCHAR, rationale VARCHAR, "
        "valid_from DATE, valid_to DATE"
    ),
}
SCHEMAS = ("raw", "ops", "quarantine", "staging", "domain", "customer_master", "gold")


def raw_relation(source: Source, stream: Stream) -> str:
    """The raw table as SQL."""
    return f"raw.{quote(source.raw_table(stream))}"


def raw_columns(stream: Stream) -> dict[str, str]:
    """Column names and SQL types of a stream's raw table, in order."""
    return AIRBYTE_COLUMNS | {column.raw_name: SQL_TYPE[column.type] for column in stream.columns}


def prepare(connection: Connection) -> None:
    """Create every schema, ledger and raw table that does not exist, and every column that was declared since."""
    existing: dict[str, dict[str, str]] = {}
    for schema, table, column, type_ in connection.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal"
    ).fetchall():
        existing.setdefault(f"{schema}.{table}", {})[column] = type_
    schemas = {name for (name,) in connection.execute("SELECT schema_name FROM duckdb_schemas()").fetchall()}
    for schema in SCHEMAS:
        if schema not in schemas:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    wanted = {name: _parse(columns) for name, columns in LEDGERS.items()}
    wanted |= {f"raw.{source.raw_table(s)}": raw_columns(s) for source in SOURCES for s in source.streams}
    for name, columns in wanted.items():
        schema, table = name.split(".", 1)
        relation = f"{schema}.{quote(table)}"
        if name not in existing:
            listed = ", ".join(f"{quote(column)} {type_}" for column, type_ in columns.items())
            connection.execute(f"CREATE TABLE IF NOT EXISTS {relation} ({listed})")
        else:
            _complete(connection, relation, columns, existing[name])


def _complete(connection: Connection, relation: str, wanted: dict[str, str], existing: dict[str, str]) -> None:
    for column, type_ in wanted.items():
        if column not in existing:
            connection.execute(f"ALTER TABLE {relation} ADD COLUMN {quote(column)} {type_}")
        elif relation.startswith("raw.") and existing[column] == "VARCHAR" != type_:
            # it was delivered, and kept as text, before anyone declared it
            typed = f"TRY_CAST({quote(column)} AS {type_})"
            connection.execute(f"ALTER TABLE {relation} ALTER COLUMN {quote(column)} TYPE {type_} USING {typed}")


def _parse(columns: str) -> dict[str, str]:
    depth, part, parts = 0, "", []
    for character in columns:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return dict((p.strip().split(" ", 1)) for p in [*parts, part])


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
