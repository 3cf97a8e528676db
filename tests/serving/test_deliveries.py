"""What the on-call reads of the sources, from operational tables made by hand."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from cdp_platform.landing.upgrade import prepare
from cdp_platform.serving.deliveries import delivery_findings
from cdp_platform.serving.findings import Finding, Section
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse.duckdb import Connection

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FRESH = NOW - timedelta(minutes=5)


@pytest.fixture
def ops() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        prepare(connection)
        yield connection


def _deliver(ops: Connection, source: str, waters: dict[str, datetime | None]) -> None:
    """An audit row per stream of the source; a stream that is not named is fresh."""
    [declared] = [s for s in SOURCES if s.name == source]
    for stream in declared.streams:
        water = waters.get(stream.table, FRESH)
        ops.execute(
            "INSERT INTO ops.load_audit (source_system, stream, started_at, high_water) VALUES (?, ?, ?, ?)",
            [source, stream.table, NOW, water],
        )


def _stale_for(source: str, stream: str, hours: int) -> datetime:
    """The age of a stream's newest record when it has been stale for so many hours."""
    [declared] = [s for s in SOURCES if s.name == source]
    allowed = declared.stream(stream).cadence.max_age
    assert allowed is not None
    return NOW - allowed - timedelta(hours=hours)


def _file(ops: Connection, source: str, stream: str, name: str, landed_at: datetime, **held: str) -> None:
    ops.execute(
        "INSERT INTO ops.landed_file (delivery_id, source_system, stream, file_name, landed_at, status, cause, reason) "
        "SELECT count(*) + 1, ?, ?, ?, ?, ?, ?, ? FROM ops.landed_file",
        [source, stream, name, landed_at, held.get("status", "validated"), held.get("cause"), held.get("reason")],
    )


def _found(ops: Connection, landing: Path) -> list[Finding]:
    return list(delivery_findings(ops, landing, NOW))


def test_a_source_that_is_not_used_is_not_stale(ops: Connection, tmp_path: Path) -> None:
    assert _found(ops, tmp_path) == []


def test_fresh_streams_are_nothing_to_tell(ops: Connection, tmp_path: Path) -> None:
    _deliver(ops, "netsuite", {})
    assert _found(ops, tmp_path) == []


def test_a_stream_is_stale_since_its_cadence_ran_out(ops: Connection, tmp_path: Path) -> None:
    invoice, customer = _stale_for("netsuite", "invoice", 4), _stale_for("netsuite", "customer", 1)
    _deliver(ops, "netsuite", {"invoice": invoice, "customer": customer})
    [finding] = _found(ops, tmp_path)
    age = (NOW - invoice) / timedelta(hours=1)
    assert finding == Finding(
        Section.STALE,
        "netsuite: invoice, customer",
        NOW - timedelta(hours=4),
        f"newest record is {age:.0f} h old, {age - 4:.0f} h allowed; no newer delivery has come",
        "have team:finance deliver, then cdp refresh netsuite",
    )


def test_many_stale_streams_of_a_source_are_one_line(ops: Connection, tmp_path: Path) -> None:
    streams = [stream.table for stream in SOURCES[0].streams]
    _deliver(ops, "salesforce", dict.fromkeys(streams, NOW - timedelta(days=400)))
    [finding] = _found(ops, tmp_path)
    assert re.fullmatch(r"salesforce: \w+, \w+, \w+ and \d more", finding.what)


def test_a_delivery_that_waits_in_the_landing_zone_is_the_reason(ops: Connection, tmp_path: Path) -> None:
    _deliver(ops, "netsuite", {"invoice": _stale_for("netsuite", "invoice", 4)})
    folder = tmp_path / "netsuite" / "invoice"
    folder.mkdir(parents=True)
    (folder / "2026-11-19.csv").write_text("id\n")
    [finding] = _found(ops, tmp_path)
    assert finding.why.endswith("a delivery waits in the landing zone")
    assert finding.run == "cdp refresh netsuite"
    taken = datetime.now(UTC) + timedelta(minutes=1)
    _file(ops, "netsuite", "invoice", "2026-11-19.csv", taken)
    assert _found(ops, tmp_path)[0].why.endswith("no newer delivery has come")
    changed = (taken + timedelta(minutes=1)).timestamp()
    os.utime(folder / "2026-11-19.csv", (changed, changed))
    assert _found(ops, tmp_path)[0].why.endswith("a delivery waits in the landing zone")


def test_a_held_delivery_is_told_once_as_held_and_is_the_reason_for_what_is_stale(
    ops: Connection, tmp_path: Path
) -> None:
    _deliver(ops, "netsuite", {"invoice": _stale_for("netsuite", "invoice", 4)})
    for name, cause in (("a.csv", "drift"), ("b.csv", "drift")):
        held = {"status": "held", "cause": cause, "reason": f"{name}: missing column total"}
        _file(ops, "netsuite", "invoice", name, NOW - timedelta(hours=9), **held)
    stale, held_ = _found(ops, tmp_path)
    assert (stale.section, stale.run) == (Section.STALE, "see held streams")
    assert held_ == Finding(
        Section.HELD,
        "netsuite.invoice",
        NOW - timedelta(hours=9),
        "2 files against the declared columns: a.csv: missing column total; models keep the last good data",
        "redeliver, or cdp quarantine release netsuite.invoice",
    )


def test_a_file_that_nobody_could_read_holds_its_stream(ops: Connection, tmp_path: Path) -> None:
    _file(ops, "netsuite", "invoice", "a.parquet", NOW, status="unreadable", cause="contract", reason="cut off")
    [finding] = _found(ops, tmp_path)
    assert (finding.section, finding.is_failing) == (Section.HELD, True)


def test_a_stream_that_never_brought_a_valid_row_is_told_without_alarm(ops: Connection, tmp_path: Path) -> None:
    _deliver(ops, "platform", {"users": None})
    [finding] = _found(ops, tmp_path)
    assert (finding.what, finding.is_failing) == ("platform.users", False)


def test_rows_in_quarantine_are_counted_once_whatever_rules_they_broke(ops: Connection, tmp_path: Path) -> None:
    ops.execute(
        "INSERT INTO quarantine.rejected_row (rejection_id, source_system, stream, rule, raw_id, first_seen, status) "
        "VALUES ('1', 'stripe', 'charges', 'value', 'r1', $1, 'open'), "
        "('2', 'stripe', 'charges', 'required', 'r1', $1, 'open'), "
        "('3', 'stripe', 'charges', 'unreadable', NULL, $1, 'open'), "
        "('4', 'stripe', 'charges', 'value', 'r9', $1, 'resolved')",
        [NOW - timedelta(days=1)],
    )
    [finding] = _found(ops, tmp_path)
    assert finding == Finding(
        Section.QUARANTINE,
        "stripe.charges",
        NOW - timedelta(days=1),
        "2 rows left out: required, unreadable, value",
        "cdp quarantine list stripe.charges",
        is_failing=False,
    )
