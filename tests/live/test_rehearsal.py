"""`make live` does what it says, shown on the simulated account: it refuses a database that holds something."""

import os
import subprocess
import sys
from pathlib import Path

from cdp_platform.environment import PROJECT
from cdp_platform.warehouse import open_warehouse
from tests.simulated_snowflake.process import account

LIVE = [sys.executable, "-m", "pytest", "-q", "-m", "live", "tests/live"]


def test_it_refuses_a_database_that_holds_something(tmp_path: Path) -> None:
    with account(tmp_path) as opened:
        settings = opened.home_in(tmp_path / "home")
        with open_warehouse(settings).writing("planting") as connection:
            connection.execute("CREATE SCHEMA raw")
            connection.execute("CREATE TABLE raw.mine AS SELECT 1 AS id")
        named = os.environ | opened.named(tmp_path / "home")
        done = subprocess.run(LIVE, cwd=PROJECT, env=named, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout[-2000:]
    assert "holds ('raw', 'mine'): set SNOWFLAKE_DATABASE to an empty database" in done.stdout


def test_without_an_account_it_says_what_to_set() -> None:
    without = {name: value for name, value in os.environ.items() if not name.startswith("SNOWFLAKE_")}
    done = subprocess.run(["make", "live"], cwd=PROJECT, env=without, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "make live needs an account: set SNOWFLAKE_ACCOUNT" in done.stderr


def test_every_other_run_says_that_it_was_left_out() -> None:
    collect = [sys.executable, "-m", "pytest", "--collect-only", "tests/live/test_account.py"]
    done = subprocess.run(collect, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert "live: not run; `make live` holds an account of your own against DuckDB" in done.stdout
