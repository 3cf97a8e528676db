"""The timetable as one reviewable snapshot, and what its rows mean at a moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from cdp_platform.automation.jobs import build_jobs
from cdp_platform.automation.schedules import CYCLE_TAG, TIMETABLE, build_schedules, model_rows, source_jobs
from cdp_platform.environment import Target
from cdp_platform.sources import SOURCES
from tests.automation.runs import BADLY, GOING, plant, will_be_retried

SNAPSHOT = """
refresh_salesforce  0 2 * * *  UTC
refresh_netsuite    0 2 * * *  UTC
refresh_platform    0 * * * *  UTC
refresh_bamboohr    0 2 * * *  UTC
refresh_stripe      0 2 * * *  UTC
refresh_daily       0 2 * * *  UTC  after salesforce, netsuite, platform, bamboohr, stripe, at the latest 2:00:00 later
refresh_hourly      0 * * * *  UTC  after platform, at the latest 0:30:00 later, part of refresh_daily
"""
TWO = datetime(2026, 3, 1, 2, tzinfo=UTC)


def test_timetable_is_as_reviewed() -> None:
    lines = [
        f"{row.job:19} {row.cron}  {row.time_zone}"
        + (f"  after {', '.join(row.waits_for)}, at the latest {row.deadline} later" if row.deadline else "")
        + (f", part of {row.part_of}" if row.part_of else "")
        for row in TIMETABLE
    ]
    assert "\n".join(lines) == SNAPSHOT.strip()


def test_every_row_is_a_job_and_every_job_has_a_row() -> None:
    assert {job.name for job in build_jobs()} == {row.job for row in TIMETABLE}


def test_every_source_is_scheduled_where_it_is_wanted_and_absent_elsewhere() -> None:
    names = {schedule.name for schedule in build_schedules(Target.LOCAL)}
    assert names == {f"refresh_{source.name}_schedule" for source in SOURCES}
    assert build_schedules(Target.SIMULATED_SNOWFLAKE) == []


def test_every_schedule_runs_without_being_switched_on() -> None:
    assert {s.default_status for s in build_schedules(Target.LOCAL)} == {dg.DefaultScheduleStatus.RUNNING}


def test_a_deadline_passes_before_the_next_cycle_is_due() -> None:
    for row in model_rows(Target.LOCAL):
        assert row.deadline is not None
        assert row.last_due(TWO) - row.last_due(TWO - timedelta(seconds=1)) > row.deadline


def test_a_source_is_ended_before_the_models_that_wait_for_it_give_up() -> None:
    longest = {job.name: float((job.tags or {}).get(MAX_RUNTIME_SECONDS_TAG, "inf")) for job in build_jobs()}
    for row in model_rows(Target.LOCAL):
        assert row.deadline is not None
        assert {job for job in source_jobs(row.waits_for) if longest[job] >= row.deadline.total_seconds()} == set()


@pytest.mark.parametrize(
    ("job", "now", "due"),
    [
        ("refresh_daily", "2026-03-01T01:59:59", "2026-02-28T02:00:00"),
        ("refresh_daily", "2026-03-01T02:00:00", "2026-03-01T02:00:00"),
        ("refresh_hourly", "2026-03-01T02:59:59", "2026-03-01T02:00:00"),
    ],
)
def test_last_due(job: str, now: str, due: str) -> None:
    row = next(row for row in TIMETABLE if row.job == job)
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert row.last_due(moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_last_due_is_told_in_the_time_zone_of_the_row() -> None:
    row = replace(TIMETABLE[0], time_zone="Europe/Berlin")
    assert row.last_due(datetime(2026, 7, 1, 0, 30, tzinfo=UTC)) == datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
    assert row.last_due(datetime(2026, 1, 1, 0, 30, tzinfo=UTC)) == datetime(2025, 12, 31, 1, 0, tzinfo=UTC)


def _tick(instance: dg.DagsterInstance, due: datetime) -> dg.RunRequest | dg.SkipReason:
    schedule = next(s for s in build_schedules(Target.LOCAL) if s.name == "refresh_stripe_schedule")
    answer = schedule(dg.build_schedule_context(instance, scheduled_execution_time=due))
    assert isinstance(answer, dg.RunRequest | dg.SkipReason)
    return answer


def test_a_tick_starts_the_cycle_that_is_due() -> None:
    with dg.instance_for_test() as instance:
        plant(instance, "refresh_salesforce", GOING)
        request = _tick(instance, TWO)
    assert isinstance(request, dg.RunRequest)
    assert request.run_key == "refresh_stripe/2026-03-01T02:00:00+00:00"
    assert request.tags[CYCLE_TAG] == "2026-03-01T02:00:00+00:00"
    assert request.asset_selection is None


def test_a_run_that_is_still_going_absorbs_the_next_cycle() -> None:
    with dg.instance_for_test() as instance:
        run = plant(instance, "refresh_stripe", GOING)
        skipped = _tick(instance, TWO)
    assert isinstance(skipped, dg.SkipReason)
    assert skipped.skip_message == f"run {run.run_id[:8]} of refresh_stripe is still going and absorbs this cycle"


def test_a_run_that_will_be_tried_again_absorbs_the_next_cycle() -> None:
    with dg.instance_for_test() as instance:
        will_be_retried(instance, plant(instance, "refresh_stripe", BADLY))
        assert isinstance(_tick(instance, TWO), dg.SkipReason)


def test_a_run_over_a_few_streams_absorbs_nothing() -> None:
    with dg.instance_for_test() as instance:
        plant(instance, "refresh_stripe", GOING, assets=["stripe__charges"])
        assert isinstance(_tick(instance, TWO), dg.RunRequest)
