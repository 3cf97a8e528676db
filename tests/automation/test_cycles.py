"""When the models of a cycle start, and when they do not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from cdp_platform.automation.cycles import Cycle, Decision, decide, has_ended_since, recall, remember
from cdp_platform.automation.schedules import model_rows, source_jobs
from cdp_platform.environment import Target
from tests.automation.runs import BADLY, GOING, WELL, plant, was_retried, will_be_retried

ROWS = model_rows(Target.LOCAL)
TWO = datetime(2026, 3, 1, 2, tzinfo=UTC)
THREE = TWO + timedelta(hours=1)
SOURCES = source_jobs(ROWS[0].waits_for)
BEFORE = {job: Cycle(TWO - timedelta(hours=1), None) for job in ("refresh_daily", "refresh_hourly")}
DAY_DONE = {"refresh_daily": Cycle(TWO, None), "refresh_hourly": Cycle(TWO, None)}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def started(decision: Decision) -> list[str]:
    return [row.job for row, _, _ in decision.start]


def test_an_installation_starts_with_the_next_cycle(instance: dg.DagsterInstance) -> None:
    first = decide(instance, ROWS, {}, TWO + minutes(50))
    assert started(first) == []
    assert "it was due before this sensor began" in first.reasons[0]
    assert started(decide(instance, ROWS, first.cycles, TWO + minutes(55))) == []


def test_models_start_once_when_every_source_has_ended(instance: dg.DagsterInstance) -> None:
    opened = decide(instance, ROWS, BEFORE, TWO + minutes(0.5))
    assert started(opened) == []
    for job in SOURCES[:-1]:
        plant(instance, job, WELL, TWO + minutes(1))
    waiting = decide(instance, ROWS, opened.cycles, TWO + minutes(2))
    assert waiting.reasons[-1] == ("refresh_daily: waits for refresh_stripe, at the latest until 2026-03-01 04:00 UTC")
    plant(instance, SOURCES[-1], BADLY, TWO + minutes(3))
    ready = decide(instance, ROWS, waiting.cycles, TWO + minutes(4))
    assert [(row.job, late) for row, _, late in ready.start] == [("refresh_daily", [])]
    plant(instance, "refresh_daily", WELL, TWO + minutes(6))
    after = decide(instance, ROWS, ready.cycles, TWO + minutes(7))
    assert started(after) == []
    assert after.reasons[0] == "refresh_daily: the cycle of 2026-03-01T02:00:00+00:00 is settled"


def test_models_start_without_the_late_at_the_deadline(instance: dg.DagsterInstance) -> None:
    opened = decide(instance, ROWS, DAY_DONE, THREE)
    assert started(decide(instance, ROWS, opened.cycles, THREE + minutes(29))) == []
    ready = decide(instance, ROWS, opened.cycles, THREE + minutes(30))
    assert [(row.job, late) for row, _, late in ready.start] == [("refresh_hourly", ["refresh_platform"])]


def test_a_daemon_that_was_down_at_the_time_is_not_late(instance: dg.DagsterInstance) -> None:
    morning = TWO + timedelta(hours=7)
    opened = decide(instance, ROWS, BEFORE, morning)
    assert started(opened) == [], "the deadline counts from when the cycle was first seen"
    for job in SOURCES:
        plant(instance, job, WELL, morning + minutes(1))
    assert started(decide(instance, ROWS, opened.cycles, morning + minutes(2))) == ["refresh_daily"]


def test_the_hourly_models_are_part_of_the_daily_ones_when_both_are_due(instance: dg.DagsterInstance) -> None:
    opened = decide(instance, ROWS, BEFORE, TWO)
    assert "refresh_hourly: refresh_daily is due as well and does this too" in opened.reasons
    plant(instance, "refresh_platform", WELL, TWO + minutes(1))
    assert started(decide(instance, ROWS, opened.cycles, TWO + minutes(2))) == []


def test_the_hourly_models_do_not_wait_for_what_the_daily_ones_wait_for(instance: dg.DagsterInstance) -> None:
    opened = decide(instance, ROWS, BEFORE, TWO)
    plant(instance, "refresh_netsuite", GOING)
    next_hour = decide(instance, ROWS, opened.cycles, THREE)
    plant(instance, "refresh_platform", WELL, THREE + minutes(1))
    assert started(decide(instance, ROWS, next_hour.cycles, THREE + minutes(2))) == ["refresh_hourly"]


def test_models_that_are_still_going_absorb_the_next_cycle(instance: dg.DagsterInstance) -> None:
    run = plant(instance, "refresh_hourly", GOING)
    absorbed = decide(instance, ROWS, DAY_DONE, THREE)
    assert "the last one is still going and absorbs it" in absorbed.reasons[-1]
    instance.report_run_canceled(run)
    plant(instance, "refresh_platform", WELL, THREE + minutes(1))
    assert started(decide(instance, ROWS, absorbed.cycles, THREE + minutes(2))) == []


def test_models_of_a_part_absorb_nothing(instance: dg.DagsterInstance) -> None:
    plant(instance, "refresh_hourly", GOING, assets=["platform__users"])
    opened = decide(instance, ROWS, DAY_DONE, THREE)
    plant(instance, "refresh_platform", WELL, THREE + minutes(1))
    assert started(decide(instance, ROWS, opened.cycles, THREE + minutes(2))) == ["refresh_hourly"]


def test_a_clock_that_is_set_back_starts_nothing(instance: dg.DagsterInstance) -> None:
    assert started(decide(instance, ROWS, DAY_DONE, TWO - minutes(90))) == []


def test_only_a_run_of_the_whole_source_after_the_moment_counts(instance: dg.DagsterInstance) -> None:
    plant(instance, "refresh_stripe", WELL, TWO - minutes(1))
    plant(instance, "refresh_stripe", WELL, TWO + minutes(1), assets=["stripe__charges"])
    assert not has_ended_since(instance, "refresh_stripe", TWO)
    plant(instance, "refresh_stripe", GOING, assets=["stripe__charges"])
    plant(instance, "refresh_stripe", WELL, TWO + minutes(1))
    assert has_ended_since(instance, "refresh_stripe", TWO)


def test_a_source_that_began_before_the_cycle_and_ended_in_it_counts(instance: dg.DagsterInstance) -> None:
    """Its schedule was skipped: the run that was still going absorbed it."""
    run = plant(instance, "refresh_stripe", GOING)
    moment = datetime.now(UTC)
    assert not has_ended_since(instance, "refresh_stripe", moment)
    instance.report_run_failed(run)
    assert has_ended_since(instance, "refresh_stripe", moment)


def test_a_source_that_will_be_tried_again_has_not_ended(instance: dg.DagsterInstance) -> None:
    moment = datetime.now(UTC) - minutes(1)
    run = plant(instance, "refresh_stripe", BADLY)
    will_be_retried(instance, run)
    assert not has_ended_since(instance, "refresh_stripe", moment)
    was_retried(instance, run, GOING)
    assert not has_ended_since(instance, "refresh_stripe", moment)


def test_a_source_whose_second_try_has_ended_has_ended(instance: dg.DagsterInstance) -> None:
    moment = datetime.now(UTC) - minutes(1)
    run = plant(instance, "refresh_stripe", BADLY)
    will_be_retried(instance, run)
    was_retried(instance, run, BADLY)
    assert has_ended_since(instance, "refresh_stripe", moment)


def test_a_second_try_that_never_comes_holds_nobody_up(instance: dg.DagsterInstance) -> None:
    run = plant(instance, "refresh_stripe", BADLY, datetime.now(UTC) - minutes(11))
    will_be_retried(instance, run)
    assert has_ended_since(instance, "refresh_stripe", datetime.now(UTC) - minutes(20))


def test_a_cursor_holds_the_cycles() -> None:
    cycles = {"a": Cycle(TWO, None), "b": Cycle(THREE, THREE + minutes(1))}
    assert recall(remember(cycles)) == cycles
    assert recall(None) == {}
