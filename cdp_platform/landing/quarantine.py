"""What an operator does with rows and deliveries that do not count: look, mend, or accept them all the same.

Here: list, show, replay, release; nothing is ever taken out of raw or of quarantine. Not here: how entries come about
and are closed (`rejected`), how people call this (`cdp quarantine`).
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cdp_platform.landing.audit import StreamLoad
from cdp_platform.landing.delivery import parse
from cdp_platform.landing.files import FORMATS, LandedFile, format_of
from cdp_platform.landing.judge import REPLAY
from cdp_platform.landing.known import NewFile, delivery_hash, known_deliveries
from cdp_platform.landing.load import load_stream
from cdp_platform.landing.rejected import settle_unreadable
from cdp_platform.landing.tables import raw_columns, raw_relation
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse import Warehouse
from cdp_platform.warehouse.connection import Connection, quote, scalar, transaction
from cdp_platform.warehouse.duckdb import scratch

_ENTRY = (
    "rejection_id, source_system, stream, rule, reason, raw_id, file_name, row_number, first_seen, status, resolved_by"
)


class UnknownRejection(LookupError):
    """No entry of quarantine has this id."""


class NotReplayable(ValueError):
    """The file cannot be a delivery of mended rows; nothing was loaded. The text says what to do."""


class NothingHeld(ValueError):
    """The stream has no delivery that waits for a decision."""


@dataclass(frozen=True)
class Rejection:
    """A rule that one row broke; a row may have several.

    `row_number` counts from 1; 0 is the file as a whole, and rows of a sync have none.
    """

    rejection_id: str
    source_system: str
    stream: str
    rule: str
    reason: str
    raw_id: str | None
    file_name: str
    row_number: int | None
    first_seen: datetime
    status: str
    resolved_by: str | None


@dataclass(frozen=True)
class Shown:
    """A rejection with its row: `values` of the declared columns, or its `raw_text` if it is unreadable. Unmasked."""

    rejection: Rejection
    values: dict[str, Any] | None
    raw_text: str | None


@dataclass(frozen=True)
class Replay:
    """What became of a delivery of mended rows: how it was loaded, and how many entries of quarantine it closed."""

    load: StreamLoad
    file_name: str
    resolved: int


def list_rejections(
    connection: Connection,
    *,
    source: str | None = None,
    stream: str | None = None,
    status: str | None = "open",
    limit: int = 100,
) -> list[Rejection]:
    """The newest entries first, of a source and a stream (raw spelling) or all; `status` open, resolved or None."""
    wanted = {"source_system": source, "stream": stream, "status": status}
    given = {name: value for name, value in wanted.items() if value is not None}
    where = " AND ".join(["true", *(f"{name} = ?" for name in given)])
    rows = connection.execute(
        f"SELECT {_ENTRY} FROM quarantine.rejected_row WHERE {where} "
        "ORDER BY delivery_id DESC, row_number, rejection_id LIMIT ?",
        [*given.values(), limit],
    ).fetchall()
    return [Rejection(*row) for row in rows]


def show(connection: Connection, source: Source, stream: Stream, rejection_id: str) -> Shown:
    """One entry with the row it is about. Raises UnknownRejection."""
    rows = connection.execute(
        f"SELECT {_ENTRY}, raw_text FROM quarantine.rejected_row "
        "WHERE rejection_id = ? AND source_system = ? AND stream = ?",
        [rejection_id, source.name, stream.table],
    ).fetchall()
    if not rows:
        place = f"{source.name}.{stream.table}"
        raise UnknownRejection(f"no rejection '{rejection_id}' in {place}; `cdp quarantine list` has them")
    rejection, raw_text = Rejection(*rows[0][:-1]), rows[0][-1]
    names = list(raw_columns(stream))
    found = connection.execute(
        f"SELECT {', '.join(map(quote, names))} FROM {raw_relation(source, stream)} WHERE _airbyte_raw_id = ?",
        [rejection.raw_id],
    ).fetchall()
    return Shown(rejection, dict(zip(names, found[0], strict=True)) if found else None, raw_text)


def replay(
    warehouse: Warehouse, source: Source, stream: Stream, file: Path, *, say: Callable[[str], None] = lambda _: None
) -> Replay:
    """Land a file of mended rows as a delivery of its own, and close what it mends. Raises NotReplayable.

    A row mends the rejected one of the same key, or the entry that its column `_rejection_id` names. Rows that are
    rejected again are listed again, and what they were to mend stays open.
    """
    format = format_of(file)
    if format is None:
        raise NotReplayable(f"{file.name}: the name must end in {', '.join(FORMATS)}")
    if warehouse.settings.syncs(source.name):
        raise NotReplayable(f"Airbyte writes raw.{source.raw_table(stream)}: mend the record in {source.name}")
    if stream.deletes is Deletes.ABSENCE:
        raise NotReplayable(f"{stream.name} comes as full lists: correct the list, and deliver it under its old name")
    landed = LandedFile(file, format)
    with warehouse.writing("reading quarantine", say=say) as connection:
        prepare(connection)
        known = known_deliveries(connection, source)[stream.table]
    new = NewFile(landed, f"{REPLAY}{landed.name}", delivery_hash(landed, stream, known), None, datetime.now(UTC))
    if new.sha256 in known.hashes:
        raise NotReplayable(f"{file.name}: this very content was delivered before")
    with tempfile.TemporaryDirectory(prefix="cdp-replay-") as folder:
        with scratch() as memory:
            parsed = parse(memory, new, stream, Path(folder) / "0")
        if fault := parsed.fault or parsed.statistics.drift(stream):
            raise NotReplayable(f"{file.name}: {fault}; a mended row has all the columns of its stream")
        with warehouse.writing(f"replaying {file.name}", say=say) as connection:
            is_open = "SELECT count(*) FROM quarantine.rejected_row WHERE status = 'resolved' AND resolved_by = ?"
            before = scalar(connection, is_open, [new.name])
            done = load_stream(connection, source, stream, [parsed], run_id="replay")
            return Replay(done, new.name, scalar(connection, is_open, [new.name]) - before)


def release(connection: Connection, source: Source, stream: Stream, *, requester: str, reason: str) -> StreamLoad:
    """Accept what is held all the same, and give up what could not be read. Raises NothingHeld.

    Rows that broke a rule stay left out. Who asked, and why, is kept with the deliveries and in quarantine.
    """
    key = [source.name, stream.table]
    where = "WHERE source_system = ? AND stream = ?"
    waiting = f"SELECT count(*) FROM ops.landed_file {where} AND status IN ('held', 'unreadable')"
    if not scalar(connection, waiting, key):
        raise NothingHeld(f"nothing of {source.name}.{stream.table} is held or unreadable")
    said = f"released by {requester}: {reason}"
    with transaction(connection):
        connection.execute(
            "UPDATE ops.landed_file SET status = 'released', cause = NULL, "
            f"reason = concat_ws('; ', ?, 'was ' || reason) {where} AND status = 'held'",
            [said, *key],
        )
        connection.execute(
            "UPDATE quarantine.rejected_row SET status = 'resolved', resolved_by = ? "
            f"{where} AND status = 'open' AND rule = 'unreadable' AND row_number = 0",
            [said, *key],
        )
        settle_unreadable(connection, source, stream)
    return load_stream(connection, source, stream, [], run_id="release")
