"""Judging what was landed: rejected rows go to quarantine, and the validated mark moves over good deliveries.

Here: the order of deliveries, what stops a source, the mark. The quarantine entries and the mark change in one
transaction. Not here: when a delivery is good (`judge`), the vendor's totals (`controls`).
"""

from dataclasses import dataclass
from datetime import datetime

from cdp_platform.landing.controls import control_faults
from cdp_platform.landing.judge import Cause, Delivery, Held, judge
from cdp_platform.landing.rejected import reject, resolve, withdraw
from cdp_platform.landing.tables import insert_row, raw_relation
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse.connection import Connection, scalar, transaction

__all__ = ["Cause", "Verdict", "validate"]


@dataclass
class Verdict:
    """What validation did to a stream: rows rejected, the newest accepted cursor, and why the mark stopped, if so."""

    rejected: int = 0
    high_water: datetime | None = None
    held: str | None = None
    cause: str | None = None

    def stop(self, held: Held) -> None:
        """Note why."""
        self.held, self.cause = str(held), held.cause.value


class _ControlsWrong(Held):
    """The validated rows would not add up to what the vendor reports: none of this run's deliveries counts."""


def validate(connection: Connection, source: Source, stream: Stream, *, control_fault: str | None = None) -> Verdict:
    """Move the stream's mark over every delivery that keeps its contract; stop at the first that does not.

    `control_fault`: why the vendor's totals cannot be told, if they cannot.
    """
    waiting = _waiting(connection, source, stream)
    if not waiting:
        return Verdict()
    try:
        with transaction(connection):
            return _advance(connection, source, stream, waiting, control_fault)
    except _ControlsWrong as wrong:
        with transaction(connection):
            for delivery in waiting:
                _set_status(connection, delivery, "held", wrong)
        verdict = Verdict()
        verdict.stop(wrong)
        return verdict


def _advance(
    connection: Connection, source: Source, stream: Stream, waiting: list[Delivery], control_fault: str | None
) -> Verdict:
    verdict = Verdict()
    for position, delivery in enumerate(waiting):
        came_again = any(later.replaces(delivery, stream) for later in waiting[position + 1 :])
        if came_again and delivery.status == "held":
            verdict.rejected += _withdraw(connection, source, stream, delivery)
            continue
        try:
            judgement = judge(connection, source, stream, delivery)
        except Held as held:
            if came_again:
                verdict.rejected += _withdraw(connection, source, stream, delivery)
                continue
            verdict.stop(held)
            for stopped in waiting[position:]:
                _set_status(connection, stopped, "held", held)
            # what came before was good; the vendor's totals cannot hold while a delivery is missing
            return verdict
        verdict.rejected += reject(connection, source, stream, delivery, judgement)
        verdict.high_water = max((m for m in (verdict.high_water, judgement.high_water) if m), default=None)
        _move_mark(connection, source, stream, delivery)
        resolve(connection, source, stream, delivery)
    if not any(delivery.is_released for delivery in waiting):
        faults = [control_fault] if control_fault else control_faults(connection, source, stream)
        if faults:
            raise _ControlsWrong(Cause.CONTROLS, "; ".join(faults))
    return verdict


def _waiting(connection: Connection, source: Source, stream: Stream) -> list[Delivery]:
    rows = connection.execute(
        "SELECT delivery_id, file_name, extracted_at, delivered, unreadable, drift, status, reason, came_after "
        "FROM (SELECT *, lag(extracted_at) OVER (ORDER BY delivery_id) AS came_after FROM ops.landed_file "
        "WHERE source_system = ? AND stream = ?) AS known "
        "WHERE status IN ('pending', 'held', 'released') ORDER BY delivery_id",
        [source.name, stream.table],
    ).fetchall()
    return [Delivery(*row) for row in rows]


def _withdraw(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> int:
    _set_status(connection, delivery, "withdrawn")
    return withdraw(connection, source, stream, delivery)


def _move_mark(connection: Connection, source: Source, stream: Stream, delivery: Delivery) -> None:
    key = [source.name, stream.table]
    connection.execute("DELETE FROM ops.validated_mark WHERE source_system = ? AND stream = ?", key)
    began = f"SELECT min(_airbyte_extracted_at) FROM {raw_relation(source, stream)} WHERE {delivery.rows}"
    mark = {
        "source_system": source.name,
        "stream": stream.table,
        "validated_until": delivery.extracted_at,
        "delivered_from": scalar(connection, began) if delivery.is_sync else None,
    }
    insert_row(connection, "ops.validated_mark", mark)
    _set_status(connection, delivery, "validated")


def _set_status(connection: Connection, delivery: Delivery, status: str, held: Held | None = None) -> None:
    """A released delivery keeps the words it was released with."""
    reason = str(held) if held else delivery.reason if delivery.is_released else None
    connection.execute(
        "UPDATE ops.landed_file SET status = ?, cause = ?, reason = ? WHERE delivery_id = ?",
        [status, held and held.cause.value, reason, delivery.delivery_id],
    )
