"""Writing quarantine: rows that broke a rule, deliveries that were replaced, and what later deliveries mended.

Here: the entries and their status; called inside the transaction that moves the mark. Not here: reading quarantine and
acting on it (`quarantine`), judging (`judge`).
"""

import hashlib
from datetime import UTC, datetime

import polars as pl

from cdp_platform.landing.contract import CLOCK_SKEW
from cdp_platform.landing.drift import MENDS
from cdp_platform.landing.judge import Delivery, Judgement
from cdp_platform.landing.tables import cursor_sql, raw_relation
from cdp_platform.landing.typed import decode_raw_id
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse import append, shapes
from cdp_platform.warehouse.connection import Connection, quote, scalar

WITHDRAWN = "replaced by a later delivery of the same file name before it was accepted"


def reject(connection: Connection, source: Source, stream: Stream, delivery: Delivery, judgement: Judgement) -> int:
    """List the rules that a delivery's rows broke. Returns the number of rows."""
    if judgement.rejections.is_empty():
        return 0
    named = [source.name, stream.table]
    found = judgement.rejections.select("raw_id", "rule", "reason")
    entries = [
        (hashlib.md5("|".join([*named, *row]).encode(), usedforsecurity=False).hexdigest(), decode_raw_id(row[0])[1])
        for row in found.iter_rows()
    ]
    listed = found.with_columns(
        rejection_id=pl.Series([entry for entry, _ in entries], dtype=pl.String),
        row_number=pl.Series([number for _, number in entries], dtype=pl.Int64),
        source_system=pl.lit(source.name),
        stream=pl.lit(stream.table),
        file_name=pl.lit(delivery.file_name),
        delivery_id=pl.lit(delivery.delivery_id, dtype=pl.Int64),
        first_seen=pl.lit(datetime.now(UTC)),
        status=pl.lit("open"),
    )
    append(connection, "quarantine.rejected_row", listed.to_arrow())
    return judgement.rejections["raw_id"].n_unique()


def withdraw(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> int:
    """Leave a delivery out for good: its file name came again before it was accepted. Returns the number of rows."""
    rows = (
        f"SELECT _airbyte_raw_id, 'withdrawn_delivery', '{WITHDRAWN}' FROM {raw_relation(source, stream)} "
        f"WHERE {delivery.rows}"
    )
    number = "NULL" if delivery.is_sync else "('0x' || right(replace(raw_id, '-', ''), 16))::BIGINT"
    key = [source.name, stream.table]
    connection.execute(
        "INSERT INTO quarantine.rejected_row (rejection_id, source_system, stream, rule, reason, raw_id, file_name, "
        "row_number, delivery_id, first_seen, status) "
        f"WITH found(raw_id, rule, reason) AS ({rows}) "
        f"SELECT md5('{source.name}|{stream.table}|' || raw_id || '|' || rule || '|' || reason), "
        "?, ?, rule, reason, raw_id, ?, "
        f"{number}, ?, ?, 'resolved' FROM found",
        [*key, delivery.file_name, delivery.delivery_id, datetime.now(UTC)],
    )
    connection.execute(
        "UPDATE quarantine.rejected_row SET status = 'resolved', resolved_by = 'redelivery' WHERE delivery_id = ?",
        [delivery.delivery_id],
    )
    return delivery.delivered - delivery.unreadable


def resolve(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> None:
    """Close what an accepted delivery mends.

    It mends a rejected row by a good one of the same key that is not older, the rejection that a row names in
    `_rejection_id`, and whatever was unreadable in an earlier delivery of the same file name.
    """
    named = [source.name, stream.table]
    is_open = "status = 'open' AND source_system = ? AND stream = ? AND delivery_id < ?"
    if not scalar(
        connection, f"SELECT count(*) FROM quarantine.rejected_row WHERE {is_open}", [*named, delivery.delivery_id]
    ):
        return
    relation = raw_relation(source, stream)
    answers = "SELECT NULL::VARCHAR"
    if MENDS in shapes(connection)[f"raw.{source.raw_table(stream)}"]:
        answers = f"SELECT {MENDS} FROM good"
    keys = " AND ".join(f"good.{quote(name.lower())} = bad.{quote(name.lower())}" for name in stream.key)
    cursor, skew = cursor_sql(stream), f"{CLOCK_SKEW.total_seconds():.0f} SECONDS"
    connection.execute(
        f"""
        WITH open_row AS (SELECT * FROM quarantine.rejected_row WHERE {is_open}),
        good AS (
            SELECT *, {cursor} AS _cdp_cursor FROM {relation} WHERE {delivery.rows} AND _airbyte_raw_id NOT IN
                (SELECT raw_id FROM quarantine.rejected_row WHERE raw_id IS NOT NULL AND delivery_id = ?)
        ),
        bad AS (
            SELECT *, {cursor} AS _cdp_cursor FROM {relation}
            WHERE _airbyte_raw_id IN (SELECT raw_id FROM open_row WHERE raw_id IS NOT NULL)
        ),
        mended AS (
            SELECT bad._airbyte_raw_id AS raw_id FROM bad JOIN good ON {keys}
            WHERE bad._cdp_cursor IS NULL OR good._cdp_cursor >= bad._cdp_cursor
                OR bad._cdp_cursor > bad._airbyte_extracted_at + INTERVAL '{skew}'
            UNION ALL
            SELECT raw_id FROM open_row WHERE raw_id IS NOT NULL AND rejection_id IN ({answers})
        )
        UPDATE quarantine.rejected_row SET status = 'resolved', resolved_by = ?
        WHERE {is_open} AND (
            raw_id IN (SELECT raw_id FROM mended)
            OR rejection_id IN ({answers})
            OR (raw_id IS NULL AND file_name = ?)
        )""",
        [*named, delivery.delivery_id, delivery.delivery_id, delivery.file_name,
         *named, delivery.delivery_id, delivery.file_name],
    )  # fmt: skip
    settle_unreadable(connection, source, stream)


def settle_unreadable(connection: Connection, source: Source, stream: Stream) -> None:
    """An unreadable file of which nothing is open any more needs nobody's attention."""
    named = [source.name, stream.table]
    connection.execute(
        "UPDATE ops.landed_file SET status = 'withdrawn' "
        "WHERE source_system = ? AND stream = ? AND status = 'unreadable' "
        "AND delivery_id NOT IN (SELECT delivery_id FROM quarantine.rejected_row "
        "WHERE status = 'open' AND source_system = ? AND stream = ?)",
        [*named, *named],
    )
