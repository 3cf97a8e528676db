"""A Snowflake session that takes the platform's SQL and gives back what DuckDB would.

Here: translated statements, bound values, bulk loading. Not here: logging in (`snowflake`), the translation itself
(`translate`), what is made of an answer (`snowflake_answer`) or of an error (`snowflake_errors`).
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import snowflake.connector

from cdp_platform.warehouse.catalogue import DUCKDB_TYPE
from cdp_platform.warehouse.snowflake_answer import Answer
from cdp_platform.warehouse.snowflake_errors import failed
from cdp_platform.warehouse.snowflake_files import Files, definitions, written
from cdp_platform.warehouse.translate import to_snowflake

LOADING = "loading"
"""The schema of what is on its way in: made and dropped around each use, by a session of its own."""


class SnowflakeConnection:
    """What `cdp_platform.warehouse.connection` asks for. `connect` opens a session; a second one loads and reads."""

    def __init__(self, connect: Callable[[], AbstractContextManager[Any]]) -> None:
        self._connect = connect
        self._open = ExitStack()
        self._second: SnowflakeConnection | None = None
        self._registered: dict[str, str] = {}
        self._has_schema = False

    def __enter__(self) -> "SnowflakeConnection":
        """Log in. Raises EngineFailed."""
        try:
            self._session = self._open.enter_context(self._connect())
        except snowflake.connector.errors.Error as error:
            raise failed(error) from error
        return self

    def __exit__(self, *error: object) -> None:
        """End both sessions."""
        self._open.close()

    @property
    def reading(self) -> "SnowflakeConnection":
        """A second session: what it defines does not end this one's transaction, and it sees what is committed."""
        if self._second is None:
            self._second = self._open.enter_context(SnowflakeConnection(self._connect))
        return self._second

    def execute(self, query: str, parameters: Sequence[Any] = (), /) -> Answer:
        """Run a statement of DuckDB's SQL. Raises EngineFailed and NotTranslatable."""
        return self.native(to_snowflake(query, self._registered), parameters)

    def native(self, query: str, parameters: Sequence[Any] = (), /) -> Answer:
        """Run a statement of Snowflake's own SQL. Raises EngineFailed."""
        cursor = self._session.cursor()
        try:
            cursor.execute(query, [_bound(value) for value in parameters] or None)
        except snowflake.connector.errors.Error as error:
            raise failed(error) from error
        return Answer(cursor)

    def executemany(self, query: str, parameters: Sequence[Sequence[Any]], /) -> Answer:
        """Run a statement of DuckDB's SQL for all rows at once. Raises EngineFailed."""
        cursor = self._session.cursor()
        try:
            cursor.executemany(to_snowflake(query), [[_spoken(value) for value in row] for row in parameters])
        except snowflake.connector.errors.Error as error:
            raise failed(error) from error
        return Answer(cursor)

    def sql(self, query: str, *, params: Sequence[Any] = ()) -> Answer:
        """As `execute`: a query's answer is its relation."""
        return self.execute(query, params)

    def read_parquet(self, files: Sequence[str], *, union_by_name: bool = False) -> Files:
        """Parquet files to register; their columns are matched by name in any case."""
        del union_by_name
        return Files([Path(file) for file in files])

    def register(self, name: str, data: pa.Table | Files, /) -> None:
        """Load the data into a table of its own, by another session, so that an open transaction stays open.

        Its name is the same every time, for this host is the only writer: what a killed run left is replaced.
        """
        table = f"{LOADING}.{name.strip('_')}".upper()
        loader = self.reading
        if not self._has_schema:
            loader.native(f"CREATE SCHEMA IF NOT EXISTS {LOADING}".upper())
            self._has_schema = True
        with tempfile.TemporaryDirectory(prefix="cdp-loading-") as folder:
            files = data if isinstance(data, Files) else Files(written(data, Path(folder)))
            loader.native(f"CREATE OR REPLACE TRANSIENT TABLE {table} ({definitions(files)})")
            schema, plain = table.split(".")
            for path in files.paths:
                loader.native(f"PUT 'file://{path}' @{schema}.%{plain} AUTO_COMPRESS = FALSE OVERWRITE = TRUE")
        loader.native(
            f"COPY INTO {table} FROM @{schema}.%{plain} FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE) "
            "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE"
        )
        self._registered[name] = table

    def unregister(self, name: str, /) -> None:
        """Drop what was registered."""
        self.reading.native(f"DROP TABLE IF EXISTS {self._registered.pop(name)}")

    def shapes(self) -> dict[str, dict[str, str]]:
        """Columns and their types in DuckDB's spelling, by `schema.table`."""
        found: dict[str, dict[str, str]] = {}
        for schema, table, column, type_, precision, scale in self.native(
            "SELECT table_schema, table_name, column_name, data_type, numeric_precision, numeric_scale "
            "FROM information_schema.columns WHERE table_schema <> 'INFORMATION_SCHEMA' "
            "ORDER BY table_schema, table_name, ordinal_position"
        ).fetchall():
            known = f"DECIMAL({precision},{scale})" if type_ == "NUMBER" else DUCKDB_TYPE[type_]
            known = "BIGINT" if known == "DECIMAL(38,0)" else known
            found.setdefault(f"{schema}.{table}".lower(), {})[column.lower()] = known
        return found

    def relations(self) -> list[tuple[str, str, str]]:
        """Every table and view: schema, name, and `TABLE` or `VIEW`."""
        rows = self.native(
            "SELECT table_schema, table_name, 'TABLE' AS kind FROM information_schema.tables "
            "WHERE table_type = 'BASE TABLE' AND table_schema <> 'INFORMATION_SCHEMA' "
            "UNION ALL SELECT table_schema, table_name, 'VIEW' FROM information_schema.views "
            "WHERE table_schema <> 'INFORMATION_SCHEMA' ORDER BY 1, 2"
        ).fetchall()
        return [(schema.lower(), name.lower(), kind) for schema, name, kind in rows]


def _bound(value: Any) -> Any:
    """The connector takes a moment for one of the wall clock unless it is told."""
    return ("TIMESTAMP_TZ", value) if isinstance(value, datetime) and value.tzinfo is not None else value


def _spoken(value: Any) -> Any:
    """In a list that holds nulls as well, the connector loses the type of a moment or a day: both are sent as text."""
    return value.isoformat() if isinstance(value, date) else value
