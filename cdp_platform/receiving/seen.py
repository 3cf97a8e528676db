"""Which events were kept already, across restarts: a vendor delivers at least once.

Here: their ids, for as long as a vendor may send them again. Not here: those whose journal is not handed over yet
(`receiver` has them in memory, and reads them from the journals when it starts).
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

WINDOW = timedelta(days=30)
"""Stripe tries for three days, and lets a person send an event again for thirty."""


class SeenEvents:
    """The ids in one file. `knows` is for one thread, `remember` may be called from another."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, day INTEGER) WITHOUT ROWID")
            connection.execute("CREATE INDEX IF NOT EXISTS event_day ON event (day)")
        file.chmod(0o600)
        self._reading = self._connect()

    def knows(self, id: str) -> bool:
        """The event was remembered within the window."""
        return self._reading.execute("SELECT 1 FROM event WHERE id = ?", [id]).fetchone() is not None

    def remember(self, ids: Iterable[str], now: datetime) -> None:
        """Remember ids, and forget those older than the window; the disk has it when this returns."""
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO event VALUES (?, ?)", [(id, now.toordinal()) for id in ids])
            connection.execute("DELETE FROM event WHERE day < ?", [(now - WINDOW).toordinal()])

    def close(self) -> None:
        """Give the file back."""
        self._reading.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=30)
        connection.execute("PRAGMA synchronous = FULL")
        return connection
