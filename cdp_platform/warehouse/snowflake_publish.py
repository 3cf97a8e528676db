"""Publishing on Snowflake: a schema built beside the one that readers see, and the two swapped in one statement.

Here: the statements, in their order. Not here: whether a version may be published (`assets.gate`), who sees what
(`snowflake_policies`), or tags (`snowflake_tags`).
"""

from collections.abc import Mapping

from cdp_platform.warehouse.connection import Columns, scalar
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection
from cdp_platform.warehouse.snowflake_policies import (
    check_coverage,
    country_statement,
    policy_statements,
    protecting_statements,
    table_of,
)
from cdp_platform.warehouse.snowflake_tags import tag_statements, tagging_statements

PUBLISHED = "PUBLISHED"
BESIDE = "PUBLISHED_BESIDE"
"""The next version while it is built; after the swap the one before, until the next is built."""
CUSTOMERS = "gold.dim_customer"
READERS = "CDP_READER"
"""The role that reads what is published, personal data masked."""


def swap_in(connection: SnowflakeConnection, relations: Mapping[str, Columns]) -> int:
    """Publish relations (`schema.table`, whose table names differ, to columns) and return their rows in all.

    Readers see the earlier version to the last moment, and never a part of the next, or one without its policies.
    Raises NotProtected.
    """
    connection.native(f"CREATE SCHEMA IF NOT EXISTS {PUBLISHED}")
    connection.native(f"CREATE OR REPLACE TRANSIENT SCHEMA {BESIDE}")
    rows = 0
    for relation in relations:
        table = table_of(BESIDE, relation)
        connection.native(f"CREATE TRANSIENT TABLE {table} CLONE {relation.upper()}")
        rows += int(scalar(connection, f"SELECT count(*) FROM {table}"))
    for statement in (
        *(*policy_statements(), *tag_statements()),
        *(*protecting_statements(BESIDE, relations), *tagging_statements(BESIDE, relations)),
    ):
        connection.native(statement)
    check_coverage(connection, BESIDE, relations)
    if CUSTOMERS in relations:
        connection.native(country_statement(CUSTOMERS.upper()))
    connection.native(f"GRANT USAGE ON SCHEMA {BESIDE} TO ROLE {READERS}")
    connection.native(f"GRANT SELECT ON ALL TABLES IN SCHEMA {BESIDE} TO ROLE {READERS}")
    connection.native(f"ALTER SCHEMA {BESIDE} SWAP WITH {PUBLISHED}")
    return rows
