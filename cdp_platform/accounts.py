"""What the platform is told of accounts at services outside: Snowflake, Airbyte, PostgreSQL databases.

Here: their settings, made from variables that are handed in. Not here: reading the environment (`environment`), or
anything that connects.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


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
class Postgres:
    """The database whose tables are the streams of `source`. `address`: as libpq takes it."""

    source: str
    address: str = field(repr=False)
    schema: str = "public"
    compares_keys: bool = False

    @property
    def variable(self) -> str:
        """The variable that names it."""
        return f"CDP_{self.source.upper()}_POSTGRES"


class NotAChoice(ValueError):
    """A variable that is one of a few words is another."""


class NotANumber(ValueError):
    """A variable that holds a number holds something else."""


_IN_NUMBERS = ("minutes", "seconds")


def airbyte_of(environ: Mapping[str, str]) -> Airbyte | None:
    """What `AIRBYTE_*` says; None without a workspace. Raises NotANumber."""
    said = {name: environ.get(f"AIRBYTE_{name.upper()}") or None for name in Airbyte.__dataclass_fields__}
    if not said["workspace_id"]:
        return None
    chosen = said["sources"] and tuple(word.strip() for word in said["sources"].split(",") if word.strip())
    numbers = {name: _number(name, value) for name, value in said.items() if value and name.endswith(_IN_NUMBERS)}
    named = {name: said[name] for name in ("workspace_id", "url", "client_id", "client_secret")}
    return Airbyte(**named | {"sources": chosen or None} | numbers)  # type: ignore[arg-type]


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise NotANumber(f"AIRBYTE_{name.upper()} is '{value}'; it must be a number, such as 15") from None


_COMPARES = {"": False, "tombstone": False, "compare": True}


def databases_of(environ: Mapping[str, str]) -> tuple[Postgres, ...]:
    """What `CDP_<SOURCE>_POSTGRES` and, behind it, `_SCHEMA` and `_DELETES` say. Raises NotAChoice."""
    found = []
    for name, address in sorted(environ.items()):
        named = re.fullmatch("CDP_([A-Z0-9_]+)_POSTGRES", name)
        if not named or not address:
            continue
        deletes = environ.get(f"{name}_DELETES", "")
        if deletes not in _COMPARES:
            raise NotAChoice(f"{name}_DELETES is '{deletes}'; it must be tombstone or compare")
        schema = environ.get(f"{name}_SCHEMA") or Postgres.schema
        found.append(Postgres(named[1].lower(), address, schema, _COMPARES[deletes]))
    return tuple(found)


def snowflake_of(environ: Mapping[str, str]) -> Snowflake:
    """What `SNOWFLAKE_*` says."""
    said = {
        name: environ[f"SNOWFLAKE_{name.upper()}"]
        for name in Snowflake.__dataclass_fields__
        if environ.get(f"SNOWFLAKE_{name.upper()}")
    }
    return Snowflake(**said | {"port": int(said.get("port", Snowflake.port))})  # type: ignore[arg-type]


def snowflake_environment(snowflake: Snowflake) -> dict[str, str]:
    """The same as variables, for dbt and for processes of ours."""
    said = {name: getattr(snowflake, name) for name in Snowflake.__dataclass_fields__}
    return {f"SNOWFLAKE_{name.upper()}": str(value) for name, value in said.items() if value is not None}
