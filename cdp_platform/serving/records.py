"""One source record, followed from domain through staging to every raw row of it, with file and line.

Here: the versions of a record and what became of each. Not here: which records belong to a gold row (`trace`).
"""

from collections.abc import Iterator, Sequence

from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.tables import LEDGERS, raw_relation
from cdp_platform.landing.typed import decode_raw_id
from cdp_platform.serving.steps import Row, Step, Trail, record_of
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes, Type
from cdp_platform.warehouse.duckdb import quote

MARKS = "ops.model_mark"
FATES = {
    "current": "the version that counts",
    "superseded": "a newer version counts",
    "duplicate": "the same version was delivered again",
    "deleted": "the source says that the record is gone",
    "held": "delivered after what the models have read, or not accepted yet",
}


def follow_record(trail: Trail, record_id: str, why: str) -> None:
    """Add a record's rows in every layer to the trail, once."""
    named = record_of(record_id)
    if named is None or record_id in trail.followed:
        return
    trail.followed.add(record_id)
    source, stream, source_id = named
    found = [
        *_domain(trail, record_id, why),
        *_staging(trail, source, stream, record_id, source_id),
        *_raw(trail, source, stream, source_id),
    ]
    trail.steps += found
    if not found:
        trail.notes.append(f"{record_id}: no layer has this record any more")


def _domain(trail: Trail, record_id: str, why: str) -> Iterator[Step]:
    for table in trail.tables("domain"):
        relation = f"domain.{table}"
        if relation == trail.asked or table.endswith("_version") or "source_record_id" not in trail.columns(relation):
            continue
        for row in trail.rows(relation, "source_record_id = ?", [record_id], order="ALL", limit=trail.limit):
            at, values = row.get("source_updated_at"), trail.shown(relation, row)
            yield Step("domain", relation, record_id, why, at=at, values=values)


def _staging(trail: Trail, source: Source, stream: Stream, record_id: str, source_id: str) -> Iterator[Step]:
    relation, key = f"staging.stg_{source.name}__{stream.object}", f"{stream.object}_id"
    if key not in trail.columns(relation):
        return
    same = f"CAST({quote(key)} AS VARCHAR) = ?"
    for row in trail.rows(relation, same, [source_id], order="ALL", limit=trail.limit):
        at, values = row.get("source_updated_at"), trail.shown(relation, row)
        yield Step("staging", relation, record_id, "the record as cleaned", at=at, values=values)


def _raw(trail: Trail, source: Source, stream: Stream, source_id: str) -> list[Step]:
    relation = f"raw.{source.raw_table(stream)}"
    rows = _versions(trail, source, stream, source_id)
    if len(rows) > trail.limit:
        trail.notes.append(f"{relation}: {len(rows):,} versions of {source_id}, the newest {trail.limit} shown")
    return [_raw_step(trail, source, stream, row) for row in rows[: trail.limit]]


def _versions(trail: Trail, source: Source, stream: Stream, source_id: str) -> list[Row]:
    """Every raw row of the record with its fate, newest first, judged by landing's own rule.

    The rule looks at a whole stream. It is applied to a copy in memory: the record's rows, the marks, the rejections,
    and one row of the newest delivery, by which a record that is missing from it is known to be gone.
    """
    connection, raw = trail.connection, raw_relation(source, stream)
    [key] = [stream.column(name) for name in stream.key]
    same = f"{quote(key.raw_name)} = " + ("TRY_CAST(? AS BIGINT)" if key.type is Type.INTEGER else "?")
    connection.execute(
        "CREATE SCHEMA IF NOT EXISTS raw; CREATE SCHEMA IF NOT EXISTS ops; CREATE SCHEMA IF NOT EXISTS quarantine"
    )
    connection.execute(f"CREATE OR REPLACE TABLE {raw} AS SELECT * FROM warehouse.{raw} WHERE {same}", [source_id])
    seen = [row[0] for row in connection.execute(f"SELECT _airbyte_raw_id FROM {raw}").fetchall()]
    for table in (MARKS, "quarantine.rejected_row"):
        assert table in LEDGERS
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS FROM warehouse.{table} WHERE source_system = ? AND stream = ?",
            [source.name, stream.table],
        )
    if stream.deletes is Deletes.ABSENCE:
        connection.execute(
            f"INSERT INTO {raw} SELECT * FROM warehouse.{raw} WHERE {same} IS NOT true "
            f"AND _airbyte_extracted_at <= (SELECT max(validated_until) FROM {MARKS}) "
            "AND _airbyte_raw_id NOT IN (SELECT raw_id FROM quarantine.rejected_row WHERE raw_id IS NOT NULL) "
            "ORDER BY _airbyte_extracted_at DESC, _airbyte_raw_id DESC LIMIT 1",
            [source_id],
        )
    cursor = connection.execute(
        f"SELECT * FROM ({fate_sql(source, stream, mark_table=MARKS)}) WHERE _airbyte_raw_id IN (SELECT unnest(?)) "
        "ORDER BY _airbyte_extracted_at DESC, _airbyte_raw_id DESC",
        [seen],
    )
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _raw_step(trail: Trail, source: Source, stream: Stream, row: Row) -> Step:
    relation = f"raw.{source.raw_table(stream)}"
    raw_id = row["_airbyte_raw_id"]
    prefix, line = decode_raw_id(raw_id)
    files = trail.rows(
        "ops.landed_file",
        "source_system = ? AND stream = ? AND left(sha256, 16) = ?",
        [source.name, stream.table, prefix],
        order="delivery_id",
    )
    if line is None:  # a row of a sync: its delivery reaches from the one before to its own moment
        files = trail.rows(
            "ops.landed_file",
            "source_system = ? AND stream = ? AND extracted_at >= ?",
            [source.name, stream.table, row["_airbyte_extracted_at"]],
            order="delivery_id",
        )
    fate = row["fate"]
    why = FATES.get(fate, "")
    if fate == "rejected":
        why = "; ".join(_reasons(trail, raw_id))
    values = {
        name: value for name, value in trail.shown(relation, row).items() if name != "fate" and not name.startswith("_")
    }
    file = f"{source.name}/{stream.name}/{files[0]['file_name']}" if files else None
    return Step(
        "raw", relation, raw_id, why, fate=fate, file=file, line=line, at=row["_airbyte_extracted_at"], values=values
    )


def _reasons(trail: Trail, raw_id: str) -> Sequence[str]:
    rows = trail.rows("quarantine.rejected_row", "raw_id = ?", [raw_id], order="reason")
    return [f"{row['reason']} ({row['status']})" for row in rows]
