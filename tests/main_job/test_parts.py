"""The main job in part, waiting, interrupted, and on files of a user's own."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from cdp_platform.automation.home import open_instance
from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.cli.stopping import STOPPED
from cdp_platform.environment import Settings
from cdp_platform.serving.reader import open_published
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.duckdb import scalar
from tests.conftest import end_of_history, midnight_after
from tests.support.command import cdp, watched
from tests.support.homes import home_in

LEDGERS = {"load_audit", "rejected_row"}
PEOPLE = {"agg_headcount_department_month", "agg_turnover_month", "dim_employee", "fact_employee_events"}
BAMBOOHR = {
    "bamboohr__employees",
    "bamboohr__employment_events",
    "stg_bamboohr__employee",
    "stg_bamboohr__employment_event",
}
STAFF = {"staff", "staff_event", "dim_employee", "fact_employee_events"}


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
