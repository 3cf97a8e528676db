"""Dagster's own SQLite event log with connections that stay open: the same files, a fifth of the time.

Dagster opens and closes SQLite several times per event, and a refresh writes some 2,000 events. Take this class out of
`dagster.yaml` and the stock one goes on with the files. Here: keeping connections. Not here: what is in an event.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as db
from dagster import DagsterEventType, StringSource
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData

KEPT_RUNS = 8
"""Runs whose files stay open at once; the UI may look at any number of them."""


class LocalEventLog(SqliteEventLogStorage):
    """The event log of a home. Configured by `dagster_home`, the instance's folder."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._kept: dict[str, db.Engine] = {}
        self._keeping = threading.RLock()
        self._open: dict[str, db.Connection] = {}
        self._true: set[tuple[str, ...]] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """What `dagster.yaml` says under `config`."""
        return {"dagster_home": StringSource}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Where Dagster itself would put the files, so that it finds them without us."""
        return cls(str(Path(config_value["dagster_home"]) / "history" / "runs"), inst_data)

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[db.Connection]:
        """A transaction on a run's own file."""
        return self._transaction(run_id or "")

    def index_connection(self) -> AbstractContextManager[db.Connection]:
        """A transaction on the file of all runs."""
        return self._transaction(INDEX_SHARD_NAME)

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event; where a run starts, see all that it planned safely on disk.

        A power cut may take the last events of a run. The publish gate then finds a planned check without a result, and
        that is red.
        """
        super().store_event(event)
        # The UI watches the modification time, which SQLite leaves alone as long as a connection is open.
        os.utime(self.path_for_shard(event.run_id))
        if event.is_dagster_event and event.dagster_event_type is DagsterEventType.RUN_START:
            with self.index_connection() as connection:
                connection.execute(db.text("PRAGMA wal_checkpoint(PASSIVE)"))

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store what a run plans in one transaction per file. The events are of one run.

        Where that fails, nothing of them is stored, and Dagster tries again one by one.
        """
        with self.run_connection(events[0].run_id), self.index_connection():
            super().store_event_batch(events)

    def has_table(self, table_name: str) -> bool:
        """Asked for every event, as the next two; what is there stays."""
        ask = super().has_table
        return self._once("table", table_name, ask=lambda: ask(table_name))

    def has_secondary_index(self, name: str) -> bool:
        """Whether a migration of Dagster's own is done."""
        ask = super().has_secondary_index
        return self._once("index", name, ask=lambda: ask(name))

    def _has_asset_key_col_on_connection(self, conn: db.Connection, column_name: str) -> bool:
        ask = super()._has_asset_key_col_on_connection
        return self._once("column", column_name, ask=lambda: ask(conn, column_name))

    def _once(self, *question: str, ask: Callable[[], bool]) -> bool:
        if question not in self._true and ask():
            self._true.add(question)
        return question in self._true

    def wipe(self) -> None:
        """Delete everything."""
        self._true.clear()
        self._let_go(keep=0)
        super().wipe()

    def dispose(self) -> None:
        """Close everything."""
        super().dispose()
        self._let_go(keep=0)

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[db.Connection]:
        with self._keeping:
            if shard in self._open:
                yield self._open[shard]
                return
            if shard not in self._kept:
                self._keep(shard)
            engine = self._kept[shard] = self._kept.pop(shard)
            with engine.connect() as connection, connection.begin():
                self._open[shard] = connection
                try:
                    yield connection
                finally:
                    del self._open[shard]

    def _keep(self, shard: str) -> None:
        with self._connect(shard):
            pass  # it makes the file where there is none
        self._let_go(keep=KEPT_RUNS)
        self._kept[shard] = db.create_engine(
            self.conn_string_for_shard(shard),
            poolclass=db.StaticPool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        with self._kept[shard].connect() as connection:
            connection.execute(db.text("PRAGMA synchronous = NORMAL"))

    def _let_go(self, keep: int) -> None:
        runs = [shard for shard in self._kept if keep == 0 or shard != INDEX_SHARD_NAME]
        for shard in runs[: max(0, len(runs) - keep)]:
            self._kept.pop(shard).dispose()
