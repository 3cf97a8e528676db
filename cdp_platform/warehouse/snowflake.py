"""Snowflake: sessions with a key pair, a role, a warehouse per workload and a query tag; translation; bulk loading.

Imported under a target that needs it and nowhere else, for it takes seconds. Here: how a session is opened and what it
is told. Not here: what it does (`snowflake_connection`), dbt's sessions (`cdp_dbt/profiles.yml`).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import snowflake.connector

from cdp_platform.environment import Settings, Target
from cdp_platform.warehouse.connection import EngineFailed
from cdp_platform.warehouse.lock import OneWriter
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection
from cdp_platform.warehouse.workload import Workload

SESSION = {"TIMEZONE": "UTC", "WEEK_START": 1, "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ"}


class NotConfigured(EngineFailed):
    """A setting without which nobody can connect is missing."""


class OnlyOnDuckDB(EngineFailed):
    """Something reads the warehouse's file, and on Snowflake there is none."""


def parameters(settings: Settings) -> dict[str, Any]:
    """What `snowflake.connector.connect`, and Dagster's SnowflakeResource, are told. Raises NotConfigured."""
    said = settings.snowflake
    is_simulated = settings.target is Target.SIMULATED_SNOWFLAKE
    needed = {"SNOWFLAKE_ACCOUNT": said.account, "SNOWFLAKE_USER": said.user}
    if not is_simulated:
        needed["SNOWFLAKE_PRIVATE_KEY_FILE"] = said.private_key_file
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        raise NotConfigured(
            f"target '{settings.target}' needs {', '.join(missing)}; docs/production.md says what they are"
        )
    common = {
        "account": said.account, "user": said.user, "role": said.role, "database": said.database,
        "session_parameters": dict(SESSION),
    }  # fmt: skip
    if is_simulated:
        return common | {"password": "simulated", "host": said.host, "port": said.port, "protocol": said.protocol}
    key = {"private_key_file": said.private_key_file, "private_key_file_pwd": said.private_key_passphrase}
    return common | {"authenticator": "SNOWFLAKE_JWT"} | {name: value for name, value in key.items() if value}


def computing(settings: Settings, workload: Workload) -> str:
    """The Snowflake warehouse of a workload: the database's name and what is done."""
    return f"{settings.snowflake.database}_{workload}".upper()


Connect = Callable[[dict[str, Any]], AbstractContextManager[Any]]
"""Opens a session with the connector's arguments, and closes it."""


class SnowflakeWarehouse(OneWriter):
    """The account's database of one installation; this host is its only writer."""

    kind = "snowflake"

    def __init__(self, settings: Settings, *, run_id: str | None = None, connect: Connect | None = None) -> None:
        self.settings, self.lock_file, self.run_id = settings, settings.lock_file, run_id
        self._connect = connect or _connect

    @property
    def file(self) -> Path:
        """There is none. Raises OnlyOnDuckDB."""
        raise OnlyOnDuckDB(
            f"on target '{self.settings.target}' the warehouse is no file; ask Snowflake's published schema instead"
        )

    @property
    def name(self) -> str:
        """What its tables' full names begin with."""
        return self.settings.snowflake.database.lower()

    @contextmanager
    def writing(
        self, purpose: str, *, say: Callable[[str], None] | None = None, workload: Workload = Workload.BUILD
    ) -> Iterator[SnowflakeConnection]:
        """A session that may write, under the lock. Raises WarehouseBusy, NotConfigured and EngineFailed."""
        with (
            self.lock(purpose, say=say),
            SnowflakeConnection(lambda: self._connect(self.arguments(purpose, workload))) as connection,
        ):
            yield connection

    def arguments(self, purpose: str, workload: Workload) -> dict[str, Any]:
        """How a session is opened that does this: the account, the workload's warehouse, the tag. Raises NotConfigured.

        The tag is what the query history and the bill are read by: the run, and what it was done for.
        """
        said = parameters(self.settings)
        tag = {"app": "cdp", "run": self.run_id, "asset": purpose}
        said["session_parameters"] |= {"QUERY_TAG": json.dumps({k: v for k, v in tag.items() if v is not None})}
        return said | {
            "warehouse": computing(self.settings, workload), "paramstyle": "qmark", "arrow_number_to_decimal": True,
            "login_timeout": 60, "network_timeout": 600,
        }  # fmt: skip


def _connect(arguments: dict[str, Any]) -> AbstractContextManager[Any]:
    return snowflake.connector.connect(**arguments)
