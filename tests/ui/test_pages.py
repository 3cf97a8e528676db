"""The pages that people of this project open show what is declared and what was built.

Not here: what is wrong on any page (`looking`).
"""

import re
from fnmatch import fnmatch

import dagster as dg
import pytest

from cdp_platform.serving.reader import open_published
from tests.ui.looking import Looker

pytestmark = pytest.mark.ui
Specs = dict[dg.AssetKey, dg.AssetSpec]
Runs = dict[str, str]
FACT = dg.AssetKey(["gold", "fact_revenue"])
FACT_PAGE = f"/assets/{FACT.to_user_string()}"
FOLLOWER = dg.AssetKey(["gold", "agg_revenue_month"])
CHECK = "billed_reconciles_to_netsuite"


@pytest.fixture
def runs(build_outcome: dict[str, dict[str, list[str]]]) -> Runs:
    """The run of every job that built the company."""
    return {job: run_id for job, (run_id, *_) in build_outcome["runs"].items()}


def sentence(spec: dg.AssetSpec) -> str:
    """What an asset's description begins with."""
    return (spec.description or "").partition("\n")[0]


def rows(looker: Looker) -> list[list[str]]:
    """What the rows of the page's tables show, from left to right."""
    shown = looker.page.locator("tr", has=looker.page.locator("td")).all_inner_texts()
    return [[line for line in row.split("\n") if line.strip()] for row in shown]


def test_the_catalog_lists_assets_with_what_they_are(looker: Looker, specs: Specs) -> None:
    text = looker.look("/assets", "Asset name", "Materialized", name="catalog")
    first = sorted(specs)[:10]  # it draws only the rows that are in view
    assert [key for key in first if f"{' / '.join(key.path)}\n{sentence(specs[key])}" not in text] == []


def test_an_asset_says_what_it_is_whose_it_is_and_how_large(looker: Looker, specs: Specs) -> None:
    spec = specs[FACT]
    text = looker.look(FACT_PAGE, sentence(spec), "Row count", "Last materialized", name="asset")
    with open_published(looker.dagster.settings) as published:
        [(count,)] = published.execute("SELECT count(*) FROM fact_revenue").fetchall()
    assert f"Row count\n{count:,}\n" in text
    assert f"Group\n{spec.group_name}\n" in text
    assert f"Owners\n{spec.owners[0].removeprefix('team:')}\n" in text


def test_an_asset_describes_every_column(looker: Looker, specs: Specs) -> None:
    looker.look(f"/assets/{FOLLOWER.to_user_string()}", "Column name", name="columns")
    shown = [(row[0], row[-2], row[-1]) for row in rows(looker) if len(row) > 1]
    declared = specs[FOLLOWER].metadata["dagster/column_schema"].columns
    assert [column for column in declared if (column.name, column.type, column.description) not in shown] == []


def test_a_check_says_why_it_matters_and_what_it_found(looker: Looker, definitions: dg.Definitions) -> None:
    checks = [key.name for key in definitions.resolve_asset_graph().asset_check_keys if key.asset_key == FACT]
    text = looker.look(f"{FACT_PAGE}?view=checks&checkDetail={CHECK}", "periods agree", name="check")
    assert f"Checks ({len(checks)})" in text
    assert [check for check in checks if f"{check}\nSucceeded\n" not in text] == []
    assert "Billings must equal NetSuite's invoices less credit memos, to the cent. On failure: publish is" in text
    found = dict(re.findall(r"^(expected|actual|difference)\n([\d.]+)$", text, re.MULTILINE))
    assert float(found["expected"]) == float(found["actual"]) > 0
    assert float(found["difference"]) == 0


def test_the_lineage_shows_every_group(looker: Looker, specs: Specs) -> None:
    looker.look("/asset-groups", "Global asset lineage", "customer_master", name="global_lineage")
    boxes = looker.page.locator("svg foreignObject").all_text_contents()
    assert {spec.group_name for spec in specs.values()} == {box.strip() for box in boxes}


def test_the_lineage_of_an_asset_shows_its_neighbours(looker: Looker, specs: Specs) -> None:
    text = looker.look(f"{FACT_PAGE}?view=lineage", "Nearest Neighbors", FOLLOWER.path[-1], name="lineage")
    boxes = [line.replace("…", "*") for line in text.splitlines()]  # a long name loses its middle
    near = [dep.asset_key for dep in specs[FACT].deps]
    near += [key for key, spec in specs.items() if FACT in [dep.asset_key for dep in spec.deps]]
    assert FOLLOWER in near
    assert [key for key in near if not any(fnmatch(key.path[-1], box) for box in boxes)] == []


def test_every_schedule_and_sensor_is_on(looker: Looker, definitions: dg.Definitions) -> None:
    from playwright.sync_api import expect

    names = [found.name for found in [*(definitions.schedules or ()), *(definitions.sensors or ())]]
    looker.look("/automation", *names, name="automation")
    lines = looker.page.locator("[data-index]", has=looker.page.locator("[class*='formatSwitch']"))
    expect(lines).to_have_count(len(names), timeout=looker.wait)
    for name in names:
        switch = lines.filter(has_text=name).locator("[class*='formatSwitch'] input")
        expect(switch, name).to_be_checked(timeout=looker.wait)


def test_the_runs_are_listed_with_how_they_ended(looker: Looker, runs: Runs) -> None:
    listed = looker.look("/runs", *(run_id[:8] for run_id in runs.values()), name="runs").split("\nView\n")
    for job, run_id in runs.items():
        [run] = [row for row in listed if run_id[:8] in row]
        assert {job, "Success"} <= set(run.splitlines())


def test_a_run_shows_its_steps_and_how_it_ended(looker: Looker, runs: Runs) -> None:
    ended = 'Finished execution of run for "refresh_daily".'
    text = looker.look(f"/runs/{runs['refresh_daily']}", ended, "Errored (0)", name="run")
    assert re.search(r"\nSucceeded \([1-9]\d*\)\n", text)
    assert "\nRUN_SUCCESS\n" in text


def test_every_daemon_runs(looker: Looker) -> None:
    looker.look("/deployment/daemons", "Scheduler", "Sensors", name="daemons")
    assert {row[1] for row in rows(looker)} == {"Running"}
