"""The Snowflake account as Dagster's own resource, and the platform's warehouse on top of it.

Imported under a target that is on Snowflake and nowhere else. Here: the resources. Not here: what a session does
(`cdp_platform.warehouse`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster_snowflake import SnowflakeResource

from cdp_platform.environment import Settings
from cdp_platform.warehouse.snowflake import SnowflakeWarehouse
from cdp_platform.warehouse.workload import Workload

NAMES = {"private_key_file": "private_key_path", "private_key_file_pwd": "private_key_password"}
"""What the connector calls in one way and Dagster's resource in another."""
OWN = {"account", "user", "password", "database", "role", "warehouse", "authenticator", "paramstyle", "login_timeout",
       "network_timeout", "private_key_path", "private_key_password"}  # fmt: skip


def build_account(settings: Settings) -> dict[str, Any]:
    """The resources `snowflake`, for assets that engineers add, and `warehouse`, which all of ours use.

    Nothing is asked of the environment, or of the account, before a step needs it.
    """

    @dg.resource
    def snowflake(context: dg.InitResourceContext) -> SnowflakeResource:
        run_id = context.run.run_id if context.run else None
        return account(SnowflakeWarehouse(settings, run_id=run_id).arguments("an asset", Workload.BUILD))

    @dg.resource
    def warehouse(context: dg.InitResourceContext) -> SnowflakeWarehouse:
        return SnowflakeWarehouse(settings, run_id=context.run.run_id if context.run else None, connect=session)

    return {"snowflake": snowflake, "warehouse": warehouse}


def account(arguments: dict[str, Any]) -> SnowflakeResource:
    """Dagster's resource for the connector's arguments."""
    said = {NAMES.get(name, name): value for name, value in arguments.items()}
    return SnowflakeResource(
        **{name: value for name, value in said.items() if name in OWN},
        additional_snowflake_connection_args={name: value for name, value in said.items() if name not in OWN},
    )


@contextmanager
def session(arguments: dict[str, Any]) -> Iterator[Any]:
    """A session opened and closed by Dagster's resource."""
    with account(arguments).get_connection() as connection:
        yield connection
