"""What the platform asks of an open warehouse, whichever engine it is.

The platform's own SQL is written once, in DuckDB's dialect; an engine that speaks another has it translated on the way
(`translate`). Here: the interface, and the few helpers over it. Not here: an engine (`duckdb`, `snowflake`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol


class Column(NamedTuple):
    """A column of a published relation: its SQL type, in DuckDB's spelling, and how it is classified."""

    type: str
    classification: str = "internal"
    pii: str = "none"

    @property
    def is_personal(self) -> bool:
        """It holds personal data."""
        return self.pii != "none"


Columns = Mapping[str, Column]
"""The columns of a published relation by name."""


class EngineFailed(RuntimeError):
    """The engine refused a statement or could not be reached; the message is the engine's, with the remedy if known."""


class ConnectionLost(EngineFailed):
    """The engine could not be reached, or no longer; a step may be done again from its start."""


LOST = (250001, 250002, 250003)
"""The numbers under which an account cannot be reached, or no longer."""


def speaks_of_a_lost_connection(message: str) -> bool:
    """True for an error's text, as dbt passes it on, that names one of these numbers as the connector writes them."""
    return re.search(rf"\b({'|'.join(map(str, LOST))})(:| \()", message) is not None


class Connection(Protocol):
    """An open session that may write. Values are bound to `?`; DuckDB's own connection is one as it is."""

    @property
    def execute(self) -> Callable[..., Any]:
        """`(query, values)`: run a statement; the answer's `fetchall()` gives its rows as tuples."""

    @property
    def executemany(self) -> Callable[..., Any]:
        """`(query, rows of values)`: run a statement once per row."""

    @property
    def sql(self) -> Callable[..., Any]:
        """`(query, params=values)`: a query's `columns`, `to_arrow_table()` and `to_arrow_reader(rows at a time)`."""

    @property
    def read_parquet(self) -> Callable[..., Any]:
        """`(files, union_by_name=)`: Parquet files as something that can be registered."""

    @property
    def register(self) -> Callable[..., Any]:
        """`(name, data)`: let this session's queries read a `pyarrow.Table`, or Parquet files, by a name."""

    @property
    def unregister(self) -> Callable[..., Any]:
        """`(name)`: forget what was registered."""


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
