"""One sync of a source: every table at the same moment, each from where its last sync ended.

Here: reading into files that have no name yet, and the state that is to be committed with them. Not here: committing it
(`pull`), which rows are new (`rows`), what is gone (`gone`).
"""

import tempfile
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cdp_platform.accounts import Postgres
from cdp_platform.landing.audit import Unread
from cdp_platform.landing.judge import Cause
from cdp_platform.landing.upgrade import prepare
from cdp_platform.pulling.database import Database, connected
from cdp_platform.pulling.files import Written
from cdp_platform.pulling.gone import COMPARED, deletions, too_many
from cdp_platform.pulling.position import PREFIX, Position, State
from cdp_platform.pulling.rows import NewRows, Snapshot, keys, look
from cdp_platform.pulling.tables import Table, find_tables
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse import Warehouse, Workload

CHANGES, DELETES, LIST = "-changes", "-deletes", ".list"
"""What follows `postgres` in the name of a file; landing expects a usual size of a full list only."""


@dataclass
class Pulled:
    """What a sync brought: rows and deletes per stream, and what could not be read of a stream."""

    rows: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)

    @property
    def faults(self) -> list[str]:
        """The sentences about that."""
        return [unread.reason for unread in self.unread.values()]


class Sync:
    """One sync, from a state to the next."""

    def __init__(
        self,
        warehouse: Warehouse,
        source: Source,
        database: Postgres,
        say: Callable[[str], None],
        *,
        anew: bool,
        accepts_deletes: bool,
    ) -> None:
        self.pulled = Pulled()
        self._warehouse, self._source, self._say = warehouse, source, say
        self._database, self._anew, self._accepts = database, anew, accepts_deletes
        self._stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        self._files: list[tuple[str, str]] = []

    def run(self, streams: tuple[Stream, ...], state: State) -> State:
        """Read everything; nothing counts before what this returns is committed."""
        with tempfile.TemporaryDirectory(prefix="cdp-keys-") as folder:
            with connected(self._database) as database:
                tables, snapshot = self._open(database, streams)
                positions = self._positions(state, snapshot, {table.stream.table for table in tables})
                for table in tables:
                    positions[table.stream.table] = self._read(database, table, snapshot, positions)
                compared = self._read_keys(database, tables, Path(folder))
            self._compare(compared, snapshot)
        return State(snapshot.server, positions, tuple(self._files))

    def _open(self, database: Database, streams: tuple[Stream, ...]) -> tuple[list[Table], Snapshot]:
        found, faults = find_tables(database, self._source, streams)
        database.begin(table.relation for table in found)
        snapshot = look(database)
        locked = tuple(table.stream for table in found)
        tables, since = find_tables(database, self._source, locked)  # they may have changed before they were locked
        for name, said in (faults | since).items():
            self._fault(name, Unread(Cause.DRIFT, said))
        for table in tables:
            self._warn(table)
        return tables, snapshot

    def _positions(self, state: State, snapshot: Snapshot, asked: Set[str]) -> dict[str, Position]:
        if state.server and state.server != snapshot.server:
            self._say(f"{self._source.name}: another server, or one that was set back: everything is read again")
            return {}
        return {name: position for name, position in state.streams.items() if not (self._anew and name in asked)}

    def _warn(self, table: Table) -> None:
        name = f"{self._source.name}.{table.stream.table}"
        if table.ignored:
            said = f"not declared and not read: {', '.join(table.ignored)}"
            self._say(f"warning: {name}: {said}; declare in cdp_platform/sources/{self._source.name}.py what is wanted")
        if table.stream.deletes in COMPARED and not table.is_told_of_deletes and not self._database.compares_keys:
            remedy = f"{self._database.variable}_DELETES=compare"
            self._say(f"warning: {name}: no column {table.stream.delete_column}, so deletes are not seen: {remedy}")

    def _fault(self, name: str, unread: Unread) -> None:
        self.pulled.unread[name] = unread
        self._say(unread.reason)

    def _file(self, stream: Stream, kind: str) -> Path:
        folder = self._warehouse.settings.landing / self._source.name / stream.name
        return folder / f"{PREFIX}{kind}-{self._stamp}.parquet"

    def _read(self, database: Database, table: Table, snapshot: Snapshot, positions: dict[str, Position]) -> Position:
        stream = table.stream
        is_list = stream.deletes is Deletes.ABSENCE
        new = NewRows(database, table, snapshot, positions.get(stream.table))
        written = Written(self._file(stream, LIST if is_list else CHANGES), also_empty=is_list)
        for batch in new.batches():
            written.add(batch)
        self._keep(written)
        self.pulled.rows[stream.table] = written.rows
        which = "rows, all there are" if new.are_all else "rows that are new"
        self._say(f"{self._source.name}.{stream.table}: {written.rows:,} {which}")
        return new.position()

    def _keep(self, written: Written) -> None:
        if (file := written.close()) is not None:
            self._files.append(file)

    def _read_keys(self, database: Database, tables: list[Table], folder: Path) -> list[tuple[Stream, Written]]:
        if not self._database.compares_keys:
            return []
        compared = []
        for table in tables:
            if table.stream.deletes in COMPARED:
                written = Written(folder / f"{table.stream.table}.parquet", also_empty=True)
                for batch in keys(database, table):
                    written.add(batch)
                written.close()
                written.temporary.replace(written.file)
                compared.append((table.stream, written))
        return compared

    def _compare(self, compared: list[tuple[Stream, Written]], snapshot: Snapshot) -> None:
        if not compared:
            return
        purpose = f"looking for deletes of {self._source.name}"
        with self._warehouse.writing(purpose, say=self._say, workload=Workload.LOAD) as connection:
            prepare(connection)
            for stream, keys_ in compared:
                written = Written(self._file(stream, DELETES))
                for batch in deletions(connection, self._source, stream, keys_.file, snapshot.moment):
                    written.add(batch)
                gone = written.rows
                fault = None if self._accepts else too_many(connection, self._source, stream, gone, keys_.rows)
                if fault:
                    written.discard()
                    self._fault(stream.table, Unread(Cause.VOLUME, fault))
                    continue
                self._keep(written)
                self.pulled.gone[stream.table] = gone
                if gone:
                    self._say(f"{self._source.name}.{stream.table}: {gone:,} rows are gone")
