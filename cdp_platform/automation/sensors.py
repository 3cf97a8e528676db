"""What happens when something happens: a file lands, or the sources of a cycle have ended.

Here: the sensors, registered per environment like the schedules. Not here: the timetable, what the sensors decide by
(`cycles`, `landed`).
"""

from datetime import UTC, datetime

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.storage.tags import RUN_KEY_TAG

from cdp_platform.automation.cycles import decide, recall, remember
from cdp_platform.automation.jobs import build_jobs, checks_of, source_job_name
from cdp_platform.automation.landed import LANDED, LANDING, TRIGGER_TAG, Waiting, arrivals, runs_to_follow, same_key
from cdp_platform.automation.schedules import CYCLE_TAG, cycle_of, model_rows, unfinished
from cdp_platform.environment import Settings, Target
from cdp_platform.sources import SOURCES

LATE_TAG = "cdp/late"
LANDING_TARGETS = frozenset({Target.LOCAL})


def build_sensors(settings: Settings, models: dg.AssetSelection) -> list[dg.SensorDefinition]:
    """The sensors of the settings' target."""
    sensors = [_models_sensor(settings)] if model_rows(settings.target) else []
    if settings.target in LANDING_TARGETS:
        sensors += [_landing_sensor(settings), _landed_sensor(models)]
    return sensors


def _job(name: str) -> UnresolvedAssetJobDefinition:
    return next(job for job in build_jobs() if job.name == name)


def _models_sensor(settings: Settings) -> dg.SensorDefinition:
    rows = model_rows(settings.target)

    @dg.sensor(
        name="models_sensor",
        jobs=[_job(row.job) for row in rows],
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts the models of a cycle when every source that was due has ended, or at its deadline: "
        + "; ".join(f"{row.job} at '{row.cron}' ({row.time_zone})" for row in rows),
    )
    def models_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        decision = decide(context.instance, rows, recall(context.cursor), datetime.now(UTC))
        requests = [
            dg.RunRequest(
                run_key=f"{row.job}/{cycle_of(cycle.due)}",
                job_name=row.job,
                tags={CYCLE_TAG: cycle_of(cycle.due)} | ({LATE_TAG: ", ".join(late)} if late else {}),
            )
            for row, cycle, late in decision.start
        ]
        return _result(requests, decision.reasons, remember(decision.cycles))

    return models_sensor


def _result(requests: list[dg.RunRequest], reasons: list[str], cursor: str | None) -> dg.SensorResult:
    """Dagster takes either requests or a reason."""
    if requests:
        return dg.SensorResult(run_requests=requests, cursor=cursor)
    return dg.SensorResult(skip_reason="; ".join(reasons), cursor=cursor)


def _landing_sensor(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="landing_sensor",
        jobs=[_job(source_job_name(source)) for source in SOURCES],
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Lands new files: only the streams that have some.",
    )
    def landing_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        requests, reasons = [], []
        cycle = f"{LANDING}/{cycle_of(datetime.now(UTC))}"
        for arrival in arrivals(settings):
            job = source_job_name(arrival.source)
            tried = context.instance.get_runs(dg.RunsFilter(job_name=job, tags={RUN_KEY_TAG: arrival.run_key}), limit=1)
            if unfinished(context.instance, job, also_parts=True):
                reasons.append(f"{job} is still going; new files wait for it to end")
            elif tried:
                reasons.append(
                    f"{job}: run {tried[0].run_id[:8]} did not take the new files; the next scheduled run tries again"
                )
            else:
                requests.append(
                    dg.RunRequest(
                        run_key=arrival.run_key,
                        job_name=job,
                        asset_selection=arrival.assets,
                        tags={TRIGGER_TAG: LANDING, CYCLE_TAG: cycle},
                    )
                )
        return _result(requests, reasons or ["no new file in the landing zone"], None)

    return landing_sensor


def _landed_sensor(models: dg.AssetSelection) -> dg.SensorDefinition:
    @dg.sensor(
        name="landed_sensor",
        job=_job("refresh_daily"),
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="After landing runs: rebuilds what their streams reach, and nothing else, in one run for all. "
        "Where something that they read was never built, everything.",
    )
    def landed_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = datetime.now(UTC)
        try:
            done, cursor = runs_to_follow(context.instance, context.cursor, now)
        except Waiting as waiting:
            return _result([], [str(waiting)], context.cursor)
        assert context.repository_def is not None
        landed = {key for run in done for key in run.asset_selection or ()}
        graph = context.repository_def.asset_graph
        reached = (dg.AssetSelection.assets(*landed).downstream() & models).resolve(graph)
        if not reached:
            return _result([], ["no model reads what has landed"], cursor)
        needed = (dg.AssetSelection.assets(*reached).upstream() & models).resolve(graph)
        known = context.instance.get_latest_materialization_events(needed)
        if not all(known.get(key) for key in needed):
            reached = models.resolve(graph)
        request = dg.RunRequest(
            run_key=same_key(LANDED, (run.run_id for run in done)),
            asset_selection=sorted(reached),
            asset_check_keys=sorted(checks_of(graph, reached)),
            tags={TRIGGER_TAG: LANDED, CYCLE_TAG: f"{LANDED}/{cycle_of(now)}"},
        )
        return _result([request], [], cursor)

    return landed_sensor
