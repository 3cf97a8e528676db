"""The only place that knows which engine holds the data.

Here: opening the warehouse for writing under the one lock, and what each engine has to be asked in its own way. Not
here: what is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb as engine

from cdp_platform.environment import Settings
from cdp_platform.warehouse import duckdb
from cdp_platform.warehouse.connection import Connection
from cdp_platform.warehouse.duckdb import DuckDBWarehouse
from cdp_platform.warehouse.workload import Workload

if TYPE_CHECKING:
    from cdp_platform.warehouse.snowflake import SnowflakeConnection, SnowflakeWarehouse

    Warehouse = DuckDBWarehouse | SnowflakeWarehouse
else:
    Warehouse = object
    """The warehouse of either engine."""


def open_warehouse(settings: Settings, run_id: str | None = None) -> "Warehouse":
    """The warehouse of the settings' target; opens nothing yet. `run_id` tells the engine whose sessions they are."""
    if not settings.is_on_snowflake:
        return DuckDBWarehouse(settings)
    # Slow to import, and absent from no installation but of no use on a laptop.
    from cdp_platform.warehouse.snowflake import SnowflakeWarehouse

    return SnowflakeWarehouse(settings, run_id=run_id)


def _on_snowflake(connection: Connection) -> "SnowflakeConnection | None":
    return None if isinstance(connection, engine.DuckDBPyConnection) else connection  # type: ignore[return-value]


@contextmanager
def beside(connection: Connection) -> Iterator[Connection]:
    """What may read while `connection` writes, or be used by another thread; it sees what is committed."""
    other = _on_snowflake(connection)
    if other is not None:
        yield other.reading
        return
    assert isinstance(connection, engine.DuckDBPyConnection)
    with duckdb.beside(connection) as second:
        yield second


def shapes(connection: Connection) -> dict[str, dict[str, str]]:
    """Column names and types, as DuckDB spells them, of every table and view by `schema.table`; all in lower case."""
    other = _on_snowflake(connection)
    return other.shapes() if other is not None else duckdb.shapes(connection)  # type: ignore[arg-type]


def relations(connection: Connection) -> list[tuple[str, str, str]]:
    """Every table and view: schema, name, and `TABLE` or `VIEW`."""
    other = _on_snowflake(connection)
    return other.relations() if other is not None else duckdb.relations(connection)  # type: ignore[arg-type]


def in_its_own_words(connection: Connection, sql: str) -> Connection:
    """A connection that takes `sql` as it stands, for it is in the engine's dialect already: what dbt compiled."""
    raise NotImplementedError


__all__ = ["Connection", "Warehouse", "Workload", "beside", "open_warehouse", "relations", "shapes"]
