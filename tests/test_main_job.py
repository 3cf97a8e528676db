"""The main job as its users meet it: again, in another order, day by day, killed, in part, on their own files.

Few orchestrated refreshes: a test that can share one does. What is compared, and what a clock may change, says
`support/compare`.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

from cdp_platform.automation.home import open_instance
from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.cli.stopping import STOPPED
from cdp_platform.environment import Settings, load_settings
from cdp_platform.serving.publish import versions
from cdp_platform.serving.reader import open_published
from cdp_platform.simulator import add_days, simulate
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.duckdb import open_for_reading, scalar
from tests.conftest import SCALE, SEED, end_of_history, midnight_after
from tests.support.command import cdp, watched
from tests.support.compare import differences, differences_but_for_ids
from tests.support.deliveries import News, deliver_otherwise, forget_last_employee, plant_news

LEDGERS = {"load_audit", "rejected_row"}
PEOPLE = {"agg_headcount_department_month", "agg_turnover_month", "dim_employee", "fact_employee_events"}
BAMBOOHR = {
    "bamboohr__employees",
    "bamboohr__employment_events",
    "stg_bamboohr__employee",
    "stg_bamboohr__employment_event",
}
STAFF = {"staff", "staff_event", "dim_employee", "fact_employee_events"}


def home_in(folder: Path) -> Settings:
    return load_settings({"CDP_HOME": str(folder)})


def rows(settings: Settings, sql: str) -> list[tuple]:
    with closing(open_for_reading(settings.warehouse_file)) as connection:
        return connection.execute(sql).fetchall()


def refresh_well(settings: Settings, last_day: date, *, full: bool = False) -> None:
    """Refresh at the midnight after `last_day`; only the age of the data may be objected to, where that day is past."""
    done = refresh_home(settings, as_of=midnight_after(last_day), full=full)
    assert [outcome.failures for outcome in done.outcomes if not outcome.success] == []
    assert [failed for failed in done.failed if ": is_fresh: " not in failed] == []


# Twice


def test_the_demo_again_lands_nothing_and_changes_nothing(tmp_path: Path) -> None:
    settings, demo = home_in(tmp_path / "home"), ("demo", "--scale", str(SCALE), "--seed", str(SEED))
    first = cdp(settings, *demo, cwd=tmp_path)
    assert first.returncode == 0, first.stderr[-2000:]
    before = home_in(tmp_path / "before")
    shutil.copytree(settings.home, before.home)
    second = cdp(settings, *demo, cwd=tmp_path)
    assert second.returncode == 0, second.stderr[-2000:]
    assert " 0 failed" in second.stdout
    assert differences(before, settings) == []
    loads = rows(settings, "SELECT run_id, sum(files), max(started_at) FROM ops.load_audit GROUP BY ALL ORDER BY 3")
    assert [files for _, files, _ in loads[-5:]] == [0] * 5
    assert len(versions(settings)) == 2


# In another order


def test_the_same_rows_in_another_order_and_other_files_give_the_same(
    built_company: Settings, build_outcome: dict[str, str], tmp_path: Path
) -> None:
    settings = home_in(tmp_path / "home")
    deliver_otherwise(built_company.landing, settings.landing, seed=1)
    refresh_well(settings, date.fromisoformat(build_outcome["end"]))
    assert differences(built_company, settings) == []


# Day by day


@dataclass(frozen=True)
class Days:
    """A company after three more days, each refreshed on its own, and as it was before the last of these refreshes."""

    now: Settings
    before_last: Settings
    end: date
    news: News
    employee: str


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    folder = tmp_path_factory.mktemp("days")
    now, before_last = home_in(folder / "now"), home_in(folder / "before")
    end = end_of_history()
    first, second, third = (end - timedelta(days=ago) for ago in (2, 1, 0))
    simulate(now.landing, now.truth, scale=SCALE, seed=SEED, end=first - timedelta(days=1))
    refresh_well(now, first - timedelta(days=1))
    add_days(now.landing, now.truth, days=1)
    refresh_well(now, first)
    add_days(now.landing, now.truth, days=1)
    with closing(open_for_reading(now.warehouse_file)) as connection:
        news = plant_news(now.landing, second, connection)
    refresh_well(now, second)
    add_days(now.landing, now.truth, days=1)
    employee = forget_last_employee(now.landing, third)
    shutil.copytree(now.home, before_last.home)
    refresh_well(now, third)
    return Days(now, before_last, end, news, employee)


def test_the_days_brought_merges_late_rows_and_deletions(days: Days) -> None:
    [(merged_into,)] = rows(
        days.now,
        "SELECT count(*) FROM customer_master.customer_id_alias JOIN customer_master.customer_crosswalk "
        f"USING (customer_id) WHERE source_record_id = '{days.news.merged}'",
    )
    assert merged_into == 1
    [(sold,)] = rows(
        days.now, f"SELECT max(transaction_date) FROM gold.fact_revenue WHERE source_record_id = '{days.news.late}'"
    )
    assert sold < days.end - timedelta(days=90)
    known = rows(
        days.now,
        "SELECT source_record_id FROM customer_master.int_customer__record "
        "UNION SELECT source_record_id FROM gold.dim_employee",
    )
    assert not {(days.news.deleted,), (days.employee,)} & set(known)


def test_three_days_refreshed_one_by_one_equal_a_rebuild(days: Days, tmp_path: Path) -> None:
    rebuilt = home_in(tmp_path / "home")
    shutil.copytree(days.now.home, rebuilt.home)
    refresh_well(rebuilt, days.end, full=True)
    assert differences(days.now, rebuilt) == []


def test_without_the_id_ledger_only_ids_are_others(days: Days, tmp_path: Path) -> None:
    fresh = home_in(tmp_path / "home")
    shutil.copytree(days.now.landing, fresh.landing)
    refresh_well(fresh, days.end)
    assert differences_but_for_ids(days.now, fresh) == []


# Killed


def test_a_killed_refresh_is_made_good_by_the_next(days: Days, tmp_path: Path) -> None:
    settings = home_in(tmp_path / "home")
    shutil.copytree(days.before_last.home, settings.home)
    as_of = midnight_after(days.end).isoformat()[:19]
    [published] = [version.name for version in versions(settings) if version.is_current]
    for words in ("netsuite.invoice: read", "customer_golden_record"):
        with watched(settings, "refresh", "--as-of", as_of) as command:
            command.wait_for(words)
            command.kill()
        assert_readers_see(settings, published)
    refresh_well(settings, days.end)
    assert differences(days.now, settings) == []
    assert_readers_see(settings, versions(settings)[0].name)
    assert len(versions(settings)) == len(versions(days.now))
    assert [path.name for path in settings.published.rglob("*.tmp")] == []
    with open_instance(settings) as instance:
        assert {run.status for run in instance.get_runs()} == {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}


def assert_readers_see(settings: Settings, version: str) -> None:
    [current] = [known.name for known in versions(settings) if known.is_current]
    assert current == version
    with closing(open_published(settings)) as connection:
        assert scalar(connection, "SELECT count(*) FROM gold.dim_customer WHERE is_current") > 100


# In part, and waiting


@pytest.fixture(scope="module")
def company(built_company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The built company, this module's own: the tests below rebuild parts of it."""
    settings = home_in(tmp_path_factory.mktemp("company") / "home")
    shutil.copytree(built_company.home, settings.home)
    return settings


@pytest.fixture
def built(company: Settings) -> Iterator[Callable[[], set[str]]]:
    """Calling it tells which assets were materialized since the last call."""
    with open_instance(company) as instance:

        def newest() -> dict[str, int]:
            entries = [record.asset_entry for record in instance.get_asset_records()]
            return {
                entry.asset_key.path[-1]: entry.last_materialization_record.storage_id
                for entry in entries
                if entry.last_materialization_record is not None
            }

        seen = newest()

        def since() -> set[str]:
            before, now = dict(seen), newest()
            seen.update(now)
            return {name for name, at in now.items() if before.get(name) != at}

        yield since


def test_a_source_waits_with_a_message_and_refreshes_all_it_reaches(
    company: Settings, built: Callable[[], set[str]]
) -> None:
    warehouse, turn = open_warehouse(company), ExitStack()
    turn.enter_context(warehouse.turn("another refresh"))
    with turn, watched(company, "refresh", "bamboohr") as command:
        command.wait_for("waiting for the warehouse: another refresh")
        with warehouse.lock("a long load"):
            turn.close()
            command.wait_for("waiting for the warehouse: a long load")
            assert command.is_running()
        assert command.end() == 0, command.said
    done = built()
    assert done >= {
        "bamboohr__employees",
        "stg_bamboohr__employee",
        "staff",
        "dim_employee",
        "agg_turnover_month",
        "release",
    }
    assert not done & {"salesforce__account", "fact_revenue", "customer_crosswalk"}


def test_ctrl_c_ends_it_at_once(company: Settings) -> None:
    with open_warehouse(company).turn("another refresh"), watched(company, "refresh", "bamboohr") as command:
        command.wait_for("waiting for the warehouse")
        assert command.interrupt() == 130
    assert STOPPED in "".join(command.said)
    assert "Traceback" not in "".join(command.said)


def test_a_model_is_rebuilt_with_what_it_needs_and_readers_wait(
    company: Settings, built: Callable[[], set[str]]
) -> None:
    done = refresh_home(company, selection="fact_employee_events")
    assert (done.success, done.publishes) == (True, False), done
    assert {"bamboohr__employees", "staff_event", "fact_employee_events"} <= built() <= BAMBOOHR | STAFF | LEDGERS


def test_a_group_is_rebuilt_by_itself(company: Settings, built: Callable[[], set[str]]) -> None:
    done = refresh_home(company, selection="people")
    assert (done.success, done.publishes) == (True, False), done
    assert built() == PEOPLE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("refresh", "payroll"), "cdp: nothing is named 'payroll'; `cdp where` lists what there is"),
        (("refresh", "finance", "--full"), "leave out --full, or SELECTION"),
        (("refresh", "--landing", "."), "has no folder of a source"),
    ],
)
def test_wrong_use_is_one_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = cdp(home_in(tmp_path / "home"), *words, cwd=tmp_path)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr


# On one's own files

ACCOUNTS = """\
Id,Name,Type,ParentId,BillingStreet,BillingCity,BillingState,BillingPostalCode,BillingCountry,Phone,Website,Industry,\
NumberOfEmployees,AnnualRevenue,OwnerId,Tax_Id__c,Billing_Email__c,IsDeleted,CreatedDate,SystemModstamp
001000000000000AAA,Acme Ltd,Customer,,,,,,GB,,https://acme.example,,12,,,GB123456789,pay@acme.example,false,{0},{0}
001000000000001AAA,ACME Limited,,,,,,,GB,,www.acme.example/,,,,,GB123456789,pay@acme.example,false,{0},{0}
001000000000002AAA,Bolt GmbH,Prospect,,,,,,DE,,https://bolt.example,,,,,,,false,{0},{0}
"""
OPPORTUNITIES = """\
Id,AccountId,Name,StageName,Amount,CloseDate,IsClosed,IsWon,Type,OwnerId,CurrencyIsoCode,IsDeleted,CreatedDate,SystemModstamp
006000000000000AAA,001000000000001AAA,First,Closed Won,1200.50,2026-01-05,true,true,,,USD,false,{0},{0}
006000000000001AAA,001000000000002AAA,Second,Closed Won,a lot,2026-01-06,true,true,,,USD,false,{0},{0}
"""


def test_two_files_of_ones_own_are_enough(tmp_path: Path) -> None:
    settings, exports = home_in(tmp_path / "home"), tmp_path / "exports"
    moment = midnight_after(end_of_history()).isoformat()
    for stream, text in {"Account": ACCOUNTS, "Opportunity": OPPORTUNITIES}.items():
        (exports / "salesforce" / stream).mkdir(parents=True)
        (exports / "salesforce" / stream / "export.csv").write_text(text.format(moment))
    done = cdp(settings, "refresh", "--landing", str(exports))
    assert done.returncode == 0, done.stderr[-2000:]
    with closing(open_published(settings)) as connection:
        sales = connection.execute("SELECT party_source_record_id, reporting_amount FROM gold.fact_revenue").fetchall()
        customers = scalar(connection, "SELECT count(*) FROM gold.dim_customer WHERE customer_id <> 'unknown'")
    assert [(party, str(amount)) for party, amount in sales] == [("salesforce:account:001000000000001AAA", "1200.50")]
    assert customers == 2
    status = cdp(settings, "status", "--format", "json")
    assert status.returncode == 0, status.stdout
    rejected = cdp(settings, "quarantine", "list", "--format", "json")
    assert [row["stream"] for row in json.loads(rejected.stdout)] == ["opportunity"]
