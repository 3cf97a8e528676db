"""What `cdp status` makes of the counts of a webhook receiver."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cdp_platform.receiving.counts import LACKS_COLUMNS, Counts, read_counts, write_counts
from cdp_platform.receiving.refusal import Outcome
from cdp_platform.receiving.spool import SUFFIX
from cdp_platform.serving.findings import Finding, Section
from cdp_platform.serving.webhooks import REFUSALS, SILENT, webhook_findings

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def told(folder: Path, *words: Outcome | str, alive: datetime = NOW, stopped: bool = False) -> list[Finding]:
    counts = Counts(alive, stopped)
    for word in words:
        counts.add(word)
    write_counts(folder, counts.text())
    return list(webhook_findings(folder, NOW))


def test_a_home_without_a_receiver_says_nothing(tmp_path: Path) -> None:
    assert list(webhook_findings(tmp_path / "receiver", NOW)) == []


def test_a_receiver_at_work_and_one_that_was_told_to_end_say_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, Outcome.KEPT, Outcome.DUPLICATE, Outcome.NOT_KEPT) == []
    assert told(tmp_path, alive=NOW - DAY, stopped=True) == []


def test_one_that_is_gone_fails_and_says_what_waits(tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}{SUFFIX}").touch()
    at = NOW - SILENT - timedelta(seconds=1)
    [gone] = told(tmp_path, alive=at)
    assert (gone.section, gone.since, gone.is_failing) == (Section.WEBHOOKS, at, True)
    assert "2 journals of answered events wait" in gone.why
    assert told(tmp_path, alive=NOW - SILENT) == []


@pytest.mark.parametrize("outcome", REFUSALS)
def test_every_refusal_is_told_and_among_good_requests_is_no_failure(tmp_path: Path, outcome: Outcome) -> None:
    [refused] = told(tmp_path, outcome, outcome, Outcome.KEPT)
    assert refused.what == "2 requests were refused"
    assert refused.why == f"since yesterday: 2 {outcome}; 1 were taken"
    assert not refused.is_failing


@pytest.mark.parametrize("outcome", [Outcome.BAD_SIGNATURE, Outcome.TOO_OLD, Outcome.NOT_STORED])
def test_nothing_but_refusals_of_signed_events_fails(tmp_path: Path, outcome: Outcome) -> None:
    assert [finding.is_failing for finding in told(tmp_path, outcome)] == [True]


def test_rubbish_from_anybody_does_not_fail(tmp_path: Path) -> None:
    assert [finding.is_failing for finding in told(tmp_path, Outcome.NO_SIGNATURE, Outcome.TOO_LARGE)] == [False]


def test_a_disk_that_is_full_fails_until_it_takes_events_again(tmp_path: Path) -> None:
    [full] = told(tmp_path, Outcome.KEPT, Outcome.NOT_STORED)
    assert full.is_failing
    assert full.run == "make room on the disk of the home"


def test_objects_without_a_declared_column_are_told(tmp_path: Path) -> None:
    [lacking] = told(tmp_path, Outcome.KEPT, LACKS_COLUMNS)
    assert (lacking.what, lacking.is_failing) == (LACKS_COLUMNS, False)


def test_what_is_older_than_yesterday_is_no_news_and_counts_survive_the_file(tmp_path: Path) -> None:
    counts = Counts(NOW)
    counts.days[NOW.date()][Outcome.BAD_SIGNATURE.value] = 1
    counts.last[Outcome.BAD_SIGNATURE.value] = NOW
    for days in (2, 29, 31):
        counts.days[NOW.date() - days * DAY][Outcome.KEPT.value] = days
    write_counts(tmp_path, counts.text())
    again = read_counts(tmp_path)
    assert again is not None
    assert sorted((NOW.date() - day).days for day in again.days) == [0, 2, 29]
    assert [finding.is_failing for finding in webhook_findings(tmp_path, NOW)] == [True]
    assert list(webhook_findings(tmp_path, NOW + 2 * DAY))[1:] == []
