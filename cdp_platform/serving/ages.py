"""How old the data is that readers see: carried into every published version, told when it is asked.

Here: the table `ops.table_age`, and what it says of a query. Not here: what the on-call does about it (`deliveries`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlglot
from sqlglot import exp

from cdp_platform.serving.statements import checked
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse.connection import Connection, registered, scalar

TABLE = "ops.table_age"
WRITE = f"""
INSERT INTO {TABLE} (table_schema, table_name, source_system, stream, newest_record_at, stale_after, held_because)
WITH
water AS (SELECT table_schema, table_name, source_system, stream, max(high_water) AS newest
          FROM _cdp_input AS i JOIN ops.load_audit USING (source_system, stream)
          WHERE started_at <= moment GROUP BY ALL),
held AS (SELECT source_system, stream, arg_min(reason, delivery_id) AS reason FROM ops.landed_file
         WHERE status IN ('held', 'unreadable') GROUP BY ALL)
SELECT table_schema, table_name, source_system, stream, newest,
       newest + to_seconds(seconds), held.reason
FROM _cdp_input AS i LEFT JOIN water USING (table_schema, table_name, source_system, stream)
LEFT JOIN held USING (source_system, stream)
WHERE source_system IN (SELECT source_system FROM ops.load_audit WHERE high_water IS NOT NULL)
ORDER BY 1, 2, 3, 4
"""
STALE = f"""
SELECT table_name, arg_min(source_system || '.' || stream, stale_after), min(stale_after),
       arg_min(newest_record_at, stale_after), count(*)
FROM {TABLE} WHERE list_contains($tables, table_name) AND stale_after < $now
GROUP BY table_name ORDER BY table_name
"""


@dataclass(frozen=True)
class Input:
    """A stream that a published table (`schema.table`) is built from, and the moment as of which the table holds it."""

    table: str
    source: Source
    stream: Stream
    moment: datetime


def write_ages(connection: Connection, inputs: Sequence[Input]) -> None:
    """Note for every input the newest record that had been accepted by its moment; of sources in use.

    `stale_after` is null where the stream promises no cadence.
    """
    import pyarrow as pa  # a third of a second that who only reads need not wait

    connection.execute(f"DELETE FROM {TABLE}")
    if inputs:
        allowed = [item.stream.cadence.max_age for item in inputs]
        columns = {
            "table_schema": [item.table.split(".")[0] for item in inputs],
            "table_name": [item.table.split(".")[1] for item in inputs],
            "source_system": [item.source.name for item in inputs],
            "stream": [item.stream.table for item in inputs],
            "seconds": pa.array([int(age.total_seconds()) if age else None for age in allowed], pa.int64()),
            "moment": pa.array([item.moment for item in inputs], pa.timestamp("us", "UTC")),
        }
        with registered(connection, "_cdp_input", pa.table(columns)):
            connection.execute(WRITE)


def stale_tables(connection: Connection, query: str, now: datetime) -> Iterator[str]:
    """A sentence per table of a query on the published version that rests on a source which is stale by now."""
    known = "SELECT count(*) FROM duckdb_tables() WHERE schema_name || '.' || table_name = ?"
    if not scalar(connection, known, [TABLE]):
        return  # published by a version that did not carry it
    [root] = sqlglot.parse(checked(query), read="duckdb")
    tables = sorted({table.name.lower() for table in root.find_all(exp.Table)}) if root else []
    for table, stream, since, newest, streams in connection.execute(STALE, {"tables": tables, "now": now}).fetchall():
        more = f" and {streams - 1} more" if streams > 1 else ""
        said = f"the newest record of {stream}{more} is of {newest:%Y-%m-%d %H:%M}, stale since {since:%Y-%m-%d %H:%M}"
        yield f"{table} rests on old data: {said} UTC; `cdp status` says why"
