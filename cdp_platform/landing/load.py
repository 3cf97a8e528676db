"""Landing one source: find what is new, parse it without holding the warehouse, load and judge it while holding it.

Here: the order of the steps and the load audit. Not here: the steps themselves.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cdp_platform.landing.controls import BadControlFile, take_controls
from cdp_platform.landing.delivery import Parsed, delivery_hash, load, parse
from cdp_platform.landing.files import LandedFile, control_files, files_of
from cdp_platform.landing.tables import cursor_sql, prepare, raw_relation
from cdp_platform.landing.validate import validate
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse import Warehouse
from cdp_platform.warehouse.duckdb import Connection, scalar

LAST_DELIVERY = "SELECT coalesce(max(delivery_id), 0) FROM ops.landed_file"


@dataclass(frozen=True)
class StreamLoad:
    """What one run did to one stream: a row of `ops.load_audit`."""

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


def land_source(
    warehouse: Warehouse, source: Source, streams: Sequence[Stream], *, run_id: str, say: Callable[[str], None]
) -> list[StreamLoad]:
    """Load every new file of the streams and judge it. Returns one StreamLoad per stream, in the given order."""
    landing = warehouse.settings.landing
    with warehouse.writing(f"landing {source.name}", say=say) as connection:
        prepare(connection)
        known = {
            (stream, sha256)
            for stream, sha256 in connection.execute(
                "SELECT stream, sha256 FROM ops.landed_file WHERE source_system = ?", [source.name]
            ).fetchall()
        }
        next_id = scalar(connection, LAST_DELIVERY) + 1
    with tempfile.TemporaryDirectory(prefix="cdp-landing-") as folder:
        parsed: dict[str, tuple[float, list[Parsed]]] = {}
        for stream in streams:
            started = time.monotonic()
            new = _new_files(files_of(landing, source, stream), stream, known)
            parsed[stream.table] = (started, [parse(file, sha, stream, Path(folder), sync_id=next_id) for file, sha in new])
            for item in parsed[stream.table][1]:
                say(f"{source.name}.{stream.table}: read {item.file.name}, {item.delivered:,} rows")
            parsed[stream.table] = (time.monotonic() - started, parsed[stream.table][1])
        with warehouse.writing(f"loading {source.name}", say=say) as connection:
            controls = control_files(landing, source)
            return [
                _load_stream(connection, source, stream, *parsed[stream.table], controls.get(stream.table), run_id)
                for stream in streams
            ]


def _new_files(files: list[LandedFile], stream: Stream, known: set[tuple[str, str]]) -> list[tuple[LandedFile, str]]:
    new = []
    for file in files:
        sha256 = delivery_hash(file, stream)
        if (stream.table, sha256) not in known:
            known.add((stream.table, sha256))
            new.append((file, sha256))
    return new


def _load_stream(
    connection: Connection, source: Source, stream: Stream, parse_seconds: float, parsed: list[Parsed], control: Path | None, run_id: str
) -> StreamLoad:  # fmt: skip
    started_at, started = datetime.now(UTC), time.monotonic()
    faults = []
    if control is not None:
        try:
            take_controls(connection, source, stream, control)
        except BadControlFile as error:
            faults.append(str(error))
    first_id = scalar(connection, LAST_DELIVERY) + 1
    for offset, item in enumerate(parsed):
        load(connection, source, stream, item, delivery_id=first_id + offset)
    verdict = validate(connection, source, stream)
    faults += [verdict.held] if verdict.held else []
    done = StreamLoad(
        stream=stream,
        files=len(parsed),
        bytes=sum(item.bytes for item in parsed),
        delivered=sum(item.delivered for item in parsed),
        raw=sum(item.raw for item in parsed),
        unreadable=sum(len(item.unreadable) for item in parsed),
        rejected=verdict.rejected,
        seconds=round(parse_seconds + time.monotonic() - started, 3),
        high_water=_high_water(connection, source, stream),
        status="held" if verdict.held else "loaded" if parsed else "unchanged",
        cause=verdict.cause,
        reason="; ".join(faults) or None,
        new_columns=", ".join(sorted({name for item in parsed for name in item.statistics.new_columns(stream)})) or None,
    )
    connection.execute(
        "INSERT INTO ops.load_audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            run_id, source.name, stream.table, started_at, done.seconds, done.files, done.bytes, done.delivered, done.raw,
            done.unreadable, done.rejected, done.high_water, done.status, done.cause, done.reason, done.new_columns,
        ],
    )  # fmt: skip
    return done


def _high_water(connection: Connection, source: Source, stream: Stream) -> datetime | None:
    return scalar(
        connection,
        f"SELECT max({cursor_sql(stream)}) FROM {raw_relation(source, stream)} AS raw WHERE _airbyte_extracted_at <= "
        "(SELECT validated_until FROM ops.validated_mark WHERE source_system = ? AND stream = ?) "
        "AND NOT EXISTS (SELECT 1 FROM quarantine.rejected_row AS q WHERE q.raw_id = raw._airbyte_raw_id)",
        [source.name, stream.table],
    )
