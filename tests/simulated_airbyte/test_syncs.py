"""Every way in which a sync ends, against a simulated Airbyte over real HTTP: what is judged, and what is said."""

from dataclasses import replace
from typing import Any

import dagster as dg
import pytest

from cdp_platform.assets import airbyte as assets
from cdp_platform.assets.airbyte_client import Client, client_of, sync
from cdp_platform.definitions import build
from cdp_platform.environment import Settings
from cdp_platform.landing.current import fate_sql
from cdp_platform.sources.bamboohr import BAMBOOHR
from cdp_platform.sources.stripe import STRIPE
from tests.simulated_airbyte.conftest import Synced, said, verdicts
from tests.simulated_airbyte.records import NOW, customer, employee, invoice
from tests.simulated_airbyte.workspace import SECRET, Answered, Fault, Plan

GREEN = {"rows_synced_are_in_raw": True, "catalogue_matches_airbyte": True}
MARKED = "SELECT stream FROM ops.validated_mark WHERE validated_until IS NOT NULL ORDER BY 1"
TWO = {"customers": [customer(1), customer(2)], "invoices": [invoice(1)]}


def test_a_sync_is_judged_and_said(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(polls=3, rows=TWO)]
    done = airbyte.refresh("stripe")
    assert done.success
    assert airbyte.ask(MARKED) == [("customers",), ("invoices",)]
    assert {name: passed for name, (passed, *_) in verdicts(done).items()} == GREEN
    told = {
        event.asset_key.path[-1]: event.materialization.metadata for event in done.get_asset_materialization_events()
    }
    assert told["stripe__customers"]["dagster/row_count"].value == 2
    assert told["stripe__customers"]["status"].value == "loaded"
    assert told["stripe__charges"]["status"].value == "unchanged"
    assert told["stripe__charges"]["airbyte_job"].value == 1
    assert airbyte.ask("SELECT stream, raw, status, high_water IS NOT NULL FROM ops.load_audit WHERE files = 1") == [
        ("customers", 2, "loaded", True),
        ("invoices", 1, "loaded", True),
    ]


def test_rows_that_break_the_contract_wait_in_quarantine(airbyte: Synced) -> None:
    bad = [invoice(2, currency=None), invoice(3, total=None, _changes=["total"])]
    airbyte.workspace.plans = [Plan(rows={"invoices": [invoice(1), *bad]})]
    assert airbyte.refresh("stripe").success
    assert airbyte.ask("SELECT rule, row_number, file_name FROM quarantine.rejected_row ORDER BY 1") == [
        ("required", None, "airbyte/1"),
        ("unreadable_value", None, "airbyte/1"),
    ]
    airbyte.workspace.plans = [Plan(rows={"invoices": [invoice(2, updated=NOW + 1000)]})]
    assert airbyte.refresh("stripe").success
    mended = "SELECT count(*) FROM quarantine.rejected_row WHERE status = 'resolved' AND resolved_by = 'airbyte/2'"
    assert airbyte.ask(mended) == [(1,)]


def test_a_sync_without_news_is_no_delivery(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(rows=TWO), Plan()]
    airbyte.refresh("stripe")
    done = airbyte.refresh("stripe")
    assert done.success
    assert verdicts(done)["rows_synced_are_in_raw"][0]
    assert airbyte.ask("SELECT count(*) FROM ops.landed_file") == [(2,)]


@pytest.mark.parametrize(("ends", "told"), [("failed", "Job failed: 1"), ("cancelled", "Job was cancelled: 1")])
def test_a_sync_that_ends_badly_moves_no_mark_and_its_rows_count_with_the_next(
    airbyte: Synced, ends: str, told: str
) -> None:
    airbyte.workspace.plans = [Plan(ends=ends, rows={"customers": [customer(1)]}), Plan(rows=TWO)]
    failed = airbyte.refresh("stripe")
    assert not failed.success
    assert told in said(failed)
    assert "cdp_stripe" in said(failed)
    assert airbyte.ask(MARKED) == []
    assert len(airbyte.workspace.jobs) == 1, "Airbyte has tried by itself already"
    done = airbyte.refresh("stripe")
    assert done.success
    passed, _, headline = verdicts(done)["rows_synced_are_in_raw"]
    assert (passed, headline) == (True, "4 rows synced by job 2, 4 in raw")


def test_a_sync_that_takes_too_long_is_cancelled(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(polls=1_000_000)]
    airbyte.settings = _changed(airbyte, sync_minutes=0.2 / 60)
    failed = airbyte.refresh("stripe")
    assert "Timeout: Airbyte job 1" in said(failed)
    assert airbyte.workspace.jobs[0].status == "cancelled"


def test_a_run_that_is_ended_cancels_its_job(airbyte: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    assert airbyte.settings.airbyte is not None
    airbyte.workspace.plans = [Plan(polls=1_000_000)]
    monkeypatch.setattr(Client, "get_job_details", ended)
    with pytest.raises(KeyboardInterrupt):
        sync(client_of(airbyte.settings.airbyte), STRIPE, None)
    assert airbyte.workspace.jobs[0].status == "cancelled"


def test_a_job_that_goes_on_already_is_waited_for(airbyte: Synced) -> None:
    connection = next(c for c in airbyte.workspace.connections.values() if c["name"] == "cdp_stripe")
    airbyte.workspace.plans = [Plan(polls=2, rows=TWO)]
    airbyte.workspace.start(connection["connectionId"])
    assert airbyte.refresh("stripe").success
    assert "POST /api/public/v1/jobs" not in airbyte.workspace.asked
    assert airbyte.ask(MARKED) == [("customers",), ("invoices",)]


@pytest.mark.parametrize("status", [429, 502])
def test_what_may_pass_is_tried_again(airbyte: Synced, status: int) -> None:
    airbyte.workspace.plans = [Plan(rows=TWO)]
    paths = ("applications/token", "v1/connections/get", "v1/connections", "v1/jobs/1", "v1/jobs")
    airbyte.workspace.faults = [Fault(method, path, status, 2) for path in paths for method in ("GET", "POST")]
    assert airbyte.refresh("stripe").success
    assert [fault.times for fault in airbyte.workspace.faults if fault.method == "GET"][2:] == [0, 0, 0]
    assert len(airbyte.workspace.jobs) == 1


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (401, "AIRBYTE_CLIENT_SECRET"),
        (403, "AIRBYTE_WORKSPACE_ID"),
        (404, "AIRBYTE_URL"),
        (422, "whether the connection is active"),
    ],
)
def test_a_refusal_is_named_at_once(airbyte: Synced, status: int, remedy: str) -> None:
    airbyte.workspace.faults = [Fault("GET", "connections", status, 100)]
    failed = airbyte.refresh("stripe")
    assert remedy in said(failed)
    assert f"{status} for GET" in said(failed)
    assert airbyte.workspace.asked.count("GET /api/public/v1/connections") == 1


def test_a_job_whose_answer_was_lost_is_waited_for(airbyte: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    started = airbyte.workspace._started

    def lost(body: dict[str, str]) -> None:
        monkeypatch.setattr(airbyte.workspace, "_started", started)
        started(body)
        raise Answered(502, {})

    monkeypatch.setattr(assets, "RETRIES", dg.RetryPolicy(max_retries=1, delay=0.01))
    monkeypatch.setattr(airbyte.workspace, "_started", lost)
    airbyte.workspace.plans = [Plan(polls=2, rows=TWO)]
    assert airbyte.refresh("stripe").success
    assert len(airbyte.workspace.jobs) == 1


def test_a_wrong_secret_is_called_one_and_shown_nowhere(airbyte: Synced) -> None:
    airbyte.workspace.secret = "another"
    failed = airbyte.refresh("stripe")
    assert "does not accept the credentials" in said(failed)
    assert airbyte.workspace.asked == ["POST /api/public/v1/applications/token"]
    assert SECRET not in "".join(str(event) for event in failed.all_events)
    assert SECRET not in repr(airbyte.settings)


def test_an_airbyte_that_is_down_is_named_and_asked_again(airbyte: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "RETRIES", dg.RetryPolicy(max_retries=1, delay=0.01))
    airbyte.workspace.faults = [Fault("GET", "connections", 502, 6)]
    airbyte.workspace.plans = [Plan(rows=TWO)]
    assert airbyte.refresh("stripe").success, "the step is tried again, later"
    airbyte.settings = _changed(airbyte, url="http://127.0.0.1:9")
    failed = airbyte.refresh("stripe")
    assert "did not answer POST http://127.0.0.1:9/api/public/v1/applications/token in 6 tries" in said(failed)
    assert "may be started again" in said(failed)


def test_everything_is_found_on_whichever_page(airbyte: Synced) -> None:
    workspace = airbyte.workspace
    others = {
        f"other-{i}": {"connectionId": f"other-{i}", "name": f"other {i}", "status": "active"} for i in range(250)
    }
    workspace.connections = others | workspace.connections
    connection = next(c for c in workspace.connections.values() if c["name"] == "cdp_stripe")
    for _ in range(120):
        workspace.start(connection["connectionId"]).status = "succeeded"
        workspace.jobs[-1].rows = 0
    workspace.plans = [Plan(polls=2, rows=TWO)]
    workspace.start(connection["connectionId"])
    done = airbyte.refresh("stripe")
    assert done.success
    assert verdicts(done)["rows_synced_are_in_raw"][2] == "3 rows synced by job 121, 3 in raw"


def test_a_subset_of_streams_syncs_the_connection_and_judges_all(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(rows=TWO)]
    done = airbyte.refresh("stripe", "invoices", checks=False)
    assert done.success
    assert airbyte.ask(MARKED) == [("customers",), ("invoices",)]
    told = {event.asset_key.path[-1] for event in done.get_asset_materialization_events()}
    assert {"stripe__invoices", "stripe__customers"} <= told


def test_a_connection_that_is_missing_or_there_twice_is_named(airbyte: Synced) -> None:
    workspace = airbyte.workspace
    connection = next(c for c in workspace.connections.values() if c["name"] == "cdp_stripe")
    workspace.connections["twin"] = connection | {"connectionId": "twin"}
    assert "has 2 connections called 'cdp_stripe': rename all but one" in said(airbyte.refresh("stripe"))
    for twin in (connection, workspace.connections["twin"]):
        twin["status"] = "deprecated"
    assert "has no connection called 'cdp_stripe': `cdp airbyte connections`" in said(airbyte.refresh("stripe"))


def test_a_full_list_says_by_absence_who_is_gone(airbyte: Synced) -> None:
    first, second = [employee(1), employee(2), employee(3)], [employee(1), employee(3)]
    airbyte.workspace.plans = [Plan(rows={"employees": rows}) for rows in (first, second)]
    assert airbyte.refresh("bamboohr").success
    assert _fates(airbyte) == {("1", "current"), ("2", "current"), ("3", "current")}
    airbyte.destination.repeats = 1
    assert airbyte.refresh("bamboohr").success
    assert {(id_, fate) for id_, fate in _fates(airbyte) if fate in ("current", "deleted")} == {
        ("1", "current"), ("2", "deleted"), ("3", "current"),
    }  # fmt: skip


def test_an_empty_full_list_is_held_until_the_next_one(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(rows={"employees": [employee(1)]}), Plan(), Plan(rows={"employees": [employee(1)]})]
    airbyte.refresh("bamboohr")
    done = airbyte.refresh("bamboohr")
    assert done.success, "a held stream stops nothing"
    held = "SELECT file_name, status, cause FROM ops.landed_file WHERE stream = 'employees' ORDER BY delivery_id"
    assert airbyte.ask(held)[-1] == ("airbyte/2", "held", "volume")
    airbyte.refresh("bamboohr")
    assert [status for _, status, _ in airbyte.ask(held)] == ["validated", "withdrawn", "validated"]


def test_values_that_no_longer_fit_their_type_are_drift(airbyte: Synced) -> None:
    wrong = [customer(number, balance=None, _changes=["Balance"]) for number in range(20)]
    airbyte.workspace.plans = [Plan(rows={"customers": wrong})]
    assert airbyte.refresh("stripe").success
    assert airbyte.ask("SELECT status, cause, reason FROM ops.landed_file") == [
        ("held", "drift", "airbyte/1: retyped column balance: 20 of 20 values are not integer")
    ]


def _fates(airbyte: Synced) -> set[tuple[str, str]]:
    sql = fate_sql(BAMBOOHR, BAMBOOHR.stream("employees"))
    return {(row[0], row[1]) for row in airbyte.ask(f"SELECT id, fate FROM ({sql})")}


def _changed(airbyte: Synced, **changes: Any) -> Settings:
    assert airbyte.settings.airbyte is not None
    return replace(airbyte.settings, airbyte=replace(airbyte.settings.airbyte, **changes))


def test_the_sources_own_job_syncs_judges_and_checks(airbyte: Synced) -> None:
    """As the timetable starts it, in the whole graph."""
    airbyte.workspace.plans = [Plan(rows={"employees": [employee(1), employee(2)]})]
    job = build(airbyte.settings).resolve_job_def("refresh_bamboohr")
    with dg.DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(instance=instance)
    told = verdicts(done)
    assert {"keeps_its_contract", "accounts_for_every_row", "is_fresh", *GREEN} <= set(told)
    assert {name for name, (passed, severity, _) in told.items() if not passed and severity == "ERROR"} <= {"is_fresh"}
