"""Companies that are simulated and refreshed once per test session, and copied for every test that changes them."""

import gc
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from cdp_platform.cli import COLLECT_SELDOM
from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.environment import Settings, load_settings
from cdp_platform.simulator import add_days, simulate
from cdp_platform.warehouse.duckdb import open_for_reading
from tests.support.deliveries import News, plant_news

gc.set_threshold(*COLLECT_SELDOM)  # as `cdp` does

SCALE = 0.003
SEED = 11
SLOWEST_FIRST = ("simulated_snowflake", "main_job", "automation", "asset_checks", "dbt", "simulated_airbyte")
"""Folders whose modules take minutes: begun last, one of them would run alone at the end."""


def pytest_report_header(config: pytest.Config) -> str | None:
    """What is left out is said."""
    if config.option.markexpr == "live":
        return None
    return "live: not run; `make live` holds an account of your own against DuckDB"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long modules first, each in its own order."""

    def place(item: pytest.Item) -> int:
        folder = item.path.parent.name
        return SLOWEST_FIRST.index(folder) if folder in SLOWEST_FIRST else len(SLOWEST_FIRST)

    items.sort(key=place)


def end_of_history() -> date:
    """Yesterday, like the demo, so that nothing is stale."""
    return datetime.now(UTC).date() - timedelta(days=1)


def midnight_after(day: date) -> datetime:
    """The moment a day has ended."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


@pytest.fixture(scope="session")
def session_root(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes of this session share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def built_company(session_root: Path) -> Settings:
    """A small company, landed, resolved, checked and published. Never write to it: take `company`."""
    settings = load_settings({"CDP_HOME": str(session_root / "company")})
    with FileLock(session_root / "company.lock"):
        outcome = session_root / "company.json"
        if not outcome.exists():
            end = end_of_history()
            simulate(settings.landing, settings.truth, scale=SCALE, seed=SEED, end=end)
            done = refresh_home(settings, as_of=midnight_after(end))
            outcome.write_text(
                json.dumps(
                    {
                        "runs": {o.job: [o.run_id, o.success, o.failures] for o in done.outcomes},
                        "passed": done.passed,
                        "warned": done.warned,
                        "failed": done.failed,
                        "end": end.isoformat(),
                    }
                )
            )
    return settings


@pytest.fixture(scope="session")
def build_outcome(built_company: Settings) -> dict[str, object]:
    """How the shared company's refresh ended: runs, checks, last day."""
    text = (built_company.home.parent / "company.json").read_text()
    return dict(json.loads(text))


@dataclass(frozen=True)
class TwoDays:
    """A company as it was after its first day and after the next; the last day, and what it brought for certain."""

    first: Settings
    second: Settings
    end: date
    news: News


@pytest.fixture(scope="session")
def company_of_two_days(session_root: Path) -> TwoDays:
    """A small company of some days ago, refreshed on two days running. Never write to it."""
    first, second = (load_settings({"CDP_HOME": str(session_root / name)}) for name in ("first_day", "second_day"))
    end = end_of_history() - timedelta(days=2)
    with FileLock(session_root / "two_days.lock"):
        brought = session_root / "two_days.json"
        if not brought.exists():
            simulate(first.landing, first.truth, scale=SCALE, seed=SEED, end=end - timedelta(days=1))
            _refresh_of_a_past_day(first, end - timedelta(days=1))
            shutil.copytree(first.home, second.home)
            add_days(second.landing, second.truth, days=1)
            with closing(open_for_reading(second.warehouse_file)) as connection:
                news = plant_news(second.landing, end, connection)
            _refresh_of_a_past_day(second, end)
            brought.write_text(json.dumps(asdict(news)))
        return TwoDays(first, second, end, News(**json.loads(brought.read_text())))


def _refresh_of_a_past_day(settings: Settings, day: date) -> None:
    done = refresh_home(settings, as_of=midnight_after(day))
    assert [failure for outcome in done.outcomes for failure in outcome.failures] == []
    assert [failed for failed in done.failed if ": is_fresh: " not in failed] == []


@pytest.fixture
def copy_home(tmp_path: Path) -> Callable[[Settings], Settings]:
    """Copies an installation into this test's folder."""

    def copy(settings: Settings) -> Settings:
        home = tmp_path / f"home{len(list(tmp_path.glob('home*')))}"
        shutil.copytree(settings.home, home)
        return load_settings({"CDP_HOME": str(home)})

    return copy


@pytest.fixture
def company(built_company: Settings, copy_home: Callable[[Settings], Settings]) -> Settings:
    """The built company, this test's own."""
    return copy_home(built_company)
