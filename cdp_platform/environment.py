"""Where the platform runs: the only module that reads the environment.

Here: the targets and the frozen settings derived from them. Not here: anything that opens a file or a connection.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cdp_platform.accounts import (
    Airbyte,
    Postgres,
    Snowflake,
    airbyte_of,
    databases_of,
    snowflake_environment,
    snowflake_of,
)

PROJECT = Path(__file__).resolve().parent.parent


class Target(StrEnum):
    """The engine and the outside world that the one graph is bound to."""

    LOCAL = "local"
    PRODUCTION = "production"
    SIMULATED_SNOWFLAKE = "simulated_snowflake"


class UnknownTarget(ValueError):
    """`CDP_TARGET` names no target; there is no fallback, for a guessed environment is the wrong one."""


class TwoWays(ValueError):
    """Airbyte and a database of one's own both bring a source: its rows would come twice."""


@dataclass(frozen=True)
class Settings:
    """One installation. `home` holds its warehouse, published files, landing zone, truth and Dagster instance.

    On Snowflake `home` keeps what is this host's: lock, Dagster instance, exceptions, the operational tables.
    """

    target: Target
    home: Path
    landing: Path
    snowflake: Snowflake = field(default_factory=Snowflake)
    stripe_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    airbyte: Airbyte | None = None
    databases: tuple[Postgres, ...] = ()

    @property
    def is_on_snowflake(self) -> bool:
        """The warehouse is a Snowflake account, or something that speaks like one."""
        return self.target is not Target.LOCAL

    def syncs(self, source: str) -> bool:
        """Airbyte writes this source's raw tables."""
        return self.airbyte is not None and (self.airbyte.sources is None or source in self.airbyte.sources)

    def database(self, source: str) -> Postgres | None:
        """The database that this source is read from, if it is."""
        return next((database for database in self.databases if database.source == source), None)

    @property
    def warehouse_file(self) -> Path:
        """The DuckDB file that only writers open."""
        return self.home / "warehouse.duckdb"

    @property
    def lock_file(self) -> Path:
        """The operating system's lock that every writer takes."""
        return self.home / "warehouse.lock"

    @property
    def identity_memory(self) -> Path:
        """What the last identity run normalised and weighed: a cache."""
        return self.home / "identity_memory"

    @property
    def receiver(self) -> Path:
        """What the webhook receiver keeps: events that are not in the landing zone yet, ids it has seen, counts."""
        return self.home / "receiver"

    @property
    def pulled(self) -> Path:
        """How far each source that is read from a database has been read."""
        return self.home / "pulled"

    @property
    def published(self) -> Path:
        """Versions for readers, the pointer to the current one, and the operational tables."""
        return self.home / "published"

    @property
    def truth(self) -> Path:
        """What the synthetic company really is; only tests, `cdp score` and `make drill` read it."""
        return self.home / "truth"

    @property
    def dagster_home(self) -> Path:
        """The Dagster instance: runs, events, schedules."""
        return self.home / "dagster"

    @property
    def exceptions_file(self) -> Path:
        """People's decisions about who is who."""
        return self.home / "customer_match_exceptions.csv"

    @property
    def dbt_target_path(self) -> Path:
        """dbt's artefacts; outside the repository, so that several homes never share them."""
        return self.home / "dbt"


def default_home() -> Path:
    """The home of a user's own data where `CDP_HOME` is not set: `.cdp/home` in the working directory."""
    return Path.cwd() / ".cdp" / "home"


def demo_home() -> Path:
    """The home of the demo where `CDP_HOME` is not set; never the user's."""
    return Path.cwd() / ".cdp" / "demo"


def load_settings(environ: Mapping[str, str] | None = None, *, home: Path | None = None) -> Settings:
    """Read the settings from `CDP_TARGET`, `CDP_HOME` and `CDP_LANDING`; an empty folder is as if it were not set.

    `STRIPE_WEBHOOK_SECRET` is one secret, or several with commas between them while one takes the place of another.
    Raises UnknownTarget for a target that does not exist, TwoWays for a source with two origins.
    """
    environ = os.environ if environ is None else environ
    name = environ.get("CDP_TARGET", Target.LOCAL.value)
    if name not in set(Target):
        raise UnknownTarget(f"CDP_TARGET is '{name}'; it must be one of: {', '.join(Target)}")
    named, landed = environ.get("CDP_HOME"), environ.get("CDP_LANDING")
    root = Path(named) if named else home or default_home()
    root = root.expanduser().resolve()
    landing = Path(landed).expanduser().resolve() if landed else root / "landing"
    target = Target(name)
    signing = environ.get("STRIPE_WEBHOOK_SECRET", "").split(",")
    settings = Settings(
        target=target,
        home=root,
        landing=landing,
        snowflake=snowflake_of(environ),
        # Airbyte cannot write into a file on this host, whatever somebody's shell says of a workspace.
        airbyte=None if target is Target.LOCAL else airbyte_of(environ),
        stripe_webhook_secrets=tuple(secret.strip() for secret in signing if secret.strip()),
        databases=databases_of(environ),
    )
    for database in settings.databases:
        if settings.syncs(database.source):
            said = f"AIRBYTE_SOURCES and {database.variable} both bring {database.source}"
            raise TwoWays(f"{said}: unset {database.variable}, or list in AIRBYTE_SOURCES what Airbyte brings")
    return settings


def bind_dbt(settings: Settings, run_id: str = "") -> None:
    """Set the environment variables that dbt's profile and macros read, for dbt runs in this process."""
    os.environ["CDP_RUN_ID"] = run_id
    os.environ["CDP_WAREHOUSE_FILE"] = str(settings.warehouse_file)
    os.environ.update(snowflake_environment(settings.snowflake) if settings.is_on_snowflake else {})
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"


def bind_dagster(settings: Settings) -> None:
    """Set the environment variables by which Dagster finds the home's instance and stores a plan in one go."""
    os.environ.update(_dagster_environment(settings))


def _dagster_environment(settings: Settings) -> dict[str, str]:
    return {"DAGSTER_HOME": str(settings.dagster_home), "DAGSTER_EVENT_BATCH_SIZE": "1000"}


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a process of ours that must see the same installation."""
    return os.environ | {
        "CDP_TARGET": settings.target.value,
        "CDP_HOME": str(settings.home),
        "CDP_LANDING": str(settings.landing),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        **(snowflake_environment(settings.snowflake) if settings.is_on_snowflake else {}),
        **_dagster_environment(settings),
    }
