"""What one run did to one stream: its deliveries are judged, and a row of `ops.load_audit` says what came of it.

Here: that row, and the totals that the vendor reports. Not here: how rows come into raw (`load`, `synced`), judging
(`validate`).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cdp_platform.landing.control_file import BadControlFile
from cdp_platform.landing.controls import take_controls
from cdp_platform.landing.tables import UNREAD, insert_row
from cdp_platform.landing.validate import Cause, validate
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse.connection import Connection, scalar


@dataclass(frozen=True)
class StreamLoad:
    """What one run did to one stream: a row of `ops.load_audit`. Held: something of it does not count, `reason` says
    why. Unread: the same of what is at the source.
    """

    stream: Stream
    files: int
    bytes: int
    delivered: int
    raw: int
    unreadable: int
    rejected: int
    seconds: float
    high_water: datetime | None
    status: str
    cause: str | None
    reason: str | None
    new_columns: str | None


@dataclass(frozen=True)
class Unread:
    """Why what a source has of a stream could not be read, or not all of it: the reason has the remedy."""

    cause: Cause
    reason: str


@dataclass(frozen=True)
class Brought:
    """What a run found new of a stream, in raw by now; `faults`: sentences about what could not be read of it.

    `unread`: why more of it did not even come.
    """

    files: int = 0
    bytes: int = 0
    delivered: int = 0
    raw: int = 0
    unreadable: int = 0
    faults: tuple[str, ...] = ()
    new_columns: str | None = None
    unread: Unread | None = None


def controls_fault(connection: Connection, source: Source, stream: Stream, controls: Mapping[str, Path]) -> str | None:
    """Take the totals that the stream's vendor reports; returns why they cannot be told, if they cannot."""
    try:
        take_controls(connection, source, stream, controls.get(stream.table))
    except BadControlFile as error:
        return str(error)
    return None


def judge_stream(
    connection: Connection,
    source: Source,
    stream: Stream,
    brought: Brought,
    *,
    run_id: str,
    seconds: float = 0,
    control_fault: str | None = None,
) -> StreamLoad:
    """Judge the deliveries that wait and write the audit row. `seconds`: what it took until here."""
    started_at, started = datetime.now(UTC), time.monotonic()
    verdict = validate(connection, source, stream, control_fault=control_fault)
    faults = [*brought.faults]
    faults += [verdict.held] if verdict.held else [control_fault] if control_fault else []
    cause = verdict.cause or (Cause.CONTROLS.value if control_fault else Cause.CONTRACT.value if faults else None)
    status = "held" if faults else "loaded" if brought.files else "unchanged"
    if brought.unread and not faults:
        faults, cause, status = [brought.unread.reason], brought.unread.cause.value, UNREAD
    done = StreamLoad(
        stream=stream,
        files=brought.files,
        bytes=brought.bytes,
        delivered=brought.delivered,
        raw=brought.raw,
        unreadable=brought.unreadable,
        rejected=verdict.rejected,
        seconds=round(seconds + time.monotonic() - started, 3),
        high_water=_high_water(connection, source, stream, verdict.high_water),
        status=status,
        cause=cause,
        reason="; ".join(faults) or None,
        new_columns=brought.new_columns,
    )
    audited = {name: value for name, value in vars(done).items() if name != "stream"}
    key = {"run_id": run_id, "source_system": source.name, "stream": stream.table, "started_at": started_at}
    insert_row(connection, "ops.load_audit", key | audited)
    return done


def _high_water(connection: Connection, source: Source, stream: Stream, accepted: datetime | None) -> datetime | None:
    """The newest cursor accepted so far."""
    before = "SELECT max(high_water) FROM ops.load_audit WHERE source_system = ? AND stream = ?"
    return max((m for m in (accepted, scalar(connection, before, [source.name, stream.table])) if m), default=None)
