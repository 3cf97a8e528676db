"""The real webserver, daemon and code server, as `cdp dev` starts them: asked over GraphQL, and watched at work.

Nobody waits for two o'clock: the home is one whose Dagster was closed when the hourly refresh was due. Schedule and
sensors are the real ones with their real state, only older; the daemon makes up for the tick that it missed.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
)

from cdp_platform.automation.cycles import Cycle, remember
from cdp_platform.automation.home import open_instance
from cdp_platform.automation.schedules import TIMETABLE
from cdp_platform.definitions import build
from cdp_platform.environment import Settings, load_settings
from cdp_platform.serving.reader import open_published
from tests.automation.opened import REPOSITORY, Dagster, opened

CLOSED_SINCE = timedelta(hours=2)
VIEW = "staging/stg_bamboohr__employee"
EVENT = (
    "id,employeeId,eventType,eventDate,reason,department,jobTitle,lastChanged\n"
    "{id},1,hire,{day},,Sales,,{day}T12:00:00Z\n"
)
LOCATION = """
query Location($repository: RepositorySelector!) {
  workspaceOrError { ... on Workspace { locationEntries { loadStatus locationOrLoadError { __typename } } } }
  repositoryOrError(repositorySelector: $repository) {
    ... on Repository {
      assetNodes { assetKey { path } isExecutable description }
      schedules { name scheduleState { status } }
      sensors { name sensorState { status } }
    }
  }
  assetChecksCount: assetNodes { assetChecksOrError { ... on AssetChecks { checks { name } } } }
  instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }
}"""


def _was_closed(instance: dg.DagsterInstance, now: datetime) -> None:
    """As if Dagster had been closed before the last full hour, with everything up to then done."""
    origin = GrpcServerCodeLocationOrigin(host="localhost", port=1, location_name="cdp_platform")
    repository = RemoteRepositoryOrigin(origin, "__repository__")
    cycles = {row.job: Cycle(row.last_due(now), None) for row in TIMETABLE if row.deadline}
    cycles["refresh_hourly"] = Cycle(cycles["refresh_hourly"].due - CLOSED_SINCE, None)
    platform = next(row for row in TIMETABLE if row.job == "refresh_platform")
    closed = (now - CLOSED_SINCE).timestamp()
    for name, kind, data in (
        ("refresh_platform_schedule", InstigatorType.SCHEDULE, ScheduleInstigatorData(platform.cron, closed)),
        ("models_sensor", InstigatorType.SENSOR, SensorInstigatorData(cursor=remember(cycles))),
    ):
        state = InstigatorState(repository.get_instigator_origin(name), kind, InstigatorStatus.DECLARED_IN_CODE, data)
        instance.add_instigator_state(state)


@pytest.fixture(scope="module")
def home(built_company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The built company, this module's own, closed for two hours, with a new file in its landing zone."""
    copy = tmp_path_factory.mktemp("daemon") / "home"
    shutil.copytree(built_company.home, copy)
    settings = load_settings({"CDP_HOME": str(copy)})
    now = datetime.now(UTC)
    with open_instance(settings) as instance:
        _was_closed(instance, now)
    file = settings.landing / "bamboohr" / "employment_events" / "dropped.csv"
    file.write_text(EVENT.format(id="dropped-1", day=(now - timedelta(days=1)).date()))
    return settings


@pytest.fixture(scope="module")
def dagster(home: Settings) -> Iterator[Dagster]:
    """`cdp dev` on that home."""
    with opened(home) as found:
        yield found


def _run_of(dagster: Dagster, seconds: float, what: str, **tags: str) -> dict[str, Any]:
    """The run with these tags, once it has succeeded; `job` and `sensor` or `schedule` are tags too."""

    def look() -> dict[str, Any] | None:
        for run in dagster.runs():
            if tags.items() <= (run["tags"] | {"job": run["jobName"]}).items():
                assert run["status"] not in ("FAILURE", "CANCELED"), (run, dagster.failures(run["runId"]))
                return run if run["status"] == "SUCCESS" else None
        return None

    return dagster.until(look, seconds, what)


def test_the_location_is_loaded_with_all_it_declares(dagster: Dagster, home: Settings) -> None:
    declared = build(home)
    graph = declared.resolve_asset_graph()
    answer = dagster.ask(LOCATION, repository=REPOSITORY)
    [entry] = answer["workspaceOrError"]["locationEntries"]
    assert (entry["loadStatus"], entry["locationOrLoadError"]["__typename"]) == ("LOADED", "RepositoryLocation")
    found = answer["repositoryOrError"]
    executable = {"/".join(node["assetKey"]["path"]) for node in found["assetNodes"] if node["isExecutable"]}
    assert executable == {"/".join(key.path) for key in graph.materializable_asset_keys}
    checks = [len(node["assetChecksOrError"].get("checks", ())) for node in answer["assetChecksCount"]]
    assert sum(checks) == len(graph.asset_check_keys)


def test_schedules_and_sensors_run_without_anybody_switching_them_on(dagster: Dagster, home: Settings) -> None:
    found = dagster.ask(LOCATION, repository=REPOSITORY)["repositoryOrError"]
    states = {s["name"]: s["scheduleState"]["status"] for s in found["schedules"]}
    states |= {s["name"]: s["sensorState"]["status"] for s in found["sensors"]}
    declared = build(home)
    assert states == {d.name: "RUNNING" for d in (*(declared.schedules or ()), *(declared.sensors or ()))}


def test_every_daemon_is_healthy(dagster: Dagster) -> None:
    def look() -> bool | None:
        statuses = dagster.ask(LOCATION, repository=REPOSITORY)["instance"]["daemonHealth"]["allDaemonStatuses"]
        return all(status["healthy"] for status in statuses if status["required"]) or None

    assert dagster.until(look, 60, "a heartbeat of every daemon")


def test_a_dropped_file_is_landed_and_only_what_it_reaches_is_rebuilt(dagster: Dagster, home: Settings) -> None:
    landing = _run_of(dagster, 180, "the landing run", job="refresh_bamboohr", **{"cdp/trigger": "landing"})
    assert landing["assets"] == ["bamboohr__employment_events"]
    assert landing["tags"]["dagster/sensor_name"] == "landing_sensor"
    models = _run_of(dagster, 180, "the models that follow", job="refresh_daily", **{"cdp/trigger": "landed"})
    assert {"stg_bamboohr__employment_event", "fact_employee_events", "release"} <= set(models["assets"])
    assert not {"stg_bamboohr__employee", "customer_crosswalk", "fact_revenue"} & set(models["assets"])
    with open_published(home) as published:
        query = "SELECT count(*) FROM gold.fact_employee_events WHERE source_record_id LIKE '%dropped-1'"
        assert published.execute(query).fetchall() == [(1,)]
    checks = [event["evaluation"] for event in dagster.events(models["runId"]) if "evaluation" in event]
    assert {check["assetKey"]["path"][-1] for check in checks} >= set(models["assets"])
    assert all(check["success"] for check in checks)


def test_a_schedule_tick_starts_its_source_and_the_models_follow(dagster: Dagster) -> None:
    by_schedule = {"dagster/schedule_name": "refresh_platform_schedule"}
    source = _run_of(dagster, 180, "the scheduled run", job="refresh_platform", **by_schedule)
    assert source["assets"] == [], "the whole source"
    models = _run_of(dagster, 180, "its models", job="refresh_hourly", **{"dagster/sensor_name": "models_sensor"})
    assert models["tags"]["cdp/cycle"] == source["tags"]["cdp/cycle"]
    assert "cdp/late" not in models["tags"]


def test_one_asset_is_materialized_from_the_ui_when_its_turn_comes(dagster: Dagster) -> None:
    run = dagster.launch([VIEW])
    assert dagster.ended(run) == "SUCCESS", dagster.failures(run)
    events = dagster.events(run)
    assert [e["assetKey"]["path"] for e in events if e["__typename"] == "MaterializationEvent"] == [VIEW.split("/")]
    assert {e["evaluation"]["assetKey"]["path"][-1] for e in events if "evaluation" in e} == {VIEW.rpartition("/")[2]}
    spans = sorted((r["startTime"], r["endTime"] or r["startTime"]) for r in dagster.runs() if r["startTime"])
    assert all(later[0] >= earlier[1] for earlier, later in pairwise(spans)), spans
