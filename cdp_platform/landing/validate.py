"""Judging what was landed: rejected rows go to quarantine, and the validated mark moves over good deliveries.

Here: the order of deliveries, what stops a source, the mark. The quarantine entries and the mark change in one transaction.
Not here: a row's rules (`contract`), the vendor's totals (`controls`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import polars as pl

from cdp_platform.landing.contract import CURSOR, Rejection, rejections
from cdp_platform.landing.controls import control_faults
from cdp_platform.landing.tables import cursor_sql, raw_relation
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Type
from cdp_platform.warehouse.duckdb import Connection, quote, transaction

MAX_REJECTED_SHARE = 0.01
MAX_REJECTED_ROWS = 1_000
FEW_REJECTED_ROWS = 10
VOLUME_HISTORY = 5
VOLUME_FACTOR = 10
VOLUME_FLOOR = 100
CHUNK_ROWS = 200_000


@dataclass(frozen=True)
class Delivery:
    """A landed file that is not part of the validated rows yet."""

    delivery_id: int
    file_name: str
    extracted_at: datetime
    delivered: int
    unreadable: int
    drift: str | None
    status: str


@dataclass
class Verdict:
    """What validation did to a stream: rows rejected, and why the mark stopped, if it did."""

    rejected: int = 0
    held: str | None = None
    cause: str | None = None


class Cause(StrEnum):
    """The kind of fault that stopped a stream."""

    CONTRACT = "contract"
    DRIFT = "drift"
    VOLUME = "volume"
    CONTROLS = "controls"


class _Held(Exception):
    """Stops the mark, with a cause and a reason."""

    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


class _ControlsWrong(_Held):
    """The validated rows would not add up to what the vendor reports: none of this run's deliveries counts."""


def validate(connection: Connection, source: Source, stream: Stream) -> Verdict:
    """Move the stream's mark over every delivery that keeps its contract; stop at the first that does not."""
    waiting = _waiting(connection, source, stream)
    if not waiting:
        return Verdict()
    try:
        with transaction(connection):
            return _advance(connection, source, stream, waiting)
    except _ControlsWrong as wrong:
        for delivery in waiting:
            _set_status(connection, delivery, "held", wrong)
        return Verdict(held=str(wrong), cause=wrong.cause)


def _advance(connection: Connection, source: Source, stream: Stream, waiting: list[Delivery]) -> Verdict:
    verdict = Verdict()
    for position, delivery in enumerate(waiting):
        if any(later.file_name == delivery.file_name for later in waiting[position + 1 :]):
            verdict.rejected += _withdraw(connection, source, stream, delivery)
            continue
        try:
            found = _judge(connection, source, stream, delivery)
        except _Held as held:
            verdict.held, verdict.cause = str(held), held.cause
            for stopped in waiting[position:]:
                _set_status(connection, stopped, "held", held)
            return verdict
        verdict.rejected += len({raw_id for raw_id, _, _ in found})
        _quarantine(connection, source, stream, delivery, found)
        _move_mark(connection, source, stream, delivery)
    faults = control_faults(connection, source, stream)
    if faults and not any(delivery.status == "released" for delivery in waiting):
        raise _ControlsWrong(Cause.CONTROLS, "; ".join(faults))
    return verdict


def _waiting(connection: Connection, source: Source, stream: Stream) -> list[Delivery]:
    rows = connection.execute(
        "SELECT delivery_id, file_name, extracted_at, delivered, unreadable, drift, status FROM ops.landed_file "
        "WHERE source_system = ? AND stream = ? AND status IN ('pending', 'held', 'released') ORDER BY delivery_id",
        [source.name, stream.table],
    ).fetchall()
    return [Delivery(*row) for row in rows]


def _judge(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> list[Rejection]:
    released = delivery.status == "released"
    if delivery.drift and not released:
        raise _Held(Cause.DRIFT, f"{delivery.file_name}: {delivery.drift}")
    if not released and (fault := _volume_fault(connection, source, stream, delivery)):
        raise _Held(Cause.VOLUME, f"{delivery.file_name}: {fault}")
    found: list[Rejection] = []
    for rows in _rows(connection, source, stream, delivery):
        found += rejections(rows, stream, extracted_at=delivery.extracted_at)
    bad = len({raw_id for raw_id, _, _ in found}) + delivery.unreadable
    share = bad / delivery.delivered if delivery.delivered else 0.0
    if not released and bad > FEW_REJECTED_ROWS and (share > MAX_REJECTED_SHARE or bad > MAX_REJECTED_ROWS):
        rules = sorted({reason for _, _, reason in found}) or ["unreadable rows"]
        said = f"{delivery.file_name}: {bad} of {delivery.delivered} rows rejected ({'; '.join(rules[:3])})"
        raise _Held(Cause.CONTRACT, said)
    return found


def _rows(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> Iterator[pl.DataFrame]:
    columns = ", ".join(
        f"CAST({quote(c.raw_name)} AS VARCHAR) AS {quote(c.raw_name)}" if c.type is Type.JSON else quote(c.raw_name)
        for c in stream.columns
    )
    # A cursor of its own: the transaction's connection cannot write while it is being read from.
    cursor = connection.cursor()
    try:
        cursor.execute("SET TimeZone = 'UTC'")
        relation = cursor.sql(
            f"SELECT _airbyte_raw_id, CAST(_airbyte_meta AS VARCHAR) AS _airbyte_meta, {cursor_sql(stream)} AS {CURSOR}, {columns} "
            f"FROM {raw_relation(source, stream)} WHERE _airbyte_extracted_at = ?",
            params=[delivery.extracted_at],
        )
        for batch in relation.to_arrow_reader(CHUNK_ROWS):
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            yield frame
    finally:
        cursor.close()


def _volume_fault(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> str | None:
    """A delivery far from the median of the last ones; the first (a history load) tells nothing about the next."""
    sizes = connection.execute(
        "SELECT delivered FROM ops.landed_file WHERE source_system = ? AND stream = ? AND status = 'validated' "
        f"AND delivery_id < ? ORDER BY delivery_id DESC LIMIT {VOLUME_HISTORY}",
        [source.name, stream.table, delivery.delivery_id],
    ).fetchall()
    if len(sizes) < VOLUME_HISTORY:
        return None
    usual = sorted(size for (size,) in sizes)[VOLUME_HISTORY // 2]
    low, high = usual / VOLUME_FACTOR - VOLUME_FLOOR / VOLUME_FACTOR, usual * VOLUME_FACTOR + VOLUME_FLOOR
    if low <= delivery.delivered <= high:
        return None
    return f"{delivery.delivered} rows where the last {VOLUME_HISTORY} deliveries had a median of {usual}"


def _quarantine(connection: Connection, source: Source, stream: Stream, delivery: Delivery, found: list[Rejection]) -> None:
    if not found:
        return
    frame = pl.DataFrame(found, schema=["raw_id", "rule", "reason"], orient="row").unique().to_arrow()
    connection.register("found_rejections", frame)
    try:
        connection.execute(
            "INSERT INTO quarantine.rejected_row "
            "SELECT md5(raw_id || rule || reason), ?, ?, rule, reason, raw_id, NULL, ?, "
            "('0x' || right(replace(raw_id, '-', ''), 16))::BIGINT, ?, ?, 'open', NULL FROM found_rejections",
            [source.name, stream.table, delivery.file_name, delivery.delivery_id, datetime.now(UTC)],
        )
    finally:
        connection.unregister("found_rejections")


def _withdraw(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> int:
    """The same file name came again before this one was accepted: the vendor has corrected it."""
    reason = "replaced by a later delivery of the same file name before it was accepted"
    relation = raw_relation(source, stream)
    raw_ids = connection.execute(
        f"SELECT _airbyte_raw_id FROM {relation} WHERE _airbyte_extracted_at = ?", [delivery.extracted_at]
    ).fetchall()
    _quarantine(connection, source, stream, delivery, [(raw_id, "withdrawn_delivery", reason) for (raw_id,) in raw_ids])
    connection.execute(
        "UPDATE quarantine.rejected_row SET status = 'resolved', resolved_by = 'redelivery' WHERE delivery_id = ?",
        [delivery.delivery_id],
    )
    _set_status(connection, delivery, "withdrawn")
    return len(raw_ids)


def _move_mark(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> None:
    key = [source.name, stream.table]
    connection.execute("DELETE FROM ops.validated_mark WHERE source_system = ? AND stream = ?", key)
    connection.execute("INSERT INTO ops.validated_mark VALUES (?, ?, ?)", [*key, delivery.extracted_at])
    _set_status(connection, delivery, "validated")


def _set_status(connection: Connection, delivery: Delivery, status: str, held: _Held | None = None) -> None:
    connection.execute(
        "UPDATE ops.landed_file SET status = ?, cause = ?, reason = ? WHERE delivery_id = ?",
        [status, held and held.cause.value, held and str(held), delivery.delivery_id],
    )
