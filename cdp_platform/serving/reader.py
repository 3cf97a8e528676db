"""Opening what is published: locked connections that reach one file, and no other, and never write.

Here: the current version, the operational tables, and the lock. Not here: what is asked of them (`answer`).
"""

from pathlib import Path

import duckdb

from cdp_platform.environment import Settings
from cdp_platform.landing.upgrade import MIGRATIONS, schema_version
from cdp_platform.serving.operations import operations_file
from cdp_platform.serving.publish import NothingPublished, Role, current_file
from cdp_platform.warehouse.duckdb import Connection

# In this order: what is turned off before the configuration is locked stays off.
LOCK = """
SET TimeZone = 'UTC';
SET enable_progress_bar = false;
SET memory_limit = '1GB';
SET temp_directory = '';
SET python_enable_replacements = false;
SET autoload_known_extensions = false;
SET autoinstall_known_extensions = false;
SET allow_community_extensions = false;
SET allow_persistent_secrets = false;
SET search_path = '{search_path}';
SET enable_external_access = false;
SET lock_configuration = true
"""
TRIES = 3


class OtherSchema(LookupError):
    """The operational tables were published by a version of the platform that wrote another schema."""


def open_published(settings: Settings, role: Role = Role.INTERNAL) -> Connection:
    """A locked connection to the current version; the caller closes it. Raises NothingPublished."""
    for _ in range(TRIES):
        file = current_file(settings, role)
        try:
            return open_locked(file)
        except duckdb.IOException as error:
            # Pruned between reading the pointer and opening, or not ours to read.
            if file.exists():
                raise NothingPublished(
                    f"the published file for role '{role}' cannot be opened by this user; try another --role"
                ) from error
    raise NothingPublished(
        "the version that is pointed to is gone; choose another with `cdp publish rollback`, or run `cdp refresh`"
    )


def open_locked(file: Path) -> Connection:
    """A read-only connection that reaches this file and no other; the caller closes it."""
    connection = duckdb.connect(str(file), read_only=True)
    try:
        rows = connection.execute(
            "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal ORDER BY schema_name DESC"
        ).fetchall()
        connection.execute(LOCK.format(search_path=",".join([*(schema for (schema,) in rows), "main"])))
    except BaseException:
        connection.close()
        raise
    return connection


def open_operations(settings: Settings) -> Connection | None:
    """The operational tables as last published (schemas `ops` and `quarantine`); the caller closes it.

    None where nothing was ever refreshed. Raises OtherSchema.
    """
    file = Path(operations_file(settings))
    if not file.exists():
        return None
    # Attached under a name of ours: a catalog called like one of its schemas would make every reference ambiguous.
    connection = attached(file, "published")
    connection.execute("USE published")
    if schema_version(connection) != len(MIGRATIONS):
        connection.close()
        raise OtherSchema("another version of cdp published the operational tables; `cdp refresh` publishes them anew")
    return connection


def attached(file: Path, name: str) -> Connection:
    """Memory to work in, beside a file that cannot be written through it; the caller closes it."""
    connection = duckdb.connect(":memory:", config={"threads": "2"})
    path = str(file).replace("'", "''")
    connection.execute(f"SET TimeZone = 'UTC'; SET enable_progress_bar = false; ATTACH '{path}' AS {name} (READ_ONLY)")
    return connection
