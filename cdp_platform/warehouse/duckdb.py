"""DuckDB in one file: connections, and what is in it.

Here: everything about DuckDB that the rest of the platform need not know; readers of published files and the parsers of
landed ones, which are DuckDB on every target, take it from here. Not here: table definitions, business rules.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from cdp_platform.environment import Settings
from cdp_platform.warehouse.connection import quote, scalar, transaction
from cdp_platform.warehouse.lock import OneWriter
from cdp_platform.warehouse.workload import Workload

__all__ = [
    "STORAGE_VERSION", "Connection", "DuckDBWarehouse", "beside", "copy_out", "open_for_reading", "quote", "relations",
    "scalar", "scratch", "shapes", "transaction",
]  # fmt: skip

Connection = duckdb.DuckDBPyConnection
STORAGE_VERSION = "v1.4.0"
"""Of the files for readers, whose tools may be older than ours."""


@contextmanager
def scratch() -> Iterator[Connection]:
    """A connection to nothing but memory, for parsing and casting without touching the warehouse."""
    connection = duckdb.connect(":memory:", config={"threads": "2"})
    try:
        yield _settled(connection)
    finally:
        connection.close()


@contextmanager
def beside(connection: Connection) -> Iterator[Connection]:
    """A second connection to what `connection` is open on: for another thread, or to write while reading.

    It sees what is committed.
    """
    second = connection.cursor()
    try:
        yield _settled(second)
    finally:
        second.close()


def _settled(connection: Connection) -> Connection:
    """Times in UTC, whatever the machine's zone; nothing printed while a query takes long."""
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


class DuckDBWarehouse(OneWriter):
    """The warehouse file of one installation."""

    kind = "duckdb"

    def __init__(self, settings: Settings) -> None:
        self.settings, self.lock_file = settings, settings.lock_file

    @property
    def file(self) -> Path:
        """Where the data is."""
        return self.settings.warehouse_file

    @property
    def name(self) -> str:
        """What its tables' full names begin with."""
        return self.file.stem

    @contextmanager
    def writing(
        self, purpose: str, *, say: Callable[[str], None] | None = None, workload: Workload = Workload.BUILD
    ) -> Iterator[Connection]:
        """A connection that may write, under the lock; every workload is the machine's. Raises WarehouseBusy."""
        del workload
        with self.lock(purpose, say=say):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            connection = duckdb.connect(str(self.file))
            try:
                yield _settled(connection)
            finally:
                connection.close()


def shapes(connection: Connection) -> dict[str, dict[str, str]]:
    """Column names and types of every table and view of the connection's own database, by `schema.table`."""
    found: dict[str, dict[str, str]] = {}
    for table, column, type_ in connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY table_oid, column_index"
    ).fetchall():
        found.setdefault(table, {})[column] = type_
    return found


def relations(connection: Connection) -> list[tuple[str, str, str]]:
    """Every table and view: schema, name, and `TABLE` or `VIEW`."""
    return connection.execute(
        "SELECT schema_name, table_name, 'TABLE' FROM duckdb_tables() UNION ALL "
        "SELECT schema_name, view_name, 'VIEW' FROM duckdb_views() WHERE NOT internal"
    ).fetchall()


def copy_out(connection: Connection, file: Path, tables: Sequence[str]) -> None:
    """Write tables (`schema.table`) to a new file."""
    connection.execute(f"ATTACH '{file}' AS copied_out (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        for schema in sorted({table.split(".")[0] for table in tables}):
            connection.execute(f"CREATE SCHEMA copied_out.{schema}")
        for table in tables:
            connection.execute(f"CREATE TABLE copied_out.{table} AS SELECT * FROM {table}")
    finally:
        connection.execute("DETACH copied_out")


def open_for_reading(file: Path) -> Connection:
    """A read-only connection to a published file; the caller closes it."""
    return _settled(duckdb.connect(str(file), read_only=True))
