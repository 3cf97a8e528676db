"""Every stream of every source is delivered with everything wrong that its declaration names: no row is lost, and each
has its reason.

Here: what follows from the declarations. Not here: every way in which a file or a value can be malformed
(`test_malformed`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cdp_platform.landing.contract import CLOCK_SKEW, CURSOR, rejections
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.delivery import parse
from cdp_platform.landing.files import LandedFile
from cdp_platform.landing.judge import FEW_REJECTED_ROWS
from cdp_platform.landing.known import NewFile
from cdp_platform.landing.tables import cursor_columns, cursor_sql
from cdp_platform.landing.typed import decode_raw_id
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Column, Deletes, Type
from cdp_platform.warehouse.duckdb import Connection, scratch
from tests.landing.shop import Home, csv_of
from tests.support.declared import NAMES, STREAMS, rows

NOW = datetime.now(UTC)
UNFIT = {
    Type.INTEGER: "many",
    Type.NUMBER: "1_000",
    Type.BOOLEAN: "perhaps",
    Type.TIMESTAMP: "yesterday",
    Type.DATE: "2026-02-30",
    Type.JSON: "{",
}


@dataclass(frozen=True)
class Wrong:
    """A value that a column must not have, and why its row is rejected; no reason: the value becomes null."""

    column: Column
    value: Any
    reason: str | None


def all_wrong(stream: Stream) -> Iterator[Wrong]:
    """One wrong value after the other."""
    cursors = cursor_columns(stream)
    for column in stream.columns:
        is_guarded = column.critical or column.name in stream.key or column in cursors
        if column.type in UNFIT:
            reason = f"{column.name} does not fit its type {column.type}"
            empty = f"{column.name} must not be empty" if column.required else None
            yield Wrong(column, UNFIT[column.type], reason if is_guarded else empty)
        if column.required:
            yield Wrong(column, None, f"{column.name} must not be empty")
        if column.required and column.type is Type.TEXT:
            yield Wrong(column, " ", f"{column.name} must not be empty")
        if column.one_of:
            yield Wrong(column, "another", f"{column.name} must be one of {', '.join(column.one_of)}")
        if column.pattern:
            yield Wrong(column, "?", f"{column.name} must match {column.pattern}")
        # a cursor of seconds that is no moment does not even fit
        no_moment = f"{column.name} does not fit its type {column.type}" if column in cursors else None
        if column.minimum is not None:
            said = no_moment or f"{column.name} must be at least {column.minimum:g}"
            yield Wrong(column, f"{column.minimum - 1:.0f}", said)
        if column.maximum is not None:
            said = no_moment or f"{column.name} must be at most {column.maximum:g}"
            yield Wrong(column, f"{column.maximum + 1:.0f}", said)
    ahead = NOW + CLOCK_SKEW + timedelta(days=2)
    late = int(ahead.timestamp()) if cursors[0].type is Type.INTEGER else ahead.isoformat()
    yield Wrong(cursors[0], late, f"{', then '.join(c.name for c in cursors)} is over a day ahead")


def records(stream: Stream, wrong: list[Wrong]) -> list[dict[str, Any]]:
    """A good record, then one for each wrong value."""
    good = rows(stream, len(wrong) + 1).to_pylist()
    return [good[0], *(record | {w.column.name: w.value} for record, w in zip(good[1:], wrong, strict=True))]


@pytest.fixture(scope="module")
def memory() -> Iterator[Connection]:
    with scratch() as connection:
        yield connection


@pytest.mark.parametrize(("source", "stream"), STREAMS, ids=NAMES)
def test_every_wrong_value_has_its_reason_and_no_other_row_has_one(
    source: Source, stream: Stream, memory: Connection, tmp_path: Path
) -> None:
    wrong = list(all_wrong(stream))
    path = tmp_path / "f.csv"
    path.write_bytes(csv_of(*records(stream, wrong)))
    file = LandedFile(path, "csv")
    parsed = parse(memory, NewFile(file, file.name, file.sha256(), None, NOW), stream, tmp_path / "parsed")
    assert (parsed.raw, parsed.unreadable, parsed.fault) == (len(wrong) + 1, 0, None)
    typed = memory.sql(
        f"SELECT *, {cursor_sql(stream)} AS {CURSOR} FROM read_parquet('{tmp_path}/parsed/rows-*.parquet')"
    ).pl()
    typed = typed.with_columns('{"changes":' + pl.col("_airbyte_meta") + "}")
    found: dict[int, set[str]] = {}
    for raw_id, _, reason in rejections(typed, stream, extracted_at=NOW).rows():
        found.setdefault(number(raw_id), set()).add(reason)
    noted = dict(zip(map(number, typed["_airbyte_raw_id"]), typed["_airbyte_meta"], strict=True))
    told = {(w.column.name, w.value): (w.reason, found.get(row)) for row, w in enumerate(wrong, start=2)}
    assert {wrong: said for wrong, said in told.items() if said[0] not in (said[1] or {None})} == {}
    assert set(found) == {row for row, w in enumerate(wrong, start=2) if w.reason}
    nulled = [row for row, w in enumerate(wrong, start=2) if w.value and w.value == UNFIT.get(w.column.type)]
    assert all(f'"field":"{wrong[row - 2].column.raw_name}"' in noted[row] for row in nulled)


def number(raw_id: str) -> int:
    """The row of the file, its header counting."""
    return decode_raw_id(raw_id)[1] or 0


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_row_of_any_stream_is_lost(
    source: Source, make_home: Callable[[Path, Source], Home], tmp_path: Path
) -> None:
    home = make_home(tmp_path, source)
    sent: dict[str, tuple[int, int]] = {}
    for stream in source.streams:
        bad = [w for w in all_wrong(stream) if w.reason]
        unreadable = [b"too,few\n", b'"\xff"' + b',""' * (len(stream.columns) - 1) + b"\n", b'"cut off']
        if stream.deletes is Deletes.ABSENCE:  # a full list whose keys cannot all be read is held, as a whole
            bad, unreadable = [w for w in bad if w.column.name not in stream.key], []
        bad = bad[: FEW_REJECTED_ROWS - len(unreadable)]
        content = csv_of(*records(stream, bad))
        home.put(stream, "f.csv", content + b"".join(unreadable))
        sent[stream.table] = (len(bad), len(unreadable))
    loads = {load.stream.table: load for load in home.land()}
    for stream in source.streams:
        bad_rows, unreadable_rows = sent[stream.table]
        load = loads[stream.table]
        assert (load.status, load.delivered) == ("loaded", 1 + bad_rows + unreadable_rows)
        assert (load.raw, load.unreadable) == (1 + bad_rows, unreadable_rows)
        fates = dict(home.ask(f"SELECT fate, count(*) FROM ({fate_sql(source, stream)}) GROUP BY 1"))
        assert fates == {"current": 1} | ({"rejected": bad_rows} if bad_rows else {})
        listed = home.ask(
            "SELECT count(DISTINCT coalesce(raw_id, rejection_id)), bool_and(reason <> ''), bool_and(status = 'open') "
            "FROM quarantine.rejected_row WHERE stream = ?",
            stream.table,
        )
        assert listed == [(bad_rows + unreadable_rows, True, True)]
