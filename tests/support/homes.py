"""A home, what is in its warehouse, and refreshing it: what the tests of the main job share."""

from contextlib import closing
from datetime import date
from pathlib import Path

from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.environment import Settings, load_settings
from cdp_platform.warehouse.duckdb import open_for_reading
from tests.conftest import midnight_after


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
