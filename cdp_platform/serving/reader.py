"""Reading what is published, and nothing else: a locked connection and one SELECT at a time.

Here: which statements are let through, the lock, the rows. Not here: which version is current (`publish`).
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from cdp_platform.environment import Settings
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
READS = (exp.Query, exp.Values, exp.Describe, exp.Summarize)
"""What a statement may begin with."""

WRITES = (exp.DML, exp.DDL, exp.Into, exp.Command, exp.Set, exp.Pragma, exp.Attach, exp.Detach)
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
SCALAR_FUNCTIONS_REFUSED = frozenset({"getenv", "sleep_ms", "pg_sleep", "write_log"})
ONLY_READS = "only a statement that reads can be run: SELECT, FROM, WITH, VALUES, DESCRIBE, SUMMARIZE or SHOW ALL TABLES"
TRIES = 3
# It would warn on standard error of what it cannot parse; that is refused in words of our own.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


class QueryRefused(ValueError):
    """The query is not one reading statement, or it fails; the message says what to do and holds no value of a row."""


@dataclass(frozen=True)
class Answer:
    """The columns, the rows up to the limit, and whether there were more."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    was_cut: bool


def open_published(settings: Settings, role: Role = Role.INTERNAL) -> Connection:
    """A locked connection to the current version; the caller closes it. Raises NothingPublished."""
    for _ in range(TRIES):
        file = current_file(settings, role)
        try:
            return open_locked(file)
        except duckdb.IOException as error:
            # Pruned between reading the pointer and opening, or not ours to read.
            if file.exists():
                raise NothingPublished(f"the published file for role '{role}' cannot be opened by this user; try another --role") from error
    raise NothingPublished("the version that is pointed to is gone; choose another with `cdp publish rollback`, or run `cdp refresh`")


def open_locked(file: Path) -> Connection:
    """A read-only connection that reaches this file and no other; the caller closes it."""
    connection = duckdb.connect(str(file), read_only=True)
    try:
        rows = connection.execute("SELECT schema_name FROM duckdb_schemas() WHERE NOT internal ORDER BY schema_name DESC").fetchall()
        connection.execute(LOCK.format(search_path=",".join([*(schema for (schema,) in rows), "main"])))
    except BaseException:
        connection.close()
        raise
    return connection


def open_operations(settings: Settings) -> Connection | None:
    """The operational tables as last published (schemas `ops` and `quarantine`), or None where nothing was ever refreshed.

    The caller closes it.
    """
    file = Path(operations_file(settings))
    if not file.exists():
        return None
    connection = duckdb.connect(":memory:")
    # Under a name of ours: a catalog called like one of its schemas would make every reference ambiguous.
    connection.execute(f"ATTACH '{str(file).replace(chr(39), chr(39) * 2)}' AS published (READ_ONLY); USE published; SET TimeZone = 'UTC'")
    return connection


def ask(connection: Connection, query: str, *, limit: int) -> Answer:
    """Run one reading statement on a locked connection and take at most `limit` rows. Raises QueryRefused."""
    statement = checked(query)
    try:
        relation = connection.sql(statement)
        columns, rows = relation.columns, relation.limit(limit + 1).fetchall()
    except (duckdb.ParserException, duckdb.CatalogException, duckdb.BinderException, duckdb.SyntaxException) as error:
        raise QueryRefused(f"{_said(error)} (SHOW ALL TABLES lists what there is)") from error
    except duckdb.OutOfMemoryException as error:
        raise QueryRefused("the query needs more than 1 GB of memory; narrow it, or read one of the agg_ tables") from error
    except duckdb.PermissionException as error:
        raise QueryRefused("a query reads the published tables and nothing else: no files, no settings") from error
    except duckdb.Error as error:
        # DuckDB's text would repeat the value that did not fit.
        raise QueryRefused(f"the query fails on a value ({type(error).__name__}); look at its casts and its arithmetic") from error
    return Answer(list(columns), rows[:limit], was_cut=len(rows) > limit)


def checked(query: str) -> str:
    """The query if it is one statement that only reads. Raises QueryRefused."""
    # Two parsers must agree, so that what was judged is what is run.
    try:
        understood = duckdb.extract_statements(query)
        if len(understood) != 1:
            raise QueryRefused(f"give one statement, not {len(understood)}")
        if understood[0].type is not duckdb.StatementType.SELECT:
            raise QueryRefused(ONLY_READS)
        [root] = sqlglot.parse(understood[0].query, read="duckdb")
    except (sqlglot.errors.SqlglotError, duckdb.Error) as error:
        raise QueryRefused(f"this is not SQL that can be read: {_said(error)}") from error
    if root is None or not (isinstance(root, READS) or _shows_tables(root)):
        raise QueryRefused(ONLY_READS)
    for node in root.walk():
        _judge(node)
    return understood[0].query


def _judge(node: exp.Expression) -> None:
    if isinstance(node, WRITES) and not isinstance(node, READS):
        raise QueryRefused(f"{node.key.upper()} is refused: published data is only read")
    if isinstance(node, exp.Func) and (name := _name(node)) is not None:
        makes_table = isinstance(node.parent, exp.Table | exp.Lateral | exp.From | exp.Join)
        if name in SCALAR_FUNCTIONS_REFUSED or (makes_table and name not in TABLE_FUNCTIONS):
            raise QueryRefused(f"{name}() is refused: a query reads the published tables and nothing else")


def _name(node: exp.Func) -> str:
    return node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()


def _shows_tables(root: exp.Expression) -> bool:
    return isinstance(root, exp.Show) and root.name.upper() in ("TABLES", "ALL TABLES")


def _said(error: Exception) -> str:
    """The parser's words without its picture of the query."""
    lines = [line.strip() for line in str(error).split("LINE 1:")[0].splitlines() if line.strip()]
    return " ".join(lines) or type(error).__name__
