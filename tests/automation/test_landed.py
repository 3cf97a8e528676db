"""The landing zone's sensors: what they request, and what they never request twice."""

import gzip
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from cdp_platform.automation.jobs import models
from cdp_platform.automation.landed import LANDED, LANDING, TRIGGER_TAG, Waiting, runs_to_follow
from cdp_platform.automation.schedules import CYCLE_TAG
from cdp_platform.automation.sensors import build_sensors
from cdp_platform.definitions import build
from cdp_platform.environment import Settings, Target, load_settings
from cdp_platform.landing.audit import StreamLoad
from cdp_platform.landing.load import land_source
from cdp_platform.serving.operations import operations_file, publish_operations
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse import open_warehouse
from tests.automation.runs import BADLY, GOING, WELL, plant

BAMBOOHR = next(source for source in SOURCES if source.name == "bamboohr")
EMPLOYEES, EVENTS = (",".join(column.name for column in stream.columns) + "\n" for stream in BAMBOOHR.streams)
EMPLOYEES += "1,,,,,,,,,,Active,2024-01-01,,2026-01-01T00:00:00Z\n"
EVENTS += "e1,1,hire,2024-01-01,,,,2026-01-01T00:00:00Z\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"CDP_HOME": str(tmp_path / "home")})


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def deliver(settings: Settings, stream: str, name: str, content: str | bytes) -> Path:
    file = settings.landing / "bamboohr" / stream / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def land(settings: Settings) -> dict[str, StreamLoad]:
    """What a run does to the ledger that the sensor reads."""
    warehouse = open_warehouse(settings)
    loads = land_source(warehouse, BAMBOOHR, BAMBOOHR.streams, run_id="r", say=lambda _: None)
    publish_operations(warehouse)
    return {load.stream.table: load for load in loads}


def look(settings: Settings, instance: dg.DagsterInstance) -> dg.SensorResult:
    sensor = next(s for s in build_sensors(settings, models()) if s.name == "landing_sensor")
    answer = sensor(dg.build_sensor_context(instance))
    assert isinstance(answer, dg.SensorResult)
    return answer


def requested(result: dg.SensorResult) -> dict[str, list[str]]:
    return {
        request.job_name or "": sorted(key.path[-1] for key in request.asset_selection or ())
        for request in result.run_requests or ()
    }


def test_only_the_streams_with_a_new_file_are_landed(settings: Settings, instance: dg.DagsterInstance) -> None:
    deliver(settings, "employees", "a.csv", EMPLOYEES)
    [request] = look(settings, instance).run_requests or ()
    assert (request.job_name, request.asset_selection) == (
        "refresh_bamboohr",
        [dg.AssetKey(["raw", "bamboohr__employees"])],
    )
    assert request.tags[TRIGGER_TAG] == LANDING
    assert request.tags[CYCLE_TAG].startswith("landing/20")


def test_an_empty_or_absent_landing_zone_requests_nothing(settings: Settings, instance: dg.DagsterInstance) -> None:
    said = look(settings, instance).skip_reason
    assert said is not None
    assert said.skip_message == "no new file in the landing zone"
    (settings.landing / "bamboohr" / "employees").mkdir(parents=True)
    assert requested(look(settings, instance)) == {}


def test_what_is_still_being_written_or_nobody_declared_is_no_file(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    deliver(settings, "employees", "a.csv.tmp", EMPLOYEES)
    deliver(settings, "employees", "notes.txt", EMPLOYEES)
    deliver(settings, "payroll", "a.csv", EMPLOYEES)
    deliver(settings, "_control", "employees.csv", "period,measure,currency_code,value\n")
    assert requested(look(settings, instance)) == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("good.csv", EMPLOYEES, id="accepted"),
        pytest.param("drifted.csv", EMPLOYEES.replace(",status", ",state"), id="held"),
        pytest.param("broken.jsonl.gz", gzip.compress(b'{"id": 1}\n' * 500, mtime=0)[:40], id="unreadable"),
        pytest.param("empty.csv", "", id="empty"),
    ],
)
def test_a_file_is_requested_until_it_was_taken_whatever_came_of_it(
    settings: Settings, instance: dg.DagsterInstance, name: str, content: str | bytes
) -> None:
    deliver(settings, "employees", name, content)
    assert requested(look(settings, instance)) == {"refresh_bamboohr": ["bamboohr__employees"]}
    assert land(settings)["employees"].files == 1
    assert requested(look(settings, instance)) == {}


def test_the_same_bytes_under_another_name_are_not_new(settings: Settings, instance: dg.DagsterInstance) -> None:
    deliver(settings, "employment_events", "a.csv", EVENTS)
    land(settings)
    deliver(settings, "employment_events", "again.csv", EVENTS)
    assert requested(look(settings, instance)) == {}


def test_a_file_that_was_only_touched_or_copied_is_not_new(settings: Settings, instance: dg.DagsterInstance) -> None:
    file = deliver(settings, "employees", "a.csv", EMPLOYEES)
    land(settings)
    os.utime(file)
    assert requested(look(settings, instance)) == {}
    shutil.copytree(settings.home, settings.home.with_name("copy"))
    assert requested(look(load_settings({"CDP_HOME": str(settings.home.with_name("copy"))}), instance)) == {}


def test_the_same_name_with_other_bytes_is_new_even_if_it_looks_older(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    file = deliver(settings, "employees", "a.csv", EMPLOYEES)
    first = (look(settings, instance).run_requests or ())[0].run_key
    land(settings)
    file.write_text(EMPLOYEES.replace("2024", "2023"))
    os.utime(file, (0, 0))
    [again] = look(settings, instance).run_requests or ()
    assert again.run_key != first


def test_new_files_wait_while_a_run_of_their_source_is_going(settings: Settings, instance: dg.DagsterInstance) -> None:
    deliver(settings, "employees", "a.csv", EMPLOYEES)
    plant(instance, "refresh_bamboohr", GOING, assets=["bamboohr__employment_events"])
    result = look(settings, instance)
    assert requested(result) == {}
    assert "refresh_bamboohr is still going" in (result.skip_reason or dg.SkipReason("")).skip_message


def test_files_that_a_run_failed_on_are_left_to_the_schedule(settings: Settings, instance: dg.DagsterInstance) -> None:
    deliver(settings, "employees", "a.csv", EMPLOYEES)
    [request] = look(settings, instance).run_requests or ()
    run = plant(instance, "refresh_bamboohr", BADLY, tags={"dagster/run_key": request.run_key or ""})
    result = look(settings, instance)
    assert requested(result) == {}
    assert f"run {run.run_id[:8]} did not take the new files" in (result.skip_reason or dg.SkipReason("")).skip_message
    deliver(settings, "employees", "b.csv", EMPLOYEES.replace("2024", "2023"))
    assert requested(look(settings, instance)) == {"refresh_bamboohr": ["bamboohr__employees"]}


def test_a_ledger_that_was_lost_costs_one_run_that_takes_nothing_twice(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    deliver(settings, "employees", "a.csv", EMPLOYEES)
    land(settings)
    operations_file(settings).unlink()
    assert requested(look(settings, instance)) == {"refresh_bamboohr": ["bamboohr__employees"]}
    assert land(settings)["employees"].status == "unchanged"
    assert requested(look(settings, instance)) == {}


def test_production_has_no_landing_zone_to_look_into(settings: Settings) -> None:
    production = Settings(Target.PRODUCTION, settings.home, settings.landing)
    assert [sensor.name for sensor in build_sensors(production, models())] == ["models_sensor"]


# --- the models that follow


def landed(instance: dg.DagsterInstance, cursor: str | None = None, *, later: timedelta = timedelta(0)) -> set[str]:
    """The ids of the runs that are followed now; none where the sensor waits."""
    try:
        runs, _ = runs_to_follow(instance, cursor, datetime.now(UTC) + later)
    except Waiting:
        return set()
    return {run.run_id for run in runs}


def landing_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, source: str = "bamboohr") -> dg.DagsterRun:
    return plant(instance, f"refresh_{source}", status, tags={TRIGGER_TAG: LANDING}, assets=[f"{source}__x"])


def test_one_model_run_follows_all_that_landed_together(instance: dg.DagsterInstance) -> None:
    runs = {landing_run(instance, WELL).run_id, landing_run(instance, WELL, "stripe").run_id}
    plant(instance, "refresh_stripe", WELL)
    assert landed(instance) == runs


def test_what_failed_to_land_has_no_models(instance: dg.DagsterInstance) -> None:
    landing_run(instance, BADLY)
    assert landed(instance) == set()


def test_what_was_followed_is_not_followed_again(instance: dg.DagsterInstance) -> None:
    landing_run(instance, WELL)
    _, cursor = runs_to_follow(instance, None, datetime.now(UTC))
    with pytest.raises(Waiting, match="no landing run has ended since"):
        runs_to_follow(instance, cursor, datetime.now(UTC))
    late = landing_run(instance, WELL)
    assert landed(instance, cursor) == {late.run_id}


def test_models_wait_for_what_is_being_landed_but_not_for_long(instance: dg.DagsterInstance) -> None:
    first = landing_run(instance, WELL)
    landing_run(instance, GOING, "stripe")
    assert landed(instance) == set()
    assert landed(instance, later=timedelta(minutes=16)) == {first.run_id}


def test_models_wait_for_the_models_of_what_landed_before(instance: dg.DagsterInstance) -> None:
    landing_run(instance, WELL)
    plant(instance, "refresh_daily", GOING, tags={TRIGGER_TAG: LANDED}, assets=["x"])
    assert landed(instance, later=timedelta(minutes=16)) == set()


def followed(settings: Settings, *, built: bool) -> set[str]:
    """What is rebuilt after employment events have landed; `built`: all models were, at some time."""
    definitions = build(settings)
    repository = definitions.get_repository_def()
    sensor = definitions.get_sensor_def("landed_sensor")
    with dg.DagsterInstance.ephemeral() as instance:
        for key in models().resolve(repository.asset_graph) if built else ():
            instance.report_runless_asset_event(dg.AssetMaterialization(key))
        plant(
            instance,
            "refresh_bamboohr",
            WELL,
            tags={TRIGGER_TAG: LANDING},
            assets=["bamboohr__employment_events"],
        )
        context = dg.build_sensor_context(instance, repository_def=repository)
        result = sensor(context)
    assert isinstance(result, dg.SensorResult)
    [request] = result.run_requests or ()
    return {key.path[-1] for key in request.asset_selection or ()}


def test_models_are_only_those_that_the_streams_reach(settings: Settings) -> None:
    names = followed(settings, built=True)
    assert {"stg_bamboohr__employment_event", "staff_event", "fact_employee_events", "release"} <= names
    assert not names & {"bamboohr__employment_events", "stg_bamboohr__employee", "fact_revenue", "customer_crosswalk"}


def test_where_nothing_was_built_yet_all_models_are(settings: Settings) -> None:
    names = followed(settings, built=False)
    assert {"stg_bamboohr__employee", "fact_revenue", "customer_crosswalk", "fact_employee_events", "release"} <= names
    assert "bamboohr__employment_events" not in names
