"""What the platform asks of an open warehouse, whichever engine it is.

The platform's own SQL is written once, in DuckDB's dialect; an engine that speaks another has it translated on the way
(`translate`). Here: the interface, and the few helpers over it. Not here: an engine (`duckdb`, `snowflake`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol


class EngineFailed(RuntimeError):
    """The engine refused a statement or could not be reached; the message is the engine's, with the remedy if known."""


class Rows(Protocol):
    """What a statement returned."""

    def fetchall(self) -> list[Any]:
        """Every row as a tuple."""


class Relation(Protocol):
    """What a query returns, as columns."""

    @property
    def columns(self) -> list[str]:
        """Their names, in lower case."""

    def to_arrow_table(self) -> Any:
        """All rows as a `pyarrow.Table`."""

    def to_arrow_reader(self, batch_size: int = ..., /) -> Any:
        """All rows as record batches of at most so many rows."""


class Connection(Protocol):
    """An open session that may write."""

    def execute(self, query: str, parameters: Any = ..., /) -> Rows:
        """Run a statement with its `?` bound."""

    def executemany(self, query: str, parameters: Any = ..., /) -> Rows:
        """Run a statement once per row of values."""

    def sql(self, query: str, *, params: Any = ...) -> Any:
        """A query as a Relation."""

    def read_parquet(self, files: Any, *, union_by_name: bool = ...) -> Any:
        """Parquet files as something that can be registered."""

    def register(self, name: str, data: Any, /) -> Any:
        """Let queries of this session read a `pyarrow.Table`, or Parquet files, by this name."""

    def unregister(self, name: str, /) -> Any:
        """Forget what was registered."""


def quote(identifier: str) -> str:
    """An identifier as SQL, whatever characters it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def scalar(connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """The first value of the first row, or None where there is no row; always reads the result to its end.

    DuckDB 2 refuses further work on a connection whose last result was not exhausted, as after `fetchone()`.
    """
    rows = connection.execute(sql, parameters).fetchall()
    return rows[0][0] if rows else None


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of it or nothing of it. What is registered inside becomes part of it on no engine; tables are not made."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def registered(connection: Connection, name: str, data: Any) -> Iterator[None]:
    """Let queries read `data` by this name until the block ends."""
    connection.register(name, data)
    try:
        yield
    finally:
        connection.unregister(name)
