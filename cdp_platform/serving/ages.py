"""How old the data is that readers see: carried into every published version, told when it is asked.

Here: the table `ops.table_age`, and what it says of a query. Not here: what the on-call does about it (`deliveries`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import sqlglot
from sqlglot import exp

from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.duckdb import Connection, scalar

TABLE = "ops.table_age"
WRITE = f"""
INSERT INTO {TABLE} (table_schema, table_name, source_system, stream, newest_record_at, stale_after, held_because)
WITH
input AS (SELECT unnest($schemas) AS table_schema, unnest($tables) AS table_name, unnest($sources) AS source_system,
                 unnest($streams) AS stream, unnest($seconds) AS seconds),
water AS (SELECT source_system, stream, max(high_water) AS newest FROM ops.load_audit
          WHERE started_at <= (SELECT max(started_at) FROM ops.model_run) GROUP BY ALL),
held AS (SELECT source_system, stream, arg_min(reason, delivery_id) AS reason FROM ops.landed_file
         WHERE status IN ('held', 'unreadable') GROUP BY ALL)
SELECT table_schema, table_name, source_system, stream, newest, newest + to_seconds(seconds), held.reason
FROM input LEFT JOIN water USING (source_system, stream) LEFT JOIN held USING (source_system, stream)
WHERE source_system IN (SELECT source_system FROM water WHERE newest IS NOT NULL)
ORDER BY ALL
"""
STALE = f"""
SELECT table_name, arg_min(source_system || '.' || stream, stale_after), min(stale_after),
       arg_min(newest_record_at, stale_after), count(*)
FROM {TABLE} WHERE list_contains($tables, table_name) AND stale_after < $now
GROUP BY table_name ORDER BY table_name
"""


def write_ages(connection: Connection, inputs: Mapping[str, Sequence[tuple[Source, Stream]]]) -> None:
    """Note the newest accepted record of every stream that a published table (`schema.table`) is built from.

    As far as the model run saw it, for sources in use. `stale_after` is null where the stream promises no cadence.
    """
    rows = [(name, source, stream) for name, streams in inputs.items() for source, stream in streams]
    connection.execute(f"DELETE FROM {TABLE}")
    if rows:
        allowed = [stream.cadence.max_age for _, _, stream in rows]
        columns = {
            "schemas": [name.split(".")[0] for name, _, _ in rows],
            "tables": [name.split(".")[1] for name, _, _ in rows],
            "sources": [source.name for _, source, _ in rows],
            "streams": [stream.table for _, _, stream in rows],
            "seconds": [age.total_seconds() if age else None for age in allowed],
        }
        connection.execute(WRITE, columns)


def stale_tables(connection: Connection, query: str, now: datetime) -> Iterator[str]:
    """A sentence per table of a query on the published version that rests on a source which is stale by now."""
    known = "SELECT count(*) FROM duckdb_tables() WHERE schema_name || '.' || table_name = ?"
    if not scalar(connection, known, [TABLE]):
        return  # published by a version that did not carry it
    tables = sorted({table.name.lower() for table in sqlglot.parse_one(query, read="duckdb").find_all(exp.Table)})
    for table, stream, since, newest, streams in connection.execute(STALE, {"tables": tables, "now": now}).fetchall():
        more = f" and {streams - 1} more" if streams > 1 else ""
        said = f"the newest record of {stream}{more} is of {newest:%Y-%m-%d %H:%M}, stale since {since:%Y-%m-%d %H:%M}"
        yield f"{table} rests on old data: {said} UTC; `cdp status` says why"


def streams_by_raw_table() -> dict[str, tuple[Source, Stream]]:
    """Every declared stream by the name of its raw table."""
    return {source.raw_table(stream): (source, stream) for source in SOURCES for stream in source.streams}
