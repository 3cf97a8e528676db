"""The in-process DuckDB in which records are compared: nothing on disk, bounded memory, closed after use.

Here: the connection, and the levels of pairs that lie side by side. Not here: weights (`score_pairs`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import duckdb
import polars as pl

from cdp_platform.identity.compare import Comparison
from cdp_platform.identity.relation import relation

_MEMORY = "1500MB"
_REMEMBERED = 1_000_000


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection that knows `organization_relation(x, y)`."""
    connection = duckdb.connect(config={"memory_limit": _MEMORY, "enable_external_access": "false"})
    try:
        connection.execute("SET enable_progress_bar = false")
        connection.create_function(
            "organization_relation", lru_cache(_REMEMBERED)(relation), ["VARCHAR", "VARCHAR"], "VARCHAR"
        )
        yield connection
    finally:
        connection.close()


def evaluated(pairs: pl.DataFrame, comparisons: Sequence[Comparison]) -> pl.DataFrame:
    """The level of every comparison, a column each, for rows that hold both records' columns (`_l` and `_r`)."""
    if pairs.is_empty():
        return pl.DataFrame(schema=dict.fromkeys([comparison.name for comparison in comparisons], pl.String))
    levels = ", ".join(f'{comparison.sql()} AS "{comparison.name}"' for comparison in comparisons)
    with engine() as connection:
        connection.register("side_by_side", pairs.with_row_index("pair").to_arrow())
        found = connection.sql(f"SELECT {levels} FROM side_by_side ORDER BY pair").pl()
        connection.unregister("side_by_side")
    return found
