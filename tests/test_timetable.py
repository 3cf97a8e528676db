"""The timetable as one reviewable snapshot, and what its rows mean at a moment."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import dagster as dg
import pytest

from cdp_platform.automation.jobs import build_jobs
from cdp_platform.automation.schedules import TIMETABLE, build_schedules, model_rows
from cdp_platform.automation.sensors import waiting_for
from cdp_platform.environment import Target
from cdp_platform.sources import SOURCES

SNAPSHOT = """
refresh_salesforce  0 2 * * *  UTC
refresh_netsuite    0 2 * * *  UTC
refresh_platform    0 * * * *  UTC
refresh_bamboohr    0 2 * * *  UTC
refresh_stripe      0 2 * * *  UTC
refresh_daily       0 2 * * *  UTC  after salesforce, netsuite, platform, bamboohr, stripe, at the latest 2:00:00 later
refresh_hourly      0 * * * *  UTC  after platform, at the latest 0:30:00 later
"""


def test_timetable_is_as_reviewed() -> None:
    lines = [
        f"{row.job:19} {row.cron}  {row.time_zone}"
        + (f"  after {', '.join(row.waits_for)}, at the latest {row.deadline} later" if row.deadline else "")
        for row in TIMETABLE
    ]
    assert "\n".join(lines) == SNAPSHOT.strip()


def test_every_row_is_a_job_and_every_job_has_a_row() -> None:
    assert {job.name for job in build_jobs()} == {row.job for row in TIMETABLE}


def test_every_source_is_scheduled_where_it_is_wanted_and_absent_elsewhere() -> None:
    names = {schedule.name for schedule in build_schedules(Target.LOCAL)}
    assert names == {f"refresh_{source.name}_schedule" for source in SOURCES}
    assert build_schedules(Target.SIMULATED_SNOWFLAKE) == []


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


def _run(instance: dg.DagsterInstance, job: str, status: dg.DagsterRunStatus) -> None:
    instance.add_run(dg.DagsterRun(job_name=job, run_id=str(uuid4()), status=status))


def test_models_wait_for_sources_until_they_end_or_the_deadline() -> None:
    row = next(row for row in model_rows(Target.LOCAL) if row.job == "refresh_hourly")
    due = datetime.now(UTC) - timedelta(minutes=5)
    with dg.DagsterInstance.ephemeral() as instance:
        assert waiting_for(instance, row, due, datetime.now(UTC)) == "refresh_platform has not started"
        assert waiting_for(instance, row, due, due + timedelta(minutes=31)) is None
        _run(instance, "refresh_platform", dg.DagsterRunStatus.STARTED)
        assert waiting_for(instance, row, due, datetime.now(UTC)) == "refresh_platform has not ended"


def test_a_failed_source_lets_the_models_start() -> None:
    row = next(row for row in model_rows(Target.LOCAL) if row.job == "refresh_hourly")
    due = datetime.now(UTC) - timedelta(minutes=5)
    with dg.DagsterInstance.ephemeral() as instance:
        _run(instance, "refresh_platform", dg.DagsterRunStatus.FAILURE)
        assert waiting_for(instance, row, due, datetime.now(UTC)) is None
        _run(instance, "refresh_hourly", dg.DagsterRunStatus.STARTED)
        assert (
            waiting_for(instance, row, due, datetime.now(UTC)) == "the last cycle is still going and absorbs this one"
        )
