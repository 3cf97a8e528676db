"""What an account refuses ends in an error that says what to do, and readers keep the version they had.

The refusals are simulated by their number; whether an account words them so, only an account can show.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import snowflake.connector

from cdp_platform.assets import again
from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.warehouse.connection import Column, ConnectionLost, EngineFailed, scalar
from cdp_platform.warehouse.snowflake import SnowflakeWarehouse
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection
from cdp_platform.warehouse.snowflake_publish import swap_in
from cdp_platform.warehouse.workload import Workload
from tests.simulated_snowflake.process import Account, account

RELATIONS = {"gold.products": {"code": Column("VARCHAR")}}
REFUSALS = {
    "suspended warehouse": ("CREATE TRANSIENT TABLE", 606, "No active warehouse selected in the session.", "resume it"),
    "statement timeout": ("COUNT(*)", 630, "Statement reached its timeout.", "use a larger warehouse or raise it"),
    "missing grant": (
        "SWAP WITH",
        3001,
        "Insufficient privileges to operate on schema.",
        "run the grants of docs/prod",
    ),
}


@dataclass(frozen=True)
class Opened:
    """A simulated account, its warehouse, and a session in it."""

    account: Account
    warehouse: SnowflakeWarehouse
    session: SnowflakeConnection


def connect(arguments: dict[str, Any]) -> snowflake.connector.SnowflakeConnection:
    """As the platform does, with less patience."""
    return snowflake.connector.connect(**arguments | {"network_timeout": 2, "login_timeout": 2})


@pytest.fixture
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("account")
    with account(folder) as here:
        warehouse = SnowflakeWarehouse(here.home_in(folder / "home"), connect=connect)
        arguments = warehouse.arguments("testing", Workload.BUILD)
        with SnowflakeConnection(lambda: connect(arguments)) as session:
            session.execute("CREATE SCHEMA gold")
            session.execute("CREATE TABLE gold.products AS SELECT 'A' AS code")
            assert swap_in(session, RELATIONS) == 1
            session.execute("INSERT INTO gold.products SELECT 'B'")
            yield Opened(here, warehouse, session)


def published(session: SnowflakeConnection) -> int:
    return int(scalar(session, "SELECT count(code) FROM PUBLISHED.products"))


def test_a_refusal_names_its_remedy_and_publishes_nothing(opened: Opened) -> None:
    for statement, number, message, remedy in REFUSALS.values():
        with opened.account.fault(statement, number, message), pytest.raises(EngineFailed, match=remedy) as said:
            swap_in(opened.session, RELATIONS)
        assert message in str(said.value)
        assert published(opened.session) == 1
    assert swap_in(opened.session, RELATIONS) == 2
    assert published(opened.session) == 2


def test_an_expired_key_is_told_from_an_account_that_is_away(opened: Opened) -> None:
    expired = opened.account.fault("login", 390144, "JWT token is invalid.")
    with expired, pytest.raises(EngineFailed, match=r"JWT token is invalid.*was the public key set for this user"):
        _log_in(opened)
    opened.account.stop()
    with pytest.raises(EngineFailed, match="the account cannot be reached: look at SNOWFLAKE_ACCOUNT"):
        _log_in(opened)


def test_a_connection_that_is_lost_says_so(opened: Opened) -> None:
    opened.account.stop()
    with pytest.raises(ConnectionLost, match=r"the connection was lost: .* start the run again; readers keep"):
        swap_in(opened.session, RELATIONS)


def test_a_connection_lost_while_dbt_builds_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """dbt passes on the connector's number, by which the step knows."""
    monkeypatch.setattr(again, "SECONDS", 0)
    tag = '"asset": "domain.product"'
    with account(tmp_path) as here, here.fault(tag, 250003, "Failed to execute request: connection reset"):
        done = refresh_home(here.home_in(tmp_path / "home"), selection="product")
        tries = [line for line in here.log.read_text().splitlines() if json.dumps(tag)[1:-1] in line]
    assert len(tries) == 1 + again.TIMES
    failures = [failure for outcome in done.outcomes for failure in outcome.failures]
    assert any("product failed: the connection was lost" in failure for failure in failures)


def _log_in(opened: Opened) -> None:
    with opened.warehouse.writing("logging in", workload=Workload.LOAD):
        pass
