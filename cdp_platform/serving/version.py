"""Publishing where readers look: in files beside the warehouse, or in a schema of it.

Here: which of the two. Not here: files (`publish`), the schema (`cdp_platform.warehouse.snowflake_publish`).
"""

from collections.abc import Mapping
from datetime import datetime

from cdp_platform.serving.publish import publish
from cdp_platform.warehouse import Connection, Warehouse, duckdb
from cdp_platform.warehouse.connection import Columns


def publish_version(
    warehouse: Warehouse,
    connection: Connection,
    relations: Mapping[str, Columns],
    *,
    name: str,
    as_of: datetime,
    published_at: datetime,
) -> int:
    """`publish` where readers look: in files beside the warehouse, or in a schema of it."""
    if warehouse.settings.is_on_snowflake:
        from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection
        from cdp_platform.warehouse.snowflake_publish import swap_in

        assert isinstance(connection, SnowflakeConnection)
        return swap_in(connection, relations)
    assert isinstance(connection, duckdb.Connection)
    return publish(warehouse.settings, connection, relations, name=name, as_of=as_of, published_at=published_at)
