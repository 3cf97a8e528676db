"""Where the platform runs: the only module that reads the environment.

Here: the targets and the frozen settings derived from them. Not here: anything that opens a file or a connection.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


class Target(StrEnum):
    """The engine and the outside world that the one graph is bound to."""

    LOCAL = "local"
    PRODUCTION = "production"
    SIMULATED_SNOWFLAKE = "simulated_snowflake"


class UnknownTarget(ValueError):
    """`CDP_TARGET` names no target; there is no fallback, for a guessed environment is the wrong one."""


@dataclass(frozen=True)
class Snowflake:
    """How the account is reached; what is None is asked for when somebody connects, never when the graph is loaded."""

    account: str | None = None
    user: str | None = None
    private_key_file: str | None = None
    private_key_passphrase: str | None = field(default=None, repr=False)
    role: str = "CDP_PLATFORM"
    database: str = "CDP"
    host: str | None = None
    port: int = 443
    protocol: str = "https"


@dataclass(frozen=True)
class Airbyte:
    """The workspace that syncs `sources` (None: all) into raw. Without `url` it is Airbyte Cloud."""

    workspace_id: str
    url: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    sources: tuple[str, ...] | None = None
    sync_minutes: float = 15
    poll_seconds: float = 10
    retry_seconds: float = 2


@dataclass(frozen=True)
class Settings:
    """One installation. `home` holds its warehouse, published files, landing zone, truth and Dagster instance.

    On Snowflake `home` keeps what is this host's: lock, Dagster instance, exceptions, the operational tables.
    """

    target: Target
    home: Path
    landing: Path
    snowflake: Snowflake = Snowflake()
    airbyte: Airbyte | None = None

    @property
    def is_on_snowflake(self) -> bool:
        """The warehouse is a Snowflake account, or something that speaks like one."""
        return self.target is not Target.LOCAL

    def syncs(self, source: str) -> bool:
        """Airbyte writes this source's raw tables."""
        return self.airbyte is not None and (self.airbyte.sources is None or source in self.airbyte.sources)

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

    Raises UnknownTarget for a target that does not exist.
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
    # Airbyte cannot write into a file on this host, whatever somebody's shell says of a workspace.
    airbyte = None if target is Target.LOCAL else _airbyte(environ)
    return Settings(target=target, home=root, landing=landing, snowflake=_snowflake(environ), airbyte=airbyte)


def _airbyte(environ: Mapping[str, str]) -> Airbyte | None:
    said = {name: environ.get(f"AIRBYTE_{name.upper()}") or None for name in Airbyte.__dataclass_fields__}
    if not said["workspace_id"]:
        return None
    chosen = said["sources"] and tuple(word.strip() for word in said["sources"].split(",") if word.strip())
    numbers = {name: float(value) for name, value in said.items() if value and name.endswith(("minutes", "seconds"))}
    named = {name: said[name] for name in ("workspace_id", "url", "client_id", "client_secret")}
    return Airbyte(**named | {"sources": chosen or None} | numbers)  # type: ignore[arg-type]


def _snowflake(environ: Mapping[str, str]) -> Snowflake:
    said = {
        name: environ[f"SNOWFLAKE_{name.upper()}"]
        for name in Snowflake.__dataclass_fields__
        if environ.get(f"SNOWFLAKE_{name.upper()}")
    }
    return Snowflake(**said | {"port": int(said.get("port", Snowflake.port))})  # type: ignore[arg-type]


def _snowflake_environment(settings: Settings) -> dict[str, str]:
    said = {name: getattr(settings.snowflake, name) for name in Snowflake.__dataclass_fields__}
    return {f"SNOWFLAKE_{name.upper()}": str(value) for name, value in said.items() if value is not None}


def bind_dbt(settings: Settings, run_id: str = "") -> None:
    """Set the environment variables that dbt's profile and macros read, for dbt runs in this process."""
    os.environ["CDP_RUN_ID"] = run_id
    os.environ["CDP_WAREHOUSE_FILE"] = str(settings.warehouse_file)
    os.environ.update(_snowflake_environment(settings) if settings.is_on_snowflake else {})
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
        **(_snowflake_environment(settings) if settings.is_on_snowflake else {}),
        **_dagster_environment(settings),
    }
