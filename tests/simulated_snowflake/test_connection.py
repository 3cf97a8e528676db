"""The connection to a simulated account: values come back as they went, and a transaction is one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from cdp_platform.warehouse import FAILURES, append, columns_of, copy_out, relations, shapes
from cdp_platform.warehouse.connection import registered, scalar, transaction
from cdp_platform.warehouse.duckdb import open_for_reading
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection

MOMENT = datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
COLUMNS = {
    "name": "VARCHAR", "whole": "BIGINT", "moment": "TIMESTAMP WITH TIME ZONE", "day": "DATE",
    "amount": "DECIMAL(38,2)", "share": "DOUBLE", "is_it": "BOOLEAN",
}  # fmt: skip
ROW = ("Zoë", 2**53 + 1, MOMENT, date(1960, 2, 29), Decimal("0.10"), 0.1, True)
NOTHING = (None,) * len(ROW)


@pytest.fixture
def table(connection: SnowflakeConnection) -> Iterator[str]:
    connection.execute("CREATE SCHEMA IF NOT EXISTS ops")
    columns = ", ".join(f'"{name}" {type_}' for name, type_ in COLUMNS.items())
    connection.execute(f"CREATE TABLE ops.kept ({columns}, listed STRUCT(a VARCHAR, b BIGINT)[])")
    yield "ops.kept"
    connection.execute("DROP TABLE ops.kept")


def _arrow() -> pa.Table:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in (ROW, NOTHING)]
    schema = pa.schema(
        [
            ("name", pa.string()), ("whole", pa.int64()), ("moment", pa.timestamp("us", "UTC")), ("day", pa.date32()),
            ("amount", pa.decimal128(38, 2)), ("share", pa.float64()), ("is_it", pa.bool_()),
        ]
    )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema)


def test_bound_values_come_back(connection: SnowflakeConnection, table: str) -> None:
    append(connection, table, _arrow())
    asked = f"SELECT {', '.join(COLUMNS)} FROM {table} ORDER BY name NULLS LAST"
    assert connection.execute(asked).fetchall() == [ROW, NOTHING]
    assert connection.sql(asked).to_arrow_table().equals(_arrow())


def test_what_is_loaded_in_bulk_comes_back(connection: SnowflakeConnection, table: str) -> None:
    listed = pa.array([[{"a": "x", "b": 1}], []])
    with registered(connection, "_cdp_rows", _arrow().append_column("listed", listed)):
        names = f"{', '.join(COLUMNS)}, listed"
        connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM _cdp_rows")
    found = connection.sql(f"SELECT * FROM {table} ORDER BY name NULLS LAST").to_arrow_table()
    assert found.select(list(COLUMNS)).equals(_arrow())
    assert found["listed"].to_pylist() == listed.to_pylist()
    assert [name for schema, name, _ in relations(connection) if schema == "loading"] == [], "left behind"


def test_the_catalogue_speaks_as_duckdbs(connection: SnowflakeConnection, table: str) -> None:
    known = shapes(connection)[table]
    assert {name: known[name] for name in COLUMNS} == COLUMNS
    assert ("ops", "kept", "TABLE") in relations(connection)
    assert columns_of(connection, "select 1 as a, 2 as b") == ["a", "b"]


def test_a_transaction_is_all_or_nothing(connection: SnowflakeConnection, table: str) -> None:
    def broken() -> None:
        with transaction(connection):
            append(connection, table, _arrow())
            assert scalar(connection, f"SELECT count(*) FROM {table}") == 2
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    assert scalar(connection, f"SELECT count(*) FROM {table}") == 0


def test_a_refused_statement_is_a_failure_of_the_engine(connection: SnowflakeConnection) -> None:
    with pytest.raises(FAILURES, match="NOWHERE"):
        connection.execute("SELECT a FROM ops.nowhere")


def test_tables_are_copied_to_a_file(connection: SnowflakeConnection, table: str, tmp_path: Path) -> None:
    append(connection, table, _arrow())
    copy_out(connection, tmp_path / "copied.duckdb", [table])
    with open_for_reading(tmp_path / "copied.duckdb") as copied:
        assert copied.execute(f"SELECT {', '.join(COLUMNS)} FROM {table} ORDER BY name").fetchall() == [ROW, NOTHING]
