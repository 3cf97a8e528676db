"""Which rows of a table are new since the last sync, whatever their cursor says.

A row that was committed late bears an older cursor than rows that were read before it: a cursor alone loses it. But
every version of a row bears the transaction that wrote it (`xmin`), and a snapshot says which transactions it sees. So
a row is new if its cursor is beyond the newest that was read, or if the last snapshot did not see its transaction
(docs/decisions/0032-postgres.md). Here: that, as SQL and on batches. Not here: files (`files`), deletes (`gone`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cdp_platform.pulling.database import Database
from cdp_platform.pulling.position import Position
from cdp_platform.pulling.tables import NUMBERS, Table, literal
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse.connection import quote

XID = "_cdp_xid"
CYCLE = 2**32
"""Transaction numbers begin again after so many; a row bears them without the epoch."""
FARTHEST = 2**31
AHEAD = "now() + interval '1 day'"
"""Up to where a cursor says how far a table was read; one beyond is a wrong clock's, and the contract rejects it."""
HISTORY = ("pg_control_system()", "pg_control_checkpoint()")


@dataclass(frozen=True)
class Snapshot:
    """What a sync sees: the server and its history, the oldest transaction that goes on, the next one, the clock."""

    server: str
    oldest: int
    next: int
    moment: str


def look(database: Database) -> Snapshot:
    """The snapshot of the transaction that goes on; what is asked first fixes it."""
    own = "(SELECT oid::text FROM pg_database WHERE datname = current_database())"
    [(snapshot, moment, server)] = database.rows(f"SELECT pg_current_snapshot()::text, now()::text, {own}")
    may_ask = " AND ".join(f"has_function_privilege({literal(function)}, 'EXECUTE')" for function in HISTORY)
    if database.rows(f"SELECT {may_ask}") == [(True,)]:
        of_server, of_history = "(pg_control_system()).system_identifier", "(pg_control_checkpoint()).timeline_id"
        [(told,)] = database.rows(f"SELECT {of_server}::text || '/' || {of_history}::text")
        server = f"{told}/{server}"
    oldest, next_, _ = snapshot.split(":")
    return Snapshot(server, int(oldest), int(next_), moment)


class NewRows:
    """The rows of a table that its last position did not see, or all of them; and the position after them."""

    def __init__(self, database: Database, table: Table, snapshot: Snapshot, last: Position | None) -> None:
        self._database, self._table, self._snapshot = database, table, snapshot
        self._columns = tuple(sorted(table.columns))
        self._last = last if last is not None and self._can_follow(last) else None
        self._seen: set[int] = set()

    def _can_follow(self, last: Position) -> bool:
        if self._table.stream.deletes is Deletes.ABSENCE or last.columns != self._columns:
            return False
        return last.next <= self._snapshot.next < last.oldest + FARTHEST

    @property
    def are_all(self) -> bool:
        """Every row there is, not only what changed."""
        return self._last is None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The new rows, every value as text."""
        listed = ", ".join(f"{found.text} AS {quote(key)}" for key, found in self._table.columns.items())
        sql = f"SELECT xmin::text::bigint AS {XID}, {listed} FROM {self._table.relation}{self._where()}"
        known = np.array(self._last.seen if self._last else (), dtype=np.int64)
        window = self._snapshot.next - self._snapshot.oldest
        for batch in self._database.batches(sql, of=self._table.relation):
            transactions = batch.column(0).to_numpy()
            late = (transactions - self._snapshot.oldest) % CYCLE < window
            self._seen.update(np.unique(transactions[late]).tolist())
            yield batch.drop_columns([XID]).filter(pa.array(~np.isin(transactions, known)))

    def _where(self) -> str:
        last = self._last
        if last is None:
            return ""
        since = (
            f"(xmin::text::bigint - {last.oldest % CYCLE} + {CYCLE}) % {CYCLE} < {self._snapshot.next - last.oldest}"
        )
        if last.cursor is None:
            return f" WHERE {since}"
        return f" WHERE {since} OR ({self._cursor} > {literal(last.cursor)} AND {self._cursor} <= {self._latest})"

    def position(self) -> Position:
        """Where this sync ends; after all batches were read."""
        newest = f"SELECT max({self._cursor})::text FROM {self._table.relation} WHERE {self._cursor} <= {self._latest}"
        [(cursor,)] = self._database.rows(newest, of=self._table.relation)
        seen = tuple(sorted(self._seen))
        return Position(self._snapshot.oldest, self._snapshot.next, seen, cursor, self._columns)

    @property
    def _cursor(self) -> str:
        return quote(self._table.columns[self._table.stream.cursor.lower()].name)

    @property
    def _latest(self) -> str:
        is_epoch = self._table.columns[self._table.stream.cursor.lower()].type in NUMBERS
        return f"extract(epoch FROM {AHEAD})" if is_epoch else AHEAD


def keys(database: Database, table: Table) -> Iterator[pa.RecordBatch]:
    """The key of every row of a table, as text."""
    listed = ", ".join(f"{table.columns[name.lower()].text} AS {quote(name.lower())}" for name in table.stream.key)
    return database.batches(f"SELECT {listed} FROM {table.relation}", of=table.relation)
