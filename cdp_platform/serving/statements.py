"""Which statements a reader may run: one, and one that only reads the tables in front of it.

Here: the judgement, by two parsers that must agree. Not here: running it (`answer`), the connection's own lock.
"""

import logging
import re

import duckdb
import sqlglot
from sqlglot import exp

READS = (exp.Query, exp.Values, exp.Describe, exp.Summarize)
"""What a statement may begin with."""

WRITES = (exp.DML, exp.DDL, exp.Into, exp.Command, exp.Set, exp.Pragma, exp.Attach, exp.Detach)
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
SCALAR_FUNCTIONS_REFUSED = frozenset({"getenv", "sleep_ms", "pg_sleep", "write_log"})
ONLY_READS = (
    "only a statement that reads can be run: SELECT, FROM, WITH, VALUES, DESCRIBE, SUMMARIZE or SHOW ALL TABLES"
)
_TABLE = re.compile(r"(?i)\A\s*TABLE\b")
# It would warn on standard error of what it cannot parse; that is refused in words of our own.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


class QueryRefused(ValueError):
    """The query is not one reading statement, or it fails; the message says what to do and holds no value of a row."""


def checked(query: str) -> str:
    """The query if it is one statement that only reads. Raises QueryRefused."""
    # Two parsers must agree, so that what was judged is what is run.
    try:
        understood = duckdb.extract_statements(query)
        if len(understood) != 1:
            raise QueryRefused(f"give one statement, not {len(understood)}")
        if understood[0].type is not duckdb.StatementType.SELECT:
            raise QueryRefused(ONLY_READS)
        # `TABLE x` is `FROM x`, a word that the sqlglot which the simulated Snowflake allows does not know.
        asked = _TABLE.sub("FROM ", understood[0].query)
        [root] = sqlglot.parse(asked, read="duckdb")
    except (sqlglot.errors.SqlglotError, duckdb.Error) as error:
        raise QueryRefused(f"this is not SQL that can be read: {said(error)}") from error
    if root is None or not (isinstance(root, READS) or _shows_tables(root)):
        raise QueryRefused(ONLY_READS)
    for node in root.walk():
        _judge(node)
    return asked


def _judge(node: exp.Expr) -> None:
    if isinstance(node, WRITES):
        raise QueryRefused(f"{node.key.upper()} is refused: published data is only read")
    if isinstance(node, exp.Func):
        name = node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()
        makes_table = isinstance(node.parent, exp.Table | exp.Lateral | exp.From | exp.Join)
        if name in SCALAR_FUNCTIONS_REFUSED or (makes_table and name not in TABLE_FUNCTIONS):
            raise QueryRefused(f"{name}() is refused: a query reads the published tables and nothing else")


def _shows_tables(root: exp.Expr) -> bool:
    return isinstance(root, exp.Show) and root.name.upper() in ("TABLES", "ALL TABLES")


def said(error: Exception) -> str:
    """The parser's words without its picture of the query."""
    lines = [line.strip() for line in str(error).split("LINE 1:")[0].splitlines() if line.strip()]
    return " ".join(lines) or type(error).__name__
