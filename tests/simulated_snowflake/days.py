"""A day of the main job on an account, as tests look at it.

Here: the refresh and what came of it. Not here: what differs (`parity`), whose account it is.
"""

from dataclasses import dataclass
from datetime import date

from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.environment import Settings
from tests.conftest import midnight_after
from tests.simulated_snowflake.parity import differences


@dataclass(frozen=True)
class Day:
    """What one refresh on Snowflake did: failed steps, checks that failed, and what then differs from DuckDB."""

    failures: list[str]
    failed: list[str]
    passed: int
    differences: list[str]


def refreshed(there: Settings, here: Settings, day: date) -> Day:
    """Refresh `there` as of the end of `day`, and hold it against `here`, which has been."""
    done = refresh_home(there, as_of=midnight_after(day))
    failures = [failure for outcome in done.outcomes for failure in outcome.failures]
    # of what a past day left, the age may be objected to
    failed = [said for said in done.failed if ": is_fresh: " not in said]
    return Day(failures, failed, done.passed, differences(here, there))
