"""The only place that knows which engine holds the data.

Here: opening the warehouse for writing under the one lock, and what each engine has to be asked in its own way. Not
here: what is written.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb as engine

from cdp_platform.environment import Settings
from cdp_platform.warehouse import duckdb
from cdp_platform.warehouse.connection import Connection, EngineFailed, quote, registered
from cdp_platform.warehouse.duckdb import DuckDBWarehouse
from cdp_platform.warehouse.workload import Workload

if TYPE_CHECKING:
    import pyarrow as pa

    from cdp_platform.warehouse.snowflake import SnowflakeWarehouse
    from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection

    Warehouse = DuckDBWarehouse | SnowflakeWarehouse
else:
    Warehouse = object
    """The warehouse of either engine."""


FAILURES = (engine.Error, EngineFailed)
"""What a statement raises that the engine refuses."""


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


def as_it_stands(connection: Connection, sql: str) -> list[Any]:
    """The rows of a query that is in the engine's own dialect already, such as what dbt compiled."""
    other = _on_snowflake(connection)
    return (other.native(sql) if other is not None else connection.execute(sql)).fetchall()


def columns_of(connection: Connection, sql: str) -> list[str]:
    """The columns of such a query, in lower case."""
    other = _on_snowflake(connection)
    found = other.native(f"SELECT * FROM ({sql}) AS asked LIMIT 0") if other is not None else connection.sql(sql)
    return [name.lower() for name in found.columns]


def append(connection: Connection, relation: str, rows: "pa.Table") -> None:
    """Add a few thousand rows by the names of their columns, inside a transaction or not."""
    columns = ", ".join(map(quote, rows.column_names))
    if _on_snowflake(connection) is None:
        with registered(connection, "_cdp_appended", rows):
            connection.execute(f"INSERT INTO {relation} ({columns}) SELECT {columns} FROM _cdp_appended")
    elif rows.num_rows:
        # bound values: a table to load them from would be a definition, and end the transaction
        marks = ", ".join("?" * rows.num_columns)
        values = [tuple(row.values()) for row in rows.to_pylist()]
        connection.executemany(f"INSERT INTO {relation} ({columns}) VALUES ({marks})", values)


def copy_out(connection: Connection, file: Path, tables: Sequence[str]) -> None:
    """Write tables (`schema.table`) to a new DuckDB file, which readers on this host can open whatever the engine."""
    other = _on_snowflake(connection)
    if other is None:
        duckdb.copy_out(connection, file, tables)  # type: ignore[arg-type]
        return
    with duckdb.scratch() as memory:
        for schema in sorted({table.split(".")[0] for table in tables}):
            memory.execute(f"CREATE SCHEMA {schema}")
        for table in tables:
            rows = other.execute(f"SELECT * FROM {table}").to_arrow_table()
            memory.register("_cdp_rows", rows)
            memory.execute(f"CREATE TABLE {table} AS SELECT * FROM _cdp_rows")
            memory.unregister("_cdp_rows")
        duckdb.copy_out(memory, file, tables)


__all__ = [
    "FAILURES", "Connection", "Warehouse", "Workload", "append", "as_it_stands", "beside", "columns_of", "copy_out",
    "open_warehouse", "relations", "shapes",
]  # fmt: skip
