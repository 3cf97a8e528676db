"""A Snowflake session that takes the platform's SQL and gives back what DuckDB would.

Here: translated statements, bound values, rows and Arrow in our types, bulk loading. Not here: logging in
(`snowflake`), the translation itself (`translate`).
"""

import json
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import snowflake.connector

from cdp_platform.warehouse.catalogue import DUCKDB_TYPE, snowflake_type
from cdp_platform.warehouse.connection import EngineFailed
from cdp_platform.warehouse.translate import to_snowflake

LOADING = "loading"
"""The schema of what is on its way in: made and dropped around each use, by a session of its own."""
SEMI_STRUCTURED = {5, 9, 10}
"""The connector's type codes of VARIANT, OBJECT and ARRAY, which it hands over as JSON."""
REMEDY = {
    250001: "the account cannot be reached: look at SNOWFLAKE_ACCOUNT, the network and status.snowflake.com",
    390144: "the key pair is not accepted: was the public key set for this user, and has it expired?",
    606: "no warehouse is running: resume it, or grant USAGE and OPERATE on it to the role",
    630: "the statement took longer than STATEMENT_TIMEOUT_IN_SECONDS allows: use a larger warehouse or raise it",
    3001: "the role lacks a privilege: run the grants of docs/production.md again",
}


def failed(error: snowflake.connector.errors.Error) -> EngineFailed:
    """The connector's error with the remedy, where one is known."""
    said = str(error.msg or error).strip()
    remedy = REMEDY.get(int(error.errno or 0))
    return EngineFailed(f"{said} ({remedy})" if remedy else said)


@dataclass(frozen=True)
class Files:
    """Parquet files, to be registered."""

    paths: list[Path]


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

    def execute(self, query: str, parameters: Sequence[Any] = (), /) -> "Answer":
        """Run a statement of DuckDB's SQL. Raises EngineFailed and NotTranslatable."""
        return self.native(to_snowflake(query, self._registered), parameters)

    def native(self, query: str, parameters: Sequence[Any] = (), /) -> "Answer":
        """Run a statement of Snowflake's own SQL. Raises EngineFailed."""
        cursor = self._session.cursor()
        try:
            cursor.execute(query, [_bound(value) for value in parameters] or None)
        except snowflake.connector.errors.Error as error:
            raise failed(error) from error
        return Answer(cursor)

    def executemany(self, query: str, parameters: Sequence[Sequence[Any]], /) -> "Answer":
        """Run a statement of DuckDB's SQL for all rows at once. Raises EngineFailed."""
        cursor = self._session.cursor()
        try:
            cursor.executemany(to_snowflake(query), [[_bound(value) for value in row] for row in parameters])
        except snowflake.connector.errors.Error as error:
            raise failed(error) from error
        return Answer(cursor)

    def sql(self, query: str, *, params: Sequence[Any] = ()) -> "Answer":
        """As `execute`: a query's answer is its relation."""
        return self.execute(query, params)

    def read_parquet(self, files: Sequence[str], *, union_by_name: bool = False) -> Files:
        """Parquet files to register; their columns are matched by name in any case."""
        del union_by_name
        return Files([Path(file) for file in files])

    def register(self, name: str, data: pa.Table | Files, /) -> None:
        """Load the data into a table of its own, by another session, so that an open transaction stays open."""
        table = f"{LOADING}.{name.strip('_')}_{uuid.uuid4().hex[:12]}".upper()
        loader = self.reading
        if not self._has_schema:
            loader.native(f"CREATE SCHEMA IF NOT EXISTS {LOADING}".upper())
            self._has_schema = True
        with tempfile.TemporaryDirectory(prefix="cdp-loading-") as folder:
            files = data if isinstance(data, Files) else Files(_written(data, Path(folder)))
            loader.native(f"CREATE TRANSIENT TABLE {table} ({_columns(files)})")
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


class Answer:
    """The rows of one statement, as tuples or as columns in our types."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in lower case."""
        return [column.name.lower() for column in self._cursor.description]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Every row."""
        return list(self._cursor.fetchall())

    def to_arrow_table(self) -> pa.Table:
        """All rows at once."""
        return self._as_ours(self._cursor.fetch_arrow_all(force_return_table=True, force_microsecond_precision=True))

    def to_arrow_reader(self, batch_size: int = 100_000, /) -> Iterator[pa.RecordBatch]:
        """All rows in batches, of which one is held at a time."""
        for table in self._cursor.fetch_arrow_batches(force_microsecond_precision=True):
            yield from self._as_ours(table).to_batches(max_chunksize=batch_size)

    def _as_ours(self, table: pa.Table) -> pa.Table:
        columns = [
            _column(column, is_json=described.type_code in SEMI_STRUCTURED)
            for column, described in zip(table.columns, self._cursor.description, strict=True)
        ]
        return pa.table(columns, names=self.columns)


def _column(column: pa.ChunkedArray, *, is_json: bool) -> pa.ChunkedArray | pa.Array:
    """Whole numbers in 64 bits, moments in UTC to the microsecond, arrays as lists; another JSON stays text."""
    if is_json:
        texts = [text for text in column.to_pylist() if text is not None]
        if not all(text.startswith("[") for text in texts):
            return pc.cast(column, pa.string())
        return pa.array([None if text is None else json.loads(text) for text in column.to_pylist()])
    if pa.types.is_integer(column.type) or (pa.types.is_decimal(column.type) and column.type.scale == 0):
        return pc.cast(column, pa.int64())
    if pa.types.is_timestamp(column.type):
        return pc.cast(column, pa.timestamp("us", tz=None if column.type.tz is None else "UTC"))
    return column


def _bound(value: Any) -> Any:
    """The connector takes a moment for one of the wall clock unless it is told."""
    return ("TIMESTAMP_TZ", value) if isinstance(value, datetime) and value.tzinfo is not None else value


def _written(data: pa.Table, folder: Path) -> list[Path]:
    path = folder / "rows.parquet"
    pq.write_table(data, path, compression="snappy")
    return [path]


def _columns(files: Files) -> str:
    types: Mapping[str, str] = {
        field.name: snowflake_type(field.type) for path in files.paths for field in pq.read_schema(path)
    }
    return ", ".join(f'"{name.upper()}" {type_}' for name, type_ in types.items())
