"""The main job on an account of your own, two days running, held against DuckDB's row for row: `make live`.

The account is the one that `SNOWFLAKE_*` names; SNOWFLAKE_DATABASE must be an empty one, and its warehouses, roles and
grants those of docs/production.md. It keeps what the test made, to be looked at. Never run on Snowflake so far: it has
been rehearsed on the simulated account (`test_rehearsal`).
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from cdp_platform.environment import Settings, load_settings
from cdp_platform.warehouse import open_warehouse, relations
from tests.conftest import TwoDays
from tests.simulated_snowflake.days import Day, refreshed

pytestmark = pytest.mark.live

TARGET = {"CDP_TARGET": "production"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an installation on the account, whose database is empty."""
    home = tmp_path_factory.mktemp("live")
    settings = load_settings(TARGET | os.environ | {"CDP_HOME": str(home)})
    with open_warehouse(settings).writing("looking whether the database is empty") as connection:
        held = relations(connection)
    assert held == [], f"{settings.snowflake.database} holds {held[0][:2]}: set SNOWFLAKE_DATABASE to an empty database"
    return home


@pytest.fixture(scope="module")
def days(home: Path, request: pytest.FixtureRequest) -> list[Day]:
    """Both, the second with what changed; the company is built once the account is known to do."""
    company: TwoDays = request.getfixturevalue("company_of_two_days")
    early, late = (_installation(home, day) for day in (company.first, company.second))
    return [
        refreshed(early, company.first, company.end - timedelta(days=1)),
        refreshed(late, company.second, company.end),
    ]


def _installation(home: Path, day: Settings) -> Settings:
    """It lands what DuckDB landed."""
    return load_settings(TARGET | os.environ | {"CDP_HOME": str(home), "CDP_LANDING": str(day.landing)})


def test_both_days_are_green(days: list[Day]) -> None:
    assert [(day.failures, day.failed) for day in days] == [([], []), ([], [])]


def test_every_relation_equals_duckdbs_on_both_days(days: list[Day]) -> None:
    assert [day.differences for day in days] == [[], []]
