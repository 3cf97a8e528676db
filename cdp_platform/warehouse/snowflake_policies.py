"""Who sees what on Snowflake: a mask on every column with personal data, and rows of customers by territory.

Here: the policies, on which columns and tables they are set, and where one lacks. Not here: which columns hold personal
data (their classification, as on DuckDB), tags (`snowflake_tags`), or when the statements are run
(`snowflake_publish`). Policies need Snowflake's Enterprise Edition.
"""

from collections.abc import Iterator, Mapping

from cdp_platform.warehouse.catalogue import DUCKDB_TYPE
from cdp_platform.warehouse.connection import Columns, EngineFailed
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection

POLICIES = "POLICIES"
"""The schema of policies, tags, and of what the policies look up; readers need no privilege on it."""
RESTRICTED = "CDP_READER_RESTRICTED"
"""The role that sees personal data; it reads as CDP_READER otherwise."""
TERRITORY = f"{POLICIES}.TERRITORY"
"""Whom the account's administrator limits: `role_name`, and a `country` (as in DIM_CUSTOMER) that it sees, or `*`."""
ROWS = f"{POLICIES}.CUSTOMERS_OF_TERRITORY"
"""The row access policy; its argument is a customer's id."""
_COUNTRY = f"{POLICIES}.CUSTOMER_COUNTRY"
_BY = "customer_id"
_SHOWN = {"TEXT": ("VARCHAR", "CASE WHEN value IS NOT NULL THEN '***' END"), "DATE": ("DATE", "NULL::DATE")}
"""Snowflake's word for a type to the policy's argument, and what other roles see."""
_SNOWFLAKE = {known: word for word, known in DUCKDB_TYPE.items()}


class NotProtected(EngineFailed):
    """A published column or table lacks its policy, or there is none for its type; nothing is published."""


def policy_statements() -> list[str]:
    """The policies and what they look up, made where they lack and brought up to date where they are."""
    statements = [
        f"CREATE SCHEMA IF NOT EXISTS {POLICIES}",
        f"CREATE TABLE IF NOT EXISTS {TERRITORY} (role_name VARCHAR NOT NULL, country VARCHAR NOT NULL)",
        f"CREATE TABLE IF NOT EXISTS {_COUNTRY} (customer_id VARCHAR, country VARCHAR)",
    ]
    for argument, hidden in _SHOWN.values():
        body = f"CASE WHEN IS_ROLE_IN_SESSION('{RESTRICTED}') THEN value ELSE {hidden} END"
        statements += _policy("MASKING", _mask(argument), f"(value {argument}) RETURNS {argument}", body)
    is_own = "IS_ROLE_IN_SESSION(territory.role_name)"
    body = (
        f"NOT EXISTS (SELECT 1 FROM {TERRITORY} AS territory WHERE {is_own}) "
        f"OR EXISTS (SELECT 1 FROM {TERRITORY} AS territory WHERE territory.country = '*' AND {is_own}) "
        f"OR EXISTS (SELECT 1 FROM {_COUNTRY} AS customer INNER JOIN {TERRITORY} AS territory "
        f"ON territory.country = customer.country WHERE customer.customer_id = of_customer AND {is_own})"
    )
    return statements + _policy("ROW ACCESS", ROWS, "(of_customer VARCHAR) RETURNS BOOLEAN", body)


def protecting_statements(schema: str, relations: Mapping[str, Columns]) -> list[str]:
    """What sets the policies on the tables of `schema`. `relations`: as they are published. Raises NotProtected."""
    statements = []
    for relation, columns in relations.items():
        table = table_of(schema, relation)
        if masked := [f"COLUMN {name} SET MASKING POLICY {mask}" for name, mask in _masks(relation, columns)]:
            statements.append(f"ALTER TABLE {table} MODIFY {', '.join(masked)}")
        if _BY in columns:
            statements.append(f"ALTER TABLE {table} ADD ROW ACCESS POLICY {ROWS} ON ({_BY.upper()})")
    return statements


def country_statement(customers: str) -> str:
    """What tells the row access policy where a customer is now; `customers`: the table DIM_CUSTOMER."""
    return f"CREATE OR REPLACE TABLE {_COUNTRY} AS SELECT customer_id, country FROM {customers} WHERE is_current"


def check_coverage(connection: SnowflakeConnection, schema: str, relations: Mapping[str, Columns]) -> None:
    """Ask the account where in `schema` the policies are. Raises NotProtected, naming those that lack theirs."""
    found: set[tuple[str, str | None]] = set()
    for policy in (*(_mask(argument) for argument, _ in _SHOWN.values()), ROWS):
        rows = connection.native(
            "SELECT ref_schema_name, ref_entity_name, ref_column_name, policy_status "
            f"FROM TABLE(INFORMATION_SCHEMA.POLICY_REFERENCES(POLICY_NAME => '{policy}'))"
        ).fetchall()
        found |= {(table, column) for held, table, column, status in rows if (held, status) == (schema, "ACTIVE")}
    wanted: set[tuple[str, str | None]] = set()
    for relation, columns in relations.items():
        table = table_of(schema, relation).split(".")[1]
        wanted |= {(table, name) for name, _ in _masks(relation, columns)}
        wanted |= {(table, None)} if _BY in columns else set()
    if bare := sorted(".".join(filter(None, place)) for place in wanted - found):
        raise NotProtected(
            f"no policy on {len(bare)} columns with personal data or tables of customers, so nothing is published: "
            f"{', '.join(bare[:10])}; did somebody unset it or replace a table of {schema}? Run: cdp refresh"
        )


def table_of(schema: str, relation: str) -> str:
    """Where a relation (`schema.table`) is published."""
    return f"{schema}.{relation.split('.')[1]}".upper()


def _masks(relation: str, columns: Columns) -> Iterator[tuple[str, str]]:
    """Columns with personal data, and their masks."""
    for name, column in columns.items():
        if not column.is_personal:
            continue
        word = _SNOWFLAKE.get(column.type, column.type)
        if word not in _SHOWN:
            raise NotProtected(
                f"{relation}.{name} holds personal data as {column.type}, for which there is no mask: "
                "publish it as text or as a date, or add its type to cdp_platform/warehouse/snowflake_policies.py"
            )
        yield name.upper(), _mask(_SHOWN[word][0])


def _policy(kind: str, name: str, signature: str, body: str) -> list[str]:
    return [
        f"CREATE {kind} POLICY IF NOT EXISTS {name} AS {signature} -> {body}",
        f"ALTER {kind} POLICY {name} SET BODY -> {body}",
    ]


def _mask(argument: str) -> str:
    return f"{POLICIES}.MASK_{argument}"
