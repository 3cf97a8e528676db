"""The timetable: what is refreshed when, on one screen.

Sources refresh in runs of their own; models follow when every source that was due has ended, or the deadline has passed
(`sensors.models_sensor`). Here: the table and its schedules. Not here: what a job holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import dagster as dg
from cronsim import CronSim

from cdp_platform.automation.jobs import source_job_name
from cdp_platform.environment import Target
from cdp_platform.sources import SOURCES

CYCLE_TAG = "cdp/cycle"
EVERYWHERE = frozenset({Target.LOCAL, Target.PRODUCTION})
TIME_ZONE = "UTC"


@dataclass(frozen=True)
class Timetable:
    """A row: the job, its cron times, and for jobs over models the sources they wait for and for how long."""

    job: str
    cron: str
    time_zone: str = TIME_ZONE
    waits_for: tuple[str, ...] = ()
    deadline: timedelta | None = None
    targets: frozenset[Target] = EVERYWHERE

    def last_due(self, now: datetime) -> datetime:
        """The latest moment up to `now` at which the job was due."""
        return next(CronSim(self.cron, now + timedelta(seconds=1), reverse=True))


ALL = tuple(source.name for source in SOURCES)
TIMETABLE = (
    #         job                  cron          waits for                    deadline
    Timetable("refresh_salesforce", "0 2 * * *"),
    Timetable("refresh_netsuite", "0 2 * * *"),
    Timetable("refresh_platform", "0 * * * *"),
    Timetable("refresh_bamboohr", "0 2 * * *"),
    Timetable("refresh_stripe", "0 2 * * *"),
    Timetable("refresh_daily", "0 2 * * *", waits_for=ALL, deadline=timedelta(hours=2)),
    Timetable("refresh_hourly", "0 * * * *", waits_for=("platform",), deadline=timedelta(minutes=30)),
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
        description=f"Starts {row.job} at '{row.cron}' ({row.time_zone}).",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        busy = unfinished(context.instance, row.job)
        if busy:
            return dg.SkipReason(f"run {busy[0].run_id[:8]} of {row.job} is still going and absorbs this cycle")
        cycle = context.scheduled_execution_time.isoformat()
        return dg.RunRequest(run_key=f"{row.job}/{cycle}", tags={CYCLE_TAG: cycle})

    return tick


UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def unfinished(
    instance: dg.DagsterInstance, job: str, statuses: Iterable[dg.DagsterRunStatus] = UNFINISHED
) -> list[dg.DagsterRun]:
    """The runs of a job that have not ended, oldest last."""
    return list(instance.get_runs(dg.RunsFilter(job_name=job, statuses=list(statuses))))


def source_jobs(names: Iterable[str]) -> list[str]:
    """The job names of sources by name."""
    return [source_job_name(source) for source in SOURCES if source.name in set(names)]
