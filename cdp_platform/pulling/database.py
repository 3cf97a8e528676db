"""One read-only session on a source's database: PostgreSQL's answers as Arrow, a batch at a time.

The driver is ADBC's; it has a libpq of its own. Here: opening the session so that it sees one moment, and asking. Not
here: what is asked (`tables`, `rows`), what an error means (`failed`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from adbc_driver_manager import Error
from adbc_driver_manager._reader import AdbcRecordBatchReader  # the public reader forgets the SQLSTATE
from adbc_driver_postgresql import StatementOptions, dbapi

from cdp_platform.accounts import Postgres
from cdp_platform.pulling.failed import PullFailed, not_answered, not_connected

BATCH_BYTES = 4 * 1024**2
LOCK_SECONDS = 10
PATIENT = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""An end to waiting for a server that does not answer, or no longer; what the address says itself is left to it."""
OLDEST = 130000
SETTLED = {
    "application_name": "cdp_platform",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "extra_float_digits": "1",
    "row_security": "off",  # rows that a policy hides would look as if they were gone: better an error
    "lock_timeout": f"{LOCK_SECONDS}s",
}


class Database:
    """A session. Nothing it is asked can write."""

    def __init__(self, database: Postgres, connection: dbapi.Connection) -> None:
        self.database = database
        self._connection = connection

    def rows(self, sql: str, *, of: str = "the catalogue") -> list[tuple[Any, ...]]:
        """All rows of a small answer. Raises PullFailed; `of`: the table that the error names."""
        found = [[column.to_pylist() for column in batch.columns] for batch in self.batches(sql, of=of)]
        return [row for columns in found for row in zip(*columns, strict=True)]

    def batches(self, sql: str, *, of: str) -> Iterator[pa.RecordBatch]:
        """The rows of an answer of any size, in one batch at least. Raises PullFailed."""
        try:
            with self._connection.cursor() as cursor:
                cursor.adbc_statement.set_options(**{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(BATCH_BYTES)})
                cursor.execute(sql)
                handle = cursor.fetch_arrow()
                reader = AdbcRecordBatchReader._import_from_c(handle.address)
                yield pa.RecordBatch.from_pylist([], schema=reader.schema)
                yield from reader
        except Error as error:
            raise not_answered(self.database, error.sqlstate, of) from None

    def run(self, sql: str, *, of: str = "the session") -> None:
        """A statement without rows. Raises PullFailed."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql)
        except Error as error:
            raise not_answered(self.database, error.sqlstate, of) from None

    def begin(self, tables: Iterable[str]) -> None:
        """Fix the moment that is seen until the end. Raises PullFailed.

        The tables are locked first: emptied (TRUNCATE) or rewritten by others after that moment, they would look empty.
        """
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in tables:
            self.run(f"LOCK TABLE {table} IN ACCESS SHARE MODE", of=table)


@contextmanager
def connected(database: Postgres) -> Iterator[Database]:
    """A session on the database. Raises PullFailed."""
    try:
        connection = dbapi.connect(_patient(database.address), autocommit=True)
    except Error as error:
        raise not_connected(database, str(error)) from None
    try:
        session = Database(database, connection)
        for name, value in SETTLED.items():
            session.run(f"SET {name} = '{value}'")
        [(version,)] = session.rows("SELECT current_setting('server_version_num')::int")
        if version < OLDEST:
            raise PullFailed(f"{database.source}: PostgreSQL {version // 10000} is too old; from 13 on it can be read")
        yield session
    finally:
        connection.close()


def _patient(address: str) -> str:
    added = [f"{name}={seconds}" for name, seconds in PATIENT.items() if name not in address]
    if address.startswith(("postgres://", "postgresql://")):
        return f"{address}{'&' if '?' in address else '?'}{'&'.join(added)}"
    return " ".join([address, *added])
