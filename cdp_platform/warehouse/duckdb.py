"""DuckDB in one file: connections, the lock, and bulk loading.

Here: everything about DuckDB that the rest of the platform need not know. Not here: table definitions, business rules.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from cdp_platform.environment import Settings
from cdp_platform.warehouse.lock import writer_lock

Connection = duckdb.DuckDBPyConnection


def quote(identifier: str) -> str:
    """An identifier as SQL, whatever characters it holds."""
    return '"' + identifier.replace('"', '""') + '"'


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


class DuckDBWarehouse:
    """The warehouse file of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def file(self) -> Path:
        """Where the data is."""
        return self.settings.warehouse_file

    @contextmanager
    def lock(self, purpose: str, *, say: Callable[[str], None] | None = None) -> Iterator[None]:
        """Be the only writer. Raises WarehouseBusy."""
        with writer_lock(self.settings.lock_file, purpose, say=say):
            yield

    @contextmanager
    def turn(self, purpose: str, *, say: Callable[[str], None] | None = None) -> Iterator[None]:
        """Be the only one who rebuilds, for as long as it takes: between its steps the writer's lock is free.

        Whoever wants both takes the turn first. Raises WarehouseBusy.
        """
        with writer_lock(self.settings.lock_file.with_name("models.lock"), purpose, say=say):
            yield

    @contextmanager
    def writing(self, purpose: str, *, say: Callable[[str], None] | None = None) -> Iterator[Connection]:
        """A connection that may write, under the lock. Raises WarehouseBusy."""
        with self.lock(purpose, say=say):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            connection = duckdb.connect(str(self.file))
            try:
                yield _settled(connection)
            finally:
                connection.close()


def scalar(connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """The first value of the first row, or None where there is no row; always reads the result to its end.

    DuckDB 2 refuses further work on a connection whose last result was not exhausted, as after `fetchone()`.
    """
    rows = connection.execute(sql, parameters).fetchall()
    return rows[0][0] if rows else None


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of it or nothing of it."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def open_for_reading(file: Path) -> Connection:
    """A read-only connection to a published file; the caller closes it."""
    return _settled(duckdb.connect(str(file), read_only=True))
