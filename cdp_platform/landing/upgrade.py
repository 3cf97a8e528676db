"""Bringing a warehouse to this version of the platform: what is missing is added, what has changed is migrated.

Whoever writes calls `prepare` first, so that an upgrade needs no step of its own. Tables that dbt builds are built anew
by every model run and are not looked at. Here: the schema's versions. Not here: the declared tables (`tables`).
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cdp_platform.landing.tables import SCHEMAS, declared_tables, insert_row
from cdp_platform.warehouse import shapes
from cdp_platform.warehouse.connection import Connection, quote, scalar
from cdp_platform.warehouse.duckdb import scratch

_log = logging.getLogger("cdp.upgrade")
VERSIONS = "ops.schema_version"
LISTS = ("ARRAY", "JSON")
"""What a list is on an engine that does not keep the types of its elements."""


@dataclass(frozen=True)
class Migration:
    """One step to the next schema version. `statements`: what adding columns and tables does not do by itself.

    They run before what is missing is added, on a warehouse of whatever age: each creates what it needs (ADD COLUMN IF
    NOT EXISTS). They run one by one, not in a transaction, which DuckDB would replay badly after a crash: write each so
    that running it again does no harm.
    """

    says: str
    statements: tuple[str, ...] = ()


MIGRATIONS = (
    Migration("the first schema that has a number"),
    Migration("edges are weighed, and values that are no evidence are listed"),
    Migration("every run of the identity step is counted"),
    Migration("the ledger of ids remembers a record's earlier ids, so that they can return"),
    Migration("households, and parents that no record states, are found"),
    Migration("the ledger of ids is kept as readers saw it, so that a withheld run leaves no trace"),
    Migration("rows that Airbyte synced are judged: a mark knows where its newest delivery began"),
    Migration("large models are restated: each remembers what its last build had seen"),
)
"""In order; the schema's version is their number. Never change one that was released: add the next."""


class WarehouseTooNew(RuntimeError):
    """A later version of the platform wrote the warehouse, and this one cannot know what it left."""


class CannotUpgrade(RuntimeError):
    """A declared column has another type now, and not all of its values fit."""


def prepare(connection: Connection) -> None:
    """Migrate, then create every schema, ledger, raw table and column that is declared and not there.

    Raises WarehouseTooNew and CannotUpgrade, both before anything is lost.
    """
    existing = shapes(connection)
    is_new = not any(table.startswith("ops.") for table in existing)
    done = len(MIGRATIONS) if is_new else schema_version(connection, existing)
    if done > len(MIGRATIONS):
        raise WarehouseTooNew(
            f"the warehouse has schema {done}, and this version of cdp knows {len(MIGRATIONS)}: "
            "install the version that wrote it, or a later one"
        )
    for number, migration in enumerate(MIGRATIONS[done:], start=done + 1):
        _log.info("upgrading the warehouse to schema %s: %s", number, migration.says)
        for statement in migration.statements:
            connection.execute(statement)
    for schema in sorted(set(SCHEMAS) - {table.split(".")[0] for table in existing}):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    existing = existing if done == len(MIGRATIONS) else shapes(connection)
    for name, columns in _wanted(tuple(declared_tables().items())).items():
        _shape(connection, name, columns, existing.get(name))
    if is_new or done < len(MIGRATIONS):
        now = datetime.now(UTC)
        stamp = {"version": len(MIGRATIONS), "says": MIGRATIONS[-1].says, "migrated_at": now}
        insert_row(connection, VERSIONS, stamp)


def schema_version(connection: Connection, tables: Iterable[str] | None = None) -> int:
    """The schema of a warehouse, or of what was published from it; 0 for one from before they had numbers."""
    tables = shapes(connection) if tables is None else tables
    return int(scalar(connection, f"SELECT coalesce(max(version), 0) FROM {VERSIONS}")) if VERSIONS in tables else 0


def _shape(connection: Connection, name: str, wanted: dict[str, str], existing: dict[str, str] | None) -> None:
    relation = ".".join(map(quote, name.split(".", 1)))
    if existing is None:
        listed = ", ".join(f"{quote(column)} {type_}" for column, type_ in wanted.items())
        connection.execute(f"CREATE TABLE IF NOT EXISTS {relation} ({listed})")
        return
    for column, type_ in wanted.items():
        before = existing.get(column)
        if before is None:
            connection.execute(f"ALTER TABLE {relation} ADD COLUMN {quote(column)} {type_}")
        elif before != type_ and not (type_.endswith("[]") and before in LISTS):
            _retype(connection, relation, column, before, type_, is_raw=name.startswith("raw."))


def _retype(connection: Connection, relation: str, column: str, before: str, type_: str, *, is_raw: bool) -> None:
    """Change a column's type if every value comes back from the new one as it was.

    Text in raw may have been kept before anyone declared the column: it becomes null where it does not fit, as in
    landing, and stays beside as `<column>__as_text`.
    """
    name = quote(column)
    there_and_back = f"TRY_CAST(TRY_CAST({name} AS {type_}) AS {before})"
    lost = int(scalar(connection, f"SELECT count(*) FROM {relation} WHERE {name} IS DISTINCT FROM {there_and_back}"))
    if lost and not (is_raw and before == "VARCHAR"):
        raise CannotUpgrade(
            f"{relation}.{name} is {before} in the warehouse and declared as {type_}, and {lost:,} of its values would "
            "be lost: declare the old type, or write a migration in cdp_platform/landing/upgrade.py"
        )
    if lost:
        kept = quote(f"{column}__as_text")
        connection.execute(f"ALTER TABLE {relation} ADD COLUMN IF NOT EXISTS {kept} VARCHAR")
        connection.execute(f"UPDATE {relation} SET {kept} = {name}")
    connection.execute(f"ALTER TABLE {relation} ALTER COLUMN {name} TYPE {type_} USING TRY_CAST({name} AS {type_})")


@cache
def _wanted(declared: tuple[tuple[str, str], ...]) -> dict[str, dict[str, str]]:
    """The declared tables as DuckDB, and so `shapes`, spells them."""
    with scratch() as connection:
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for name, columns in declared:
            connection.execute(f"CREATE TABLE {'.'.join(map(quote, name.split('.', 1)))} ({columns})")
        return shapes(connection)
