"""What the on-call reads of the published version and of decisions that wait."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from cdp_platform.landing.upgrade import prepare
from cdp_platform.serving.findings import Section
from cdp_platform.serving.publish import Version
from cdp_platform.serving.releases import exception_findings, release_findings, withheld_since
from cdp_platform.warehouse.duckdb import Connection

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CURRENT = Version("v2", as_of=NOW - 10 * HOUR, published_at=NOW - 9 * HOUR, is_current=True)
OLDER = Version("v1", as_of=NOW - 34 * HOUR, published_at=NOW - 33 * HOUR, is_current=False)


def test_a_current_version_is_nothing_to_tell() -> None:
    assert list(release_findings([CURRENT, OLDER], None, CURRENT.published_at - HOUR, NOW)) == []


def test_nothing_published_is_failing() -> None:
    [finding] = release_findings([], None, None, NOW)
    assert (finding.section, finding.what, finding.run) == (Section.PUBLISH, "nothing is published", "cdp refresh")


def test_a_red_gate_is_told_with_its_reason() -> None:
    withheld = (NOW - 3 * HOUR, "gold/fact_revenue: holds failed")
    [finding] = release_findings([CURRENT], withheld, None, NOW)
    assert finding.what == "readers keep v2"
    assert finding.since == NOW - 3 * HOUR
    assert "gold/fact_revenue: holds failed" in finding.why


def test_gold_that_was_rebuilt_and_not_published_is_withheld() -> None:
    [finding] = release_findings([CURRENT], None, NOW - HOUR, NOW)
    assert (finding.what, finding.since) == ("readers keep v2", NOW - HOUR)
    [finding] = release_findings([], None, NOW - HOUR, NOW)
    assert finding.what == "nothing is published"


def test_a_version_that_was_rolled_back_is_told() -> None:
    newest = Version("v2", CURRENT.as_of, CURRENT.published_at, is_current=False)
    current = Version("v1", NOW - 20 * HOUR, NOW - 19 * HOUR, is_current=True)
    [finding] = release_findings([newest, current], None, None, NOW)
    assert (finding.what, finding.why) == ("readers see v1", "v2 was rolled back")
    assert "cdp publish rollback v2" in finding.run


def test_an_old_version_is_stale() -> None:
    old = Version("v1", OLDER.as_of, OLDER.published_at, is_current=True)
    [finding] = release_findings([old], None, None, NOW)
    assert finding.why == "it is the state of 34 h ago, 30 h allowed"
    assert finding.since == NOW - 4 * HOUR


@pytest.fixture
def ops() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        prepare(connection)
        yield connection


def _attempt(ops: Connection, hours_ago: int, reason: str | None) -> None:
    at = NOW - hours_ago * HOUR
    row = [f"v{hours_ago}", "run", at, at, reason is None, reason]
    ops.execute("INSERT INTO ops.publication VALUES (?, ?, ?, ?, ?, ?)", row)


def test_a_gate_is_red_since_the_first_attempt_after_the_last_publish(ops: Connection) -> None:
    assert withheld_since(ops) is None
    _attempt(ops, 40, "a: failed")
    _attempt(ops, 30, None)
    assert withheld_since(ops) is None
    _attempt(ops, 20, "b: failed")
    _attempt(ops, 10, "b: failed; c: has never run; d: failed")
    assert withheld_since(ops) == (NOW - 20 * HOUR, "b: failed and 2 more")


def test_decisions_without_an_approver_are_named_and_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "customer_match_exceptions.csv"
    assert list(exception_findings(file)) == []
    file.write_text("exception_id,action,approver\nE1,force_match,ada\nE2,never_match,\nE3,pin_id, \n")
    [finding] = exception_findings(file)
    assert finding.why == "2 without an approver, not applied: E2, E3"
    assert not finding.is_failing
