"""Personal data on Snowflake: a masking policy on every column that holds some, for all but one role.

Here: the statements, and which columns lack a policy. Not here: which columns hold personal data (their classification,
as on DuckDB), or when they are run (`snowflake_publish`). Masking policies need Snowflake's Enterprise Edition.
"""

from collections.abc import Iterable, Mapping

from cdp_platform.warehouse.catalogue import DUCKDB_TYPE
from cdp_platform.warehouse.connection import Columns, EngineFailed
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection

POLICIES = "POLICIES"
"""The schema of the policies; nobody but the platform's role needs to use it."""
RESTRICTED = "CDP_READER_RESTRICTED"
"""The role that sees personal data; it reads as CDP_READER otherwise."""
_SHOWN = {"TEXT": ("VARCHAR", "CASE WHEN value IS NOT NULL THEN '***' END"), "DATE": ("DATE", "NULL::DATE")}
"""Snowflake's word for a type to the policy's argument, and what other roles see."""
_SNOWFLAKE = {known: word for word, known in DUCKDB_TYPE.items()}


class NotMasked(EngineFailed):
    """A column with personal data has no masking policy, or there is none for its type; nothing is published."""


def policy_statements() -> list[str]:
    """The policies, made where they lack and brought up to date where they are."""
    statements = [f"CREATE SCHEMA IF NOT EXISTS {POLICIES}"]
    for argument, hidden in _SHOWN.values():
        name = _policy(argument)
        body = f"CASE WHEN IS_ROLE_IN_SESSION('{RESTRICTED}') THEN value ELSE {hidden} END"
        statements += [
            f"CREATE MASKING POLICY IF NOT EXISTS {name} AS (value {argument}) RETURNS {argument} -> {body}",
            f"ALTER MASKING POLICY {name} SET BODY -> {body}",
        ]
    return statements


def masking_statements(schema: str, relations: Mapping[str, Columns]) -> list[str]:
    """One per table of `schema` that holds personal data. `relations`: as they are published. Raises NotMasked."""
    statements = []
    for relation, columns in relations.items():
        masked = []
        for column, type_ in _personal(columns):
            word = _SNOWFLAKE.get(type_, type_)
            if word not in _SHOWN:
                raise NotMasked(
                    f"{relation}.{column} holds personal data as {type_}, for which there is no mask: "
                    "publish it as text or as a date, or add its type to cdp_platform/warehouse/snowflake_policies.py"
                )
            masked.append(f"COLUMN {column.upper()} SET MASKING POLICY {_policy(_SHOWN[word][0])}")
        if masked:
            statements.append(f"ALTER TABLE {_table(schema, relation)} MODIFY {', '.join(masked)}")
    return statements


def check_coverage(connection: SnowflakeConnection, schema: str, relations: Mapping[str, Columns]) -> None:
    """Ask the account which columns of `schema` have a policy. Raises NotMasked, naming those that lack theirs."""
    found: set[tuple[str, str]] = set()
    for argument, _ in _SHOWN.values():
        rows = connection.native(
            "SELECT ref_schema_name, ref_entity_name, ref_column_name, policy_status "
            f"FROM TABLE(INFORMATION_SCHEMA.POLICY_REFERENCES(POLICY_NAME => '{_policy(argument)}'))"
        ).fetchall()
        found |= {(table, column) for held, table, column, status in rows if (held, status) == (schema, "ACTIVE")}
    wanted = {
        (_table(schema, relation).split(".")[1], column.upper())
        for relation, columns in relations.items()
        for column, _ in _personal(columns)
    }
    if bare := sorted(".".join(column) for column in wanted - found):
        raise NotMasked(
            f"no masking policy on {len(bare)} columns with personal data, so nothing is published: "
            f"{', '.join(bare[:10])}; did somebody unset it or replace a table of {schema}? Run: cdp refresh"
        )


def _personal(columns: Columns) -> Iterable[tuple[str, str]]:
    return ((name, type_) for name, (type_, is_personal) in columns.items() if is_personal)


def _policy(argument: str) -> str:
    return f"{POLICIES}.MASK_{argument}"


def _table(schema: str, relation: str) -> str:
    return f"{schema}.{relation.split('.')[1]}".upper()
