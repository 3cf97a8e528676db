"""A refresh that is killed while it extracts, and while it builds, is made good by the next, and readers see nothing.

Here: the process killed from outside. Not here: what a run that fails leaves (`main_job/test_withheld`).
"""

import shutil
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from cdp_platform.automation.home import open_instance
from cdp_platform.environment import Settings
from cdp_platform.serving.publish import versions
from cdp_platform.serving.reader import open_published
from cdp_platform.warehouse.duckdb import scalar
from tests.conftest import TwoDays, midnight_after
from tests.support.command import watched
from tests.support.compare import differences
from tests.support.homes import home_in, refresh_well

pytestmark = pytest.mark.drill


def test_a_killed_refresh_is_made_good_by_the_next(company_of_two_days: TwoDays, tmp_path: Path) -> None:
    settings, second, end = home_in(tmp_path / "home"), company_of_two_days.second, company_of_two_days.end
    shutil.copytree(company_of_two_days.first.home, settings.home)
    shutil.copytree(second.landing, settings.landing, dirs_exist_ok=True)
    as_of = midnight_after(end).isoformat()[:19]
    [published] = [version.name for version in versions(settings) if version.is_current]
    for words in ("netsuite.invoice: read", "customer_golden_record"):
        with watched(settings, "refresh", "--as-of", as_of) as command:
            command.wait_for(words)
            command.kill()
        assert_readers_see(settings, published)
    refresh_well(settings, end)
    assert differences(second, settings) == []
    assert_readers_see(settings, versions(settings)[0].name)
    assert len(versions(settings)) == len(versions(second))
    assert [path.name for path in settings.published.rglob("*.tmp")] == []
    with open_instance(settings) as instance:
        assert {run.status for run in instance.get_runs()} == {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}


def assert_readers_see(settings: Settings, version: str) -> None:
    [current] = [known.name for known in versions(settings) if known.is_current]
    assert current == version
    with closing(open_published(settings)) as connection:
        assert scalar(connection, "SELECT count(*) FROM gold.dim_customer WHERE is_current") > 100
