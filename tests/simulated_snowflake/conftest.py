"""A session in an empty simulated account, one per module."""

from collections.abc import Iterator

import pytest

from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection
from tests.simulated_snowflake.process import account


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnowflakeConnection]:
    """It may write."""
    folder = tmp_path_factory.mktemp("account")
    with account(folder) as opened, open_warehouse(opened.home_in(folder / "home")).writing("testing") as session:
        assert isinstance(session, SnowflakeConnection)
        yield session
