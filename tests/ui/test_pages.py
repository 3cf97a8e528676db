"""What an engineer and an on-call find in the Dagster UI: no page is empty, none shows an error."""

from typing import TYPE_CHECKING

import dagster as dg
import pytest

from cdp_platform.definitions import build
from cdp_platform.serving.reader import open_published
from tests.automation.opened import Dagster
from tests.ui.looking import Looker, Wrong

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.ui
REVENUE = dg.AssetKey(["gold", "fact_revenue"])
VIEW = "staging/stg_bamboohr__employee"


@pytest.fixture(scope="module")
def definitions(dagster: Dagster) -> dg.Definitions:
    return build(dagster.settings)


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> "dg.AssetGraph":
    return definitions.resolve_asset_graph()


def test_an_asset_says_what_it_is_whose_it_is_and_how_many_rows_it_has(looker: Looker, graph: "dg.AssetGraph") -> None:
    node = graph.get(REVENUE)
    first = node.description.splitlines()[0]
    with open_published(looker.dagster.settings) as published:
        [(rows,)] = published.execute("SELECT count(*) FROM gold.fact_revenue").fetchall()
        columns = [name for (name, *_) in published.execute("DESCRIBE gold.fact_revenue").fetchall()]
    text = looker.look(
        "/assets/gold/fact_revenue", first[:60], f"{rows:,}", columns[0], "Latest materialization", name="asset"
    )
    assert rows > 0
    assert [owner.removeprefix("team:") for owner in node.owners if owner.removeprefix("team:") not in text] == []
    assert [name for name in columns if name not in text] == []
    assert "Passing" in text, "the freshness policy"


def test_every_check_of_an_asset_is_there_with_its_result_and_its_reason(
    looker: Looker, graph: "dg.AssetGraph"
) -> None:
    names = sorted(key.name for key in graph.asset_check_keys if key.asset_key == REVENUE)
    text = looker.look("/assets/gold/fact_revenue?view=checks", f"Checks ({len(names)})", "About", name="checks")
    assert text.count("Succeeded") >= len(names)
    assert "Not Evaluated" not in text
    check = "billed_reconciles_to_netsuite"
    looker.look(f"/assets/gold/fact_revenue?view=checks&checkDetail={check}", "difference", name="check")
    described = graph.get(dg.AssetCheckKey(REVENUE, check)).description
    assert described
    looker.see(described[:60], "expected", "actual", "Passed")


def test_lineage_shows_every_group(looker: Looker, graph: "dg.AssetGraph") -> None:
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    looker.look("/asset-groups", "Global asset lineage", "customer_master", name="lineage")
    looker.page.locator("svg foreignObject").first.wait_for(timeout=60_000)
    drawn = {element.text_content() for element in looker.page.locator("svg foreignObject").all()}
    assert groups <= drawn
    looker.check()


def test_a_group_shows_its_assets_and_what_they_come_from(looker: Looker) -> None:
    looker.look(
        "/locations/cdp_platform/asset-groups/finance", "fact_revenue", "agg_revenue_month", "release", name="group"
    )


def test_automation_lists_every_schedule_and_sensor_switched_on(looker: Looker, definitions: dg.Definitions) -> None:
    names = [d.name for d in (*(definitions.schedules or ()), *(definitions.sensors or ()))]
    looker.look("/automation", *names, "Standard sensor", "Every hour", name="automation")
    on = looker.page.locator("input[type=checkbox]:checked")
    on.nth(len(names) - 1).wait_for(state="attached")
    assert on.count() == len(names)


@pytest.mark.parametrize("sensor", ["models_sensor", "landing_sensor", "landed_sensor"])
def test_a_sensor_says_what_it_does_and_what_it_did(looker: Looker, definitions: dg.Definitions, sensor: str) -> None:
    described = next(found.description for found in definitions.sensors or () if found.name == sensor)
    assert described
    looker.look(f"/locations/cdp_platform/sensors/{sensor}", described, "Running", "0 runs requested", name=sensor)


def test_a_run_shows_its_steps_and_events(looker: Looker) -> None:
    run = next(run for run in looker.dagster.runs() if run["jobName"] == "refresh_daily")
    looker.look("/runs", "refresh_daily", "refresh_netsuite", "Success", name="runs")
    looker.look(f"/runs/{run['runId']}", "Success", "Errored (0)", "EVENT TYPE", "STEP_OUTPUT", name="run")


def test_the_button_materializes_an_asset(looker: Looker) -> None:
    before = {run["runId"] for run in looker.dagster.runs()}
    looker.look(f"/assets/{VIEW}", "Latest materialization", name="before")
    looker.page.get_by_role("button", name="Materialize").first.click()
    looker.see("Launched run")
    [run] = [run for run in looker.dagster.runs() if run["runId"] not in before]
    assert run["assets"] == [VIEW.rpartition("/")[2]]
    assert looker.dagster.ended(run["runId"]) == "SUCCESS", looker.dagster.failures(run["runId"])


# --- that a broken page would be noticed


def test_a_page_without_data_is_noticed(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.ui.looking.WAIT", 5_000)
    looker.page.route("**/graphql*", lambda route: route.abort())
    with pytest.raises(Wrong, match=r"graphql.* failed"):
        looker.look("/assets/gold/fact_revenue", "Latest materialization", name="cut_off")


def test_a_server_that_answers_with_errors_is_noticed(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.ui.looking.WAIT", 5_000)
    looker.page.route("**/graphql*", lambda route: route.fulfill(status=500, body="{}"))
    with pytest.raises(Wrong, match="status of 500"):
        looker.look("/automation", "models_sensor", name="errors")


def test_an_asset_that_is_not_there_is_noticed(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.ui.looking.WAIT", 5_000)
    with pytest.raises(Wrong, match="shows no 'Latest materialization'"):
        looker.look("/assets/gold/nothing", "Latest materialization", name="nothing")


def test_a_request_to_somebody_else_is_noticed(looker: Looker, pictures: "Path") -> None:
    looker.look("/automation", "models_sensor", name="automation")
    looker.page.evaluate("fetch('http://192.0.2.1/').catch(() => 0)")
    with pytest.raises(Wrong, match="a request to somebody else"):
        looker.check()
