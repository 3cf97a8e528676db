"""The main job day by day: what one refresh after the other makes equals a rebuild, although one of them was killed.

Few orchestrated refreshes: a test that can share one does. What is compared, and what a clock may change, says
`support/compare`.
"""

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

from cdp_platform.automation.home import open_instance
from cdp_platform.environment import Settings
from cdp_platform.serving.publish import versions
from cdp_platform.serving.reader import open_published
from cdp_platform.simulator import add_days
from cdp_platform.warehouse.duckdb import scalar
from tests.conftest import TwoDays, midnight_after
from tests.support.command import watched
from tests.support.compare import differences, differences_but_for_ids
from tests.support.deliveries import News, forget_last_employee
from tests.support.homes import home_in, refresh_well, rows


@dataclass(frozen=True)
class Days:
    """A company after three more days, each refreshed on its own, and as it was before the last of these refreshes."""

    now: Settings
    before_last: Settings
    end: date
    news: News
    employee: str


@pytest.fixture(scope="module")
def days(company_of_two_days: TwoDays, tmp_path_factory: pytest.TempPathFactory) -> Days:
    folder = tmp_path_factory.mktemp("days")
    now, before_last = home_in(folder / "now"), home_in(folder / "before")
    second, third = (company_of_two_days.end + timedelta(days=later) for later in (1, 2))
    shutil.copytree(company_of_two_days.second.home, now.home)
    add_days(now.landing, now.truth, days=1)
    refresh_well(now, second)
    add_days(now.landing, now.truth, days=1)
    employee = forget_last_employee(now.landing, third)
    shutil.copytree(now.home, before_last.home)
    refresh_well(now, third)
    return Days(now, before_last, third, company_of_two_days.news, employee)


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
