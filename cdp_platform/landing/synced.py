"""Judging what Airbyte has written into raw: a sync becomes a delivery, and is judged like a file.

Here: finding the rows that no delivery holds yet, the ledger entry, the order of the steps. Not here: syncing
(`cdp_platform.assets`), whether rows count (`judge`), what follows (`validate`).
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cdp_platform.landing.audit import Brought, StreamLoad, controls_fault, judge_stream
from cdp_platform.landing.drift import MENDS, ColumnStatistics
from cdp_platform.landing.files import control_files
from cdp_platform.landing.judge import SYNC
from cdp_platform.landing.known import known_deliveries
from cdp_platform.landing.tables import insert_row, raw_columns, raw_relation
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse import Warehouse, Workload, shapes
from cdp_platform.warehouse.connection import Connection, quote, transaction

OWN = ("_airbyte_", MENDS)
"""How columns begin that no vendor delivers."""


@dataclass(frozen=True)
class Synced:
    """A job of a source's connection that succeeded; `rows`: what Airbyte counted since the last one was judged."""

    job_id: int
    rows: int


def last_judged(warehouse: Warehouse, source: Source) -> tuple[int, datetime] | None:
    """The newest job that was judged, and when."""
    with warehouse.writing(f"looking for syncs of {source.name}", workload=Workload.LOAD) as connection:
        prepare(connection)
        rows = connection.execute(
            "SELECT job_id, judged_at FROM ops.airbyte_sync WHERE source_system = ? ORDER BY job_id DESC LIMIT 1",
            [source.name],
        ).fetchall()
    return (int(rows[0][0]), rows[0][1]) if rows else None


def take_sync(
    warehouse: Warehouse, source: Source, synced: Synced, *, run_id: str, say: Callable[[str], None]
) -> list[StreamLoad]:
    """Judge the rows of every stream that are new in raw. A job syncs them all, whichever were asked for."""
    with warehouse.writing(f"judging {source.name}", say=say, workload=Workload.LOAD) as connection:
        prepare(connection)
        controls = control_files(warehouse.settings.landing, source)
        columns = shapes(connection)
        loads = []
        for stream in source.streams:
            fault = controls_fault(connection, source, stream, controls)
            found = columns[f"raw.{source.raw_table(stream)}"].keys() - raw_columns(stream)
            brought = _take(connection, source, stream, synced, sorted(n for n in found if not n.startswith(OWN)))
            load = judge_stream(connection, source, stream, brought, run_id=run_id, control_fault=fault)
            say(f"{source.name}.{stream.table}: {brought.raw:,} rows of Airbyte's job {synced.job_id}, {load.status}")
            loads.append(load)
        judged = {"job_id": synced.job_id, "judged_at": datetime.now(UTC), "rows_synced": synced.rows}
        insert_row(connection, "ops.airbyte_sync", {"source_system": source.name} | judged)
    return loads


def _take(
    connection: Connection, source: Source, stream: Stream, synced: Synced, new_columns: Collection[str]
) -> Brought:
    """Make the rows beyond the last delivery one of their own, unless there are none."""
    sha256 = hashlib.sha256(f"{source.name} {stream.table} {synced.job_id}".encode()).hexdigest()
    if sha256 in known_deliveries(connection, source)[stream.table].hashes:
        return Brought()  # a run that was killed took it; what waits is judged all the same
    [(delivery_id, last)] = connection.execute(
        "SELECT coalesce(max(delivery_id), 0), max(CASE WHEN source_system = ? AND stream = ? THEN extracted_at END) "
        "FROM ops.landed_file",
        [source.name, stream.table],
    ).fetchall()
    statistics, newest = _measure(connection, source, stream, last)
    if not statistics.rows and stream.deletes is not Deletes.ABSENCE:
        return Brought()  # nothing changed; an empty full list would say that everything is gone
    now = datetime.now(UTC)
    until = newest or (last + timedelta(microseconds=1) if last else now)
    said = ", ".join(new_columns) or None
    entry = {
        "delivery_id": int(delivery_id) + 1,
        "source_system": source.name,
        "stream": stream.table,
        "file_name": f"{SYNC}{synced.job_id}",
        "sha256": sha256,
        "format": "airbyte",
        "bytes": 0,
        "landed_at": now,
        "extracted_at": until,
        "delivered": statistics.rows,
        "raw": statistics.rows,
        "unreadable": 0,
        "drift": statistics.drift(stream),
        "new_columns": said,
        "status": "pending",
    }
    with transaction(connection):
        insert_row(connection, "ops.landed_file", entry)
    return Brought(files=1, delivered=statistics.rows, raw=statistics.rows, new_columns=said)


def _measure(
    connection: Connection, source: Source, stream: Stream, last: datetime | None
) -> tuple[ColumnStatistics, datetime | None]:
    """The rows extracted after `last`: how many, how full each column is, and how many values did not fit its type."""
    names = [column.raw_name for column in stream.columns]
    counts = [
        f'count({quote(name)}), count(CASE WHEN contains(meta, \'"field":"{name}"\') THEN 1 END)' for name in names
    ]
    [(rows, newest, *found)] = connection.execute(
        f"SELECT count(*), max(_airbyte_extracted_at), {', '.join(counts)} "
        f"FROM (SELECT *, lower(CAST(_airbyte_meta AS VARCHAR)) AS meta FROM {raw_relation(source, stream)} "
        f"WHERE {'true' if last is None else '_airbyte_extracted_at > ?'}) AS new_row",
        [] if last is None else [last],
    ).fetchall()
    statistics = ColumnStatistics()
    statistics.add_columns(names, int(rows))
    for name, present, changed in zip(names, found[::2], found[1::2], strict=True):
        statistics.nulled[name] = int(changed)
        statistics.filled[name] = int(present) + int(changed)
    return statistics, newest
