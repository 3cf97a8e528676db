"""What happens when something happens: a file lands, or the sources of a cycle have ended.

Here: the sensors, registered per environment like the schedules. Not here: the timetable.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
import duckdb
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from cdp_platform.assets.extracts import raw_key
from cdp_platform.automation.jobs import build_jobs, source_job_name
from cdp_platform.automation.schedules import CYCLE_TAG, Timetable, model_rows, source_jobs, unfinished
from cdp_platform.environment import Settings, Target
from cdp_platform.landing.files import files_of
from cdp_platform.serving.operations import operations_file
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.duckdb import open_for_reading

TRIGGER_TAG = "cdp/trigger"
LANDING_TARGETS = frozenset({Target.LOCAL})


def build_sensors(settings: Settings, models: dg.AssetSelection) -> list[dg.SensorDefinition]:
    """The sensors of the settings' target."""
    sensors = [_models_sensor(settings)]
    if settings.target in LANDING_TARGETS:
        sensors += [_landing_sensor(settings), _landed_sensor(models)]
    return sensors


def _models_sensor(settings: Settings) -> dg.SensorDefinition:
    rows = model_rows(settings.target)

    @dg.sensor(
        name="models_sensor",
        jobs=[_job(row.job) for row in rows],
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts the models of a cycle when every source that was due has ended, or at its deadline.",
    )
    def models_sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        now = datetime.now(UTC)
        for row in rows:
            due = row.last_due(now)
            why = waiting_for(context.instance, row, due, now)
            if why:
                yield dg.SkipReason(f"{row.job}: {why}")
            else:
                cycle = due.isoformat()
                yield dg.RunRequest(run_key=f"{row.job}/{cycle}", job_name=row.job, tags={CYCLE_TAG: cycle})

    return models_sensor


def _job(name: str) -> UnresolvedAssetJobDefinition:
    return next(job for job in build_jobs() if job.name == name)


def waiting_for(instance: dg.DagsterInstance, row: Timetable, due: datetime, now: datetime) -> str | None:
    """Why the models of a cycle cannot start yet, or None. A source that was not started since `due` has not ended."""
    assert row.deadline is not None
    if unfinished(instance, row.job):
        return "the last cycle is still going and absorbs this one"
    if now >= due + row.deadline:
        return None
    for job in source_jobs(row.waits_for):
        if unfinished(instance, job):
            return f"{job} has not ended"
        if not instance.get_runs(dg.RunsFilter(job_name=job, created_after=due), limit=1):
            return f"{job} has not started"
    return None


def new_streams(settings: Settings) -> dict[Source, list[Stream]]:
    """The streams with a finished file in the landing zone that no run has taken yet, told by name, size and time."""
    known: dict[tuple[str, str, str], tuple[int, datetime]] = {}
    try:
        connection = open_for_reading(operations_file(settings))
    except duckdb.IOException:
        connection = None
    if connection is not None:
        rows = connection.execute(
            "SELECT source_system, stream, file_name, max(bytes), max(landed_at) FROM ops.landed_file GROUP BY 1, 2, 3"
        ).fetchall()
        connection.close()
        known = {(source, stream, name): (size, at) for source, stream, name, size, at in rows}
    found: dict[Source, list[Stream]] = {}
    for source in SOURCES:
        for stream in source.streams:
            for file in files_of(settings.landing, source, stream):
                stat = file.path.stat()
                size, landed_at = known.get(
                    (source.name, stream.table, file.name), (-1, datetime.min.replace(tzinfo=UTC))
                )
                if size != stat.st_size or datetime.fromtimestamp(stat.st_mtime, UTC) > landed_at:
                    found.setdefault(source, []).append(stream)
                    break
    return found


def _landing_sensor(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="landing_sensor",
        jobs=[_job(source_job_name(source)) for source in SOURCES],
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Lands new files: only the streams that have some.",
    )
    def landing_sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        found = new_streams(settings)
        if not found:
            yield dg.SkipReason("no new file in the landing zone")
        for source, streams in found.items():
            job = source_job_name(source)
            if unfinished(context.instance, job):
                yield dg.SkipReason(f"{job} is still going; the files wait for it to end")
                continue
            newest = max(f.path.stat().st_mtime_ns for s in streams for f in files_of(settings.landing, source, s))
            yield dg.RunRequest(
                run_key=f"landing/{source.name}/{newest}",
                job_name=job,
                asset_selection=[raw_key(source, stream) for stream in streams],
                tags={TRIGGER_TAG: "landing", CYCLE_TAG: f"landing/{newest}"},
            )

    return landing_sensor


def _landed_sensor(models: dg.AssetSelection) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        name="landed_sensor",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[_job(source_job_name(source)) for source in SOURCES],
        request_job=_job("refresh_daily"),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="After a landing run: rebuilds what its streams reach, and nothing else.",
    )
    def landed_sensor(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        if run.tags.get(TRIGGER_TAG) != "landing" or not run.asset_selection:
            return dg.SkipReason("not a landing run: its cycle starts the models")
        assert context.repository_def is not None
        graph = context.repository_def.asset_graph
        reached = (dg.AssetSelection.assets(*run.asset_selection).downstream() & models).resolve(graph)
        return dg.RunRequest(
            run_key=f"landed/{run.run_id}",
            asset_selection=sorted(reached),
            tags={TRIGGER_TAG: "landing", CYCLE_TAG: run.tags[CYCLE_TAG]},
        )

    return landed_sensor
