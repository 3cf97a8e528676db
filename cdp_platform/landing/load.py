"""Landing one source: find what is new, parse it without holding the warehouse, load and judge it while holding it.

Here: the order of the steps. Not here: the steps themselves, the load audit (`audit`).
"""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cdp_platform.landing.audit import Brought, StreamLoad, Unread, controls_fault, judge_stream
from cdp_platform.landing.delivery import Parsed, load, parse
from cdp_platform.landing.files import control_files
from cdp_platform.landing.known import NewFile, known_deliveries, new_files
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse import Warehouse, Workload
from cdp_platform.warehouse.connection import Connection
from cdp_platform.warehouse.duckdb import scratch

BATCH_BYTES = 512 * 1024**2


@dataclass
class _Found:
    """What the landing zone has for a stream that is not loaded yet."""

    stream: Stream
    new: list[NewFile]
    touched: dict[str, str]
    seconds: float
    parsed: list[Parsed] = field(default_factory=list)


def land_source(
    warehouse: Warehouse,
    source: Source,
    streams: Sequence[Stream],
    *,
    run_id: str,
    say: Callable[[str], None],
    unread: Mapping[str, Unread] | None = None,
) -> list[StreamLoad]:
    """Load every new file of the streams and judge it. Returns one StreamLoad per stream, in the given order.

    `unread`: what a source has of a stream, by its table, and what kept it from coming.
    """
    landing = warehouse.settings.landing
    with warehouse.writing(f"landing {source.name}", say=say, workload=Workload.LOAD) as connection:
        prepare(connection)
        known = known_deliveries(connection, source)
    found = []
    for stream in streams:
        started = time.monotonic()
        new, touched = new_files(landing, source, stream, known[stream.table])
        found.append(_Found(stream, new, touched, time.monotonic() - started))
    controls = control_files(landing, source)
    done: dict[str, StreamLoad] = {}
    remaining = sorted(found, key=lambda item: not item.new)
    while remaining:
        with tempfile.TemporaryDirectory(prefix="cdp-landing-") as folder:
            batch = _parse(remaining, source, Path(folder), say)
            with warehouse.writing(f"loading {source.name}", say=say, workload=Workload.LOAD) as connection:
                for item in batch:
                    _remember(connection, item.touched)
                    missed = (unread or {}).get(item.stream.table)
                    done[item.stream.table] = _load(connection, source, item, controls, run_id, missed)
        remaining = remaining[len(batch) :]
    return [done[stream.table] for stream in streams]


def _parse(remaining: list[_Found], source: Source, folder: Path, say: Callable[[str], None]) -> list[_Found]:
    """Parse streams until the folder holds enough; returns them."""
    batch = []
    with scratch() as connection:
        for item in remaining:
            started = time.monotonic()
            for number, file in enumerate(item.new):
                parsed = parse(connection, file, item.stream, folder / f"{item.stream.table}-{number}")
                say(f"{source.name}.{item.stream.table}: read {file.name}, {parsed.delivered:,} rows")
                item.parsed.append(parsed)
            item.seconds += time.monotonic() - started
            batch.append(item)
            if sum(path.stat().st_size for path in folder.rglob("*.parquet")) > BATCH_BYTES:
                break
    return batch


def _remember(connection: Connection, touched: dict[str, str]) -> None:
    for sha256, fingerprint in touched.items():
        connection.execute("UPDATE ops.landed_file SET fingerprint = ? WHERE sha256 = ?", [fingerprint, sha256])


def _load(
    connection: Connection,
    source: Source,
    item: _Found,
    controls: dict[str, Path],
    run_id: str,
    unread: Unread | None,
) -> StreamLoad:
    fault = controls_fault(connection, source, item.stream, controls)
    return load_stream(
        connection,
        source,
        item.stream,
        item.parsed,
        run_id=run_id,
        seconds=item.seconds,
        control_fault=fault,
        unread=unread,
    )


def load_stream(
    connection: Connection,
    source: Source,
    stream: Stream,
    parsed: Sequence[Parsed],
    *,
    run_id: str,
    seconds: float = 0,
    control_fault: str | None = None,
    unread: Unread | None = None,
) -> StreamLoad:
    """Load parsed files that no other run has loaded meanwhile, judge what waits, and write the audit row."""
    started = time.monotonic()
    loaded = known_deliveries(connection, source)[stream.table].hashes if parsed else set()
    parsed = [item for item in parsed if item.file.sha256 not in loaded]
    for item in parsed:
        load(connection, source, stream, item)
    brought = Brought(
        files=len(parsed),
        bytes=sum(item.bytes for item in parsed),
        delivered=sum(item.delivered for item in parsed),
        raw=sum(item.raw for item in parsed),
        unreadable=sum(item.unreadable for item in parsed),
        faults=tuple(f"{item.file.name} could not be read: {item.fault}" for item in parsed if item.fault),
        new_columns=", ".join(sorted({item.statistics.new_columns(stream) or "" for item in parsed} - {""})) or None,
        unread=unread,
    )
    seconds += time.monotonic() - started
    return judge_stream(
        connection, source, stream, brought, run_id=run_id, seconds=seconds, control_fault=control_fault
    )
