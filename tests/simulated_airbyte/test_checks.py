"""The two checks on a connection: each is green on a workspace as declared, and red on planted defects."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest
import requests

from asset_checks.accounting import stream_results
from cdp_platform.airbyte.catalogue import Difference, differences
from cdp_platform.airbyte.connections import connection_body
from cdp_platform.sources import SOURCES, Source
from cdp_platform.sources.stripe import STRIPE
from cdp_platform.warehouse import open_warehouse
from tests.simulated_airbyte.conftest import Synced, verdicts
from tests.simulated_airbyte.records import customer
from tests.simulated_airbyte.workspace import CLIENT, DESTINATION, SECRET, TOKEN, Answered, Fault, Plan, Workspace

ROWS, CATALOGUE = "rows_synced_are_in_raw", "catalogue_matches_airbyte"


def connected(source: Source, **changes: Any) -> tuple[Workspace, dict[str, Any]]:
    """A workspace with the connection that our command writes for a source, and that connection."""
    workspace = Workspace({source.name: source})
    body = connection_body(source, source_id=workspace.source_id(source.name), destination_id=DESTINATION)
    return workspace, workspace._create(body | changes)


def compared(source: Source, workspace: Workspace, connection: dict[str, Any]) -> list[Difference]:
    return differences(source, workspace._details(connection))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_what_the_command_writes_is_accepted_and_is_as_declared(source: Source) -> None:
    workspace, connection = connected(source)
    assert compared(source, workspace, connection) == []
    assert connection["prefix"] == f"{source.name}__"
    assert connection["schedule"] == {"scheduleType": "manual"}
    assert connection["nonBreakingSchemaUpdatesBehavior"] == "ignore"
    modes = {stream["syncMode"] for stream in connection["configurations"]["streams"]}
    assert modes <= {"incremental_append", "full_refresh_append"}


@pytest.mark.parametrize(
    "damage",
    [{"nonBreakingSchemaUpdatesBehavior": "disable"}, {"stream_prefix": "x"}, {"sourceId": "nobody"}],
    ids=lambda damage: next(iter(damage)),
)
def test_the_simulated_api_refuses_what_the_schema_forbids(damage: dict[str, Any]) -> None:
    with pytest.raises(Answered):
        connected(STRIPE, **damage)


def _lacks_column(workspace: Workspace, connection: dict[str, Any]) -> None:
    del workspace.catalogues[connection["sourceId"]]["invoices"]["total"]


def _retypes(workspace: Workspace, connection: dict[str, Any]) -> None:
    workspace.catalogues[connection["sourceId"]]["invoices"]["total"] = {"type": ["null", "string"]}


def _loses_the_zone(workspace: Workspace, connection: dict[str, Any]) -> None:
    workspace.catalogues[connection["sourceId"]]["invoices"]["total"] = {"type": ["integer", "string"]}


def _brings_column(workspace: Workspace, connection: dict[str, Any]) -> None:
    workspace.catalogues[connection["sourceId"]]["invoices"]["tip"] = {"type": "number"}
    _stream(connection, "invoices")["selectedFields"].append({"fieldPath": ["tip"]})


def _offers_column(workspace: Workspace, connection: dict[str, Any]) -> None:
    workspace.catalogues[connection["sourceId"]]["invoices"]["tip"] = {"type": "number"}


def _lacks_stream(workspace: Workspace, connection: dict[str, Any]) -> None:
    connection["configurations"]["streams"].remove(_stream(connection, "charges"))


def _brings_stream(workspace: Workspace, connection: dict[str, Any]) -> None:
    workspace.catalogues[connection["sourceId"]]["refunds"] = {"id": {"type": "string"}}
    connection["configurations"]["streams"].append(_stream(connection, "charges") | {"name": "refunds"})


def _overwrites(workspace: Workspace, connection: dict[str, Any]) -> None:
    _stream(connection, "charges")["syncMode"] = "full_refresh_overwrite"


def _reads_by_another_cursor(workspace: Workspace, connection: dict[str, Any]) -> None:
    _stream(connection, "charges")["cursorField"] = ["created"]


def _propagates(workspace: Workspace, connection: dict[str, Any]) -> None:
    connection["nonBreakingSchemaUpdatesBehavior"] = "propagate_fully"


def _is_scheduled(workspace: Workspace, connection: dict[str, Any]) -> None:
    connection["schedule"] = {"scheduleType": "cron", "cronExpression": "0 0 * * * ?"}


def _stream(connection: dict[str, Any], name: str) -> dict[str, Any]:
    return next(stream for stream in connection["configurations"]["streams"] if stream["name"] == name)


MODE, TAKES = "charges sync mode", "nonBreakingChangesPreference"
DRIFT: list[tuple[Callable[[Workspace, dict[str, Any]], None], str, bool]] = [
    (_lacks_column, "missing: - invoices.total integer", True),
    (_retypes, "retyped: - invoices.total integer; + invoices.total text", True),
    (_loses_the_zone, "retyped: - invoices.total integer; + invoices.total of several types", True),
    (_brings_column, "new: + invoices.tip number", False),
    (_lacks_stream, "missing: - charges stream", True),
    (_brings_stream, "new: + refunds stream", False),
    (_overwrites, f"setting: - {MODE} incremental | append; + {MODE} full_refresh | overwrite", True),
    (_reads_by_another_cursor, "setting: - charges cursor updated; + charges cursor created", True),
    (_propagates, f"setting: - {TAKES} ignore; + {TAKES} propagate_fully", True),
    (_is_scheduled, "setting: - scheduleType manual; + scheduleType cron", True),
]


@pytest.mark.parametrize(("damage", "line", "breaks"), DRIFT, ids=lambda value: getattr(value, "__name__", ""))
def test_drift_is_a_line_of_the_diff(
    damage: Callable[[Workspace, dict[str, Any]], None], line: str, breaks: bool
) -> None:
    workspace, connection = connected(STRIPE)
    damage(workspace, connection)
    assert [(str(found), found.breaks) for found in compared(STRIPE, workspace, connection)] == [(line, breaks)]


def test_what_is_offered_and_not_brought_is_no_drift() -> None:
    workspace, connection = connected(STRIPE)
    _offers_column(workspace, connection)
    del workspace.catalogues[connection["sourceId"]]["invoices"]["subscription"]  # declared as optional
    assert compared(STRIPE, workspace, connection) == []


def test_the_check_prints_the_diff(airbyte: Synced) -> None:
    connection = next(c for c in airbyte.workspace.connections.values() if c["name"] == "cdp_stripe")
    _brings_column(airbyte.workspace, connection)
    done = airbyte.refresh("stripe")
    assert verdicts(done)[CATALOGUE] == (False, "WARN", "1 differ from the declarations: new: + invoices.tip number")
    _retypes(airbyte.workspace, connection)
    done = airbyte.refresh("stripe")
    passed, severity, headline = verdicts(done)[CATALOGUE]
    assert (passed, severity, done.success) == (False, "ERROR", True)
    [diff] = [e.metadata["diff"].value for e in done.get_asset_check_evaluations() if e.check_name == CATALOGUE]
    assert "- invoices.total integer; + invoices.total text" in str(diff)
    assert "2 differ" in headline


def test_an_airbyte_that_goes_away_before_the_check_is_a_warning(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(rows={"customers": [customer(1)]})]
    airbyte.refresh("stripe")
    airbyte.workspace.faults = [Fault("POST", "v1/connections/get", 403, 1)]
    failed = airbyte.check("stripe")
    assert failed[CATALOGUE][:2] == (False, "WARN")
    assert "nothing could be compared: Airbyte forbids it" in failed[CATALOGUE][2]
    assert failed[ROWS][0], "it needs no answer of Airbyte's"


@pytest.mark.parametrize(("loses", "repeats", "severity"), [(1, 0, "ERROR"), (0, 1, "WARN")])
def test_rows_that_are_lost_are_an_error_and_rows_that_came_twice_a_warning(
    airbyte: Synced, loses: int, repeats: int, severity: str
) -> None:
    airbyte.destination.loses, airbyte.destination.repeats = loses, repeats
    airbyte.workspace.plans = [Plan(rows={"customers": [customer(1), customer(2)]})]
    done = airbyte.refresh("stripe")
    headline = f"2 rows synced by job 1, {2 - loses + repeats} in raw"
    assert verdicts(done)[ROWS] == (False, severity, headline)


def test_all_rows_of_a_stream_that_are_lost_are_seen(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(rows={"customers": [customer(1)]}), Plan(counted=70)]
    airbyte.refresh("stripe")
    assert verdicts(airbyte.refresh("stripe"))[ROWS] == (False, "ERROR", "70 rows synced by job 2, 0 in raw")


def test_a_row_taken_out_of_raw_later_is_seen(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(rows={"customers": [customer(1), customer(2)]})]
    airbyte.refresh("stripe")
    airbyte.ask("DELETE FROM raw.stripe__customers WHERE id = 'cus_1'")
    assert airbyte.check("stripe")[ROWS] == (False, "ERROR", "2 rows synced by job 1, 1 in raw")


def _accounts(airbyte: Synced) -> dg.AssetCheckResult:
    with open_warehouse(airbyte.settings).writing("asking") as connection:
        [result] = stream_results(connection, STRIPE, STRIPE.stream("customers"))
    return result


def test_rows_of_a_failed_sync_wait_and_are_not_lost(airbyte: Synced) -> None:
    rows = {"customers": [customer(1), customer(2)]}
    airbyte.workspace.plans = [Plan(rows=rows), Plan(ends="failed", rows=rows)]
    airbyte.refresh("stripe")
    airbyte.refresh("stripe")
    result = _accounts(airbyte)
    assert (result.passed, result.description) == (
        True, "2 delivered, 2 in raw, 0 unreadable, 2 synced and not judged yet",
    )  # fmt: skip


def test_a_row_that_comes_with_an_earlier_moment_than_the_mark_is_seen(airbyte: Synced) -> None:
    airbyte.workspace.plans = [Plan(rows={"customers": [customer(1), customer(2)]})]
    airbyte.refresh("stripe")
    late = "INSERT INTO raw.stripe__customers (_airbyte_raw_id, _airbyte_extracted_at, _airbyte_meta, id)"
    airbyte.ask(f"{late} VALUES (uuid(), '2020-01-01', '{{}}', 'late')")
    assert not _accounts(airbyte).passed
    assert not airbyte.check("stripe")[ROWS][0]


def test_before_the_first_sync_nothing_is_claimed(airbyte: Synced) -> None:
    assert airbyte.check("stripe")[ROWS] == (False, "WARN", "no sync was judged yet")


def test_the_bodies_are_accepted_over_http(airbyte: Synced) -> None:
    assert airbyte.settings.airbyte is not None
    url = f"{airbyte.settings.airbyte.url}/api/public/v1"
    credentials = {"client_id": CLIENT, "client_secret": SECRET}
    token = requests.post(f"{url}/applications/token", json=credentials, timeout=5).json()["access_token"]
    assert token == TOKEN
    source_id = airbyte.workspace.source_id("netsuite")
    netsuite = next(source for source in SOURCES if source.name == "netsuite")
    body = connection_body(netsuite, source_id=source_id, destination_id=DESTINATION)
    for planted, status in (({}, 200), ({"invented": 1}, 400)):
        answer = requests.post(
            f"{url}/connections", json=body | planted, headers={"Authorization": f"Bearer {token}"}, timeout=5
        )
        assert answer.status_code == status
