"""The timetable: what is refreshed when, on one screen.

Sources refresh in runs of their own; models follow when every source that was due has ended, or the deadline has passed
(`models_sensor`). Here: the table and its schedules. Not here: what a job holds, when models start (`cycles`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
from cronsim import CronSim
from dagster._core.storage.tags import WILL_RETRY_TAG

from cdp_platform.automation.jobs import source_job_name
from cdp_platform.environment import Target
from cdp_platform.sources import SOURCES

CYCLE_TAG = "cdp/cycle"
EVERYWHERE = frozenset({Target.LOCAL, Target.PRODUCTION})
TIME_ZONE = "UTC"
UNFINISHED = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
RETRY_STARTS_WITHIN = timedelta(minutes=10)
"""A failed run that should be tried again and was not by then will not be: it must not hold anybody up for good."""


@dataclass(frozen=True)
class Timetable:
    """A row: the job, its cron times, and for jobs over models the sources they wait for and for how long.

    `part_of`: the job that does this one's work as well when both are due together.
    """

    job: str
    cron: str
    time_zone: str = TIME_ZONE
    waits_for: tuple[str, ...] = ()
    deadline: timedelta | None = None
    part_of: str | None = None
    targets: frozenset[Target] = EVERYWHERE

    def last_due(self, now: datetime) -> datetime:
        """The latest moment up to `now` at which the job was due, in UTC."""
        there = now.astimezone(ZoneInfo(self.time_zone))
        return next(CronSim(self.cron, there + timedelta(seconds=1), reverse=True)).astimezone(UTC)


ALL = tuple(source.name for source in SOURCES)
TIMETABLE = (
    #         job                  cron          waits for                    deadline
    Timetable("refresh_salesforce", "0 2 * * *"),
    Timetable("refresh_netsuite", "0 2 * * *"),
    Timetable("refresh_platform", "0 * * * *"),
    Timetable("refresh_bamboohr", "0 2 * * *"),
    Timetable("refresh_stripe", "0 2 * * *"),
    Timetable("refresh_daily", "0 2 * * *", waits_for=ALL, deadline=timedelta(hours=2)),
    Timetable(
        "refresh_hourly", "0 * * * *", waits_for=("platform",), deadline=timedelta(minutes=30), part_of="refresh_daily"
    ),
)


def model_rows(target: Target) -> list[Timetable]:
    """The rows that wait for sources."""
    return [row for row in TIMETABLE if row.deadline is not None and target in row.targets]


def build_schedules(target: Target) -> list[dg.ScheduleDefinition]:
    """One schedule per source row of the target; a schedule that a target does not want is absent."""
    return [_schedule(row) for row in TIMETABLE if row.deadline is None and target in row.targets]


def _schedule(row: Timetable) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{row.job}_schedule",
        job_name=row.job,
        cron_schedule=row.cron,
        execution_timezone=row.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Starts {row.job} at '{row.cron}' ({row.time_zone}); the models follow by models_sensor.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        busy = unfinished(context.instance, row.job)
        if busy:
            return dg.SkipReason(f"run {busy[0].run_id[:8]} of {row.job} is still going and absorbs this cycle")
        cycle = cycle_of(context.scheduled_execution_time)
        return dg.RunRequest(run_key=f"{row.job}/{cycle}", tags={CYCLE_TAG: cycle})

    return tick


def cycle_of(due: datetime) -> str:
    """A cycle's name: the moment at which it was due. Sources and models of a cycle carry the same."""
    return due.astimezone(UTC).isoformat()


def unfinished(instance: dg.DagsterInstance, job: str, *, also_parts: bool = False) -> list[dg.DagsterRun]:
    """The runs of a job that have not ended; one that will be tried again has not ended.

    `also_parts`: those that refresh only some of the job's assets as well.
    """
    going = instance.get_runs(dg.RunsFilter(job_name=job, statuses=list(UNFINISHED)))
    since = datetime.now(UTC) - RETRY_STARTS_WITHIN
    died = dg.RunsFilter(
        job_name=job, statuses=[dg.DagsterRunStatus.FAILURE], tags={WILL_RETRY_TAG: "true"}, updated_after=since
    )
    waiting = [
        record.dagster_run
        for record in instance.get_run_records(died)
        if record.dagster_run.is_complete_and_waiting_to_retry and (record.end_time or 0) > since.timestamp()
    ]
    found = [*going, *waiting]
    return [run for run in found if also_parts or run.asset_selection is None]


def source_jobs(names: Iterable[str]) -> list[str]:
    """The job names of sources by name."""
    return [source_job_name(source) for source in SOURCES if source.name in set(names)]
