"""Asking what is published: one statement at a time, on a locked connection.

Here: running it, the rows, what is said when it fails. Not here: which statements are let through (`statements`), the
connection (`reader`).
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from cdp_platform.serving.statements import QueryRefused, checked, said
from cdp_platform.warehouse.duckdb import Connection


@dataclass(frozen=True)
class Answer:
    """The columns, the rows up to the limit, and whether there were more."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    was_cut: bool


def ask(connection: Connection, query: str, *, limit: int) -> Answer:
    """Run one reading statement on a locked connection and take at most `limit` rows. Raises QueryRefused."""
    statement = checked(query)
    try:
        relation = connection.sql(statement)
        columns, rows = relation.columns, relation.limit(limit + 1).fetchall()
    except (duckdb.ParserException, duckdb.CatalogException, duckdb.BinderException, duckdb.SyntaxException) as error:
        raise QueryRefused(f"{said(error)} (SHOW ALL TABLES lists what there is)") from error
    except duckdb.OutOfMemoryException as error:
        raise QueryRefused(
            "the query needs more than 1 GB of memory; narrow it, or read one of the agg_ tables"
        ) from error
    except duckdb.PermissionException as error:
        raise QueryRefused("a query reads the published tables and nothing else: no files, no settings") from error
    except duckdb.Error as error:
        # DuckDB's text would repeat the value that did not fit.
        raise QueryRefused(
            f"the query fails on a value ({type(error).__name__}); look at its casts and its arithmetic"
        ) from error
    return Answer(list(columns), rows[:limit], was_cut=len(rows) > limit)
