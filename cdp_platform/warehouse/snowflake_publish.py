"""Publishing on Snowflake: a schema built beside the one that readers see, and the two swapped in one statement.

Here: the statements. Not here: whether a version may be published (`assets.gate`), roles and policies
(`deploy/production`).
"""

from collections.abc import Sequence

from cdp_platform.warehouse.connection import scalar
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection

PUBLISHED = "PUBLISHED"
BESIDE = "PUBLISHED_BESIDE"
"""The next version while it is built; after the swap the one before, until the next is built."""
READERS = "CDP_READER"
"""The role that reads what is published."""


def swap_in(connection: SnowflakeConnection, relations: Sequence[str]) -> int:
    """Publish relations (`schema.table`, whose table names differ) and return their rows in all.

    Readers see the earlier version to the last moment, and never a part of the next.
    """
    connection.native(f"CREATE SCHEMA IF NOT EXISTS {PUBLISHED}")
    connection.native(f"CREATE OR REPLACE TRANSIENT SCHEMA {BESIDE}")
    rows = 0
    for relation in relations:
        table = f"{BESIDE}.{relation.split('.')[1]}".upper()
        connection.native(f"CREATE TRANSIENT TABLE {table} AS SELECT * FROM {relation.upper()}")
        rows += int(scalar(connection, f"SELECT count(*) FROM {table}"))
    connection.native(f"GRANT USAGE ON SCHEMA {BESIDE} TO ROLE {READERS}")
    connection.native(f"GRANT SELECT ON ALL TABLES IN SCHEMA {BESIDE} TO ROLE {READERS}")
    connection.native(f"ALTER SCHEMA {BESIDE} SWAP WITH {PUBLISHED}")
    return rows
