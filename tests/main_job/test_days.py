"""The main job day by day: what one refresh after the other makes equals a rebuild.

Few orchestrated refreshes: a test that can share one does. What is compared, and what a clock may change, says
`support/compare`.
"""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from cdp_platform.environment import Settings
from cdp_platform.simulator import add_days
from tests.conftest import TwoDays
from tests.support.compare import differences, differences_but_for_ids
from tests.support.deliveries import News, forget_last_employee
from tests.support.homes import home_in, refresh_well, rows


@dataclass(frozen=True)
class Days:
    """A company after three days, each refreshed on its own; what the second brought, and who left on the third."""

    now: Settings
    end: date
    news: News
    employee: str


@pytest.fixture(scope="module")
def days(company_of_two_days: TwoDays, tmp_path_factory: pytest.TempPathFactory) -> Days:
    now = home_in(tmp_path_factory.mktemp("days") / "now")
    third = company_of_two_days.end + timedelta(days=1)
    shutil.copytree(company_of_two_days.second.home, now.home)
    add_days(now.landing, now.truth, days=1)
    employee = forget_last_employee(now.landing, third)
    refresh_well(now, third)
    return Days(now, third, company_of_two_days.news, employee)


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


@pytest.mark.drill
def test_without_the_id_ledger_only_ids_are_others(days: Days, tmp_path: Path) -> None:
    fresh = home_in(tmp_path / "home")
    shutil.copytree(days.now.landing, fresh.landing)
    refresh_well(fresh, days.end)
    assert differences_but_for_ids(days.now, fresh) == []
