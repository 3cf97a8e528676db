"""What is made of a statement before fakesnow runs it: what it cannot do is left out, or done in another way.

Here: one function, text in and texts out. Not here: the server (`server`).
"""

import re
from typing import Any

from tests.simulated_snowflake.policies import forget_schema, policies_answer, swap_schemas

LEADING = re.compile(r"(?s)\A(\s+|--[^\n]*\n|/\*.*?\*/)+")
WITHOUT_EFFECT = re.compile(
    r"(?is)\A(grant|revoke|create\s+(or\s+replace\s+)?(role|warehouse|masking\s+policy|row\s+access\s+policy|tag)\b"
    r"|use\s+(warehouse|role)|alter\s+warehouse|alter\s+session|alter\s+(masking|row\s+access)\s+policy"
    r"|alter\s+(table|view)\s+\S+\s+alter\b.*\bcomment"
    r"|alter\s+table\s+\S+\s+(cluster\s+by|resume\s+recluster)\b"
    r"|comment\s+on)"
)
DONE = "select 'Statement executed successfully.' as status"
GRANTS = ", ".join(
    f'null::varchar as "{name}"'
    for name in ("created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name", "grant_option")
)
TEMPORARY = re.compile(
    r"(?i)\A(create\s+(?:or\s+replace\s+)?)(?:local\s+|global\s+)?(?:temp(?:orary)?|transient)\s+(table|view)\b"
)
COMMENT = re.compile(r"(?is)(\"[^\"]+\"|\b\w+)\s+comment\s+\$\$.*?\$\$")


CLONE = re.compile(r"(?is)\A(create\s+.*?\btable\s+\S+)\s+clone\s+(\S+)\s*\Z")
SWAP = re.compile(r"(?i)\Aalter\s+schema\s+(\w+)\s+swap\s+with\s+(\w+)\s*\Z")
TRANSIENT_SCHEMA = re.compile(r"(?i)\Acreate\s+or\s+replace\s+transient\s+schema\s+(\w+)")


def rewritten(sql: str, connection: Any) -> list[str]:
    """The statements to run instead, the last of which answers."""
    sql = LEADING.sub("", sql)
    if WITHOUT_EFFECT.match(sql):
        return [DONE]
    if answer := policies_answer(sql):
        return [answer]
    if re.match(r"(?i)show\s+grants\s+on\b", sql):
        return [f"select {GRANTS} where 1 = 0"]
    if swap := SWAP.match(sql):
        swap_schemas(*swap.groups())
        return [*_swapped(*swap.groups(), connection), DONE]
    if re.match(r"(?i)create\b", sql):
        # DuckDB keeps what is temporary in a catalogue of its own, under no schema of ours
        if schema := TRANSIENT_SCHEMA.match(sql):
            forget_schema(schema[1])
            return [f"drop schema if exists {schema[1]}", f"create schema {schema[1]}"]
        sql = CLONE.sub(r"\1 as select * from \2", sql)
        return [COMMENT.sub(r"\1", TEMPORARY.sub(r"\1\2", sql))]
    return [sql]


def _swapped(one: str, other: str, connection: Any) -> list[str]:
    """DuckDB renames no schema: the tables change places by way of a third."""
    moves = [(one, "SWAPPED"), (other, one), ("SWAPPED", other)]
    held = {schema: _tables(schema, connection) for schema in (one, other)}
    held["SWAPPED"] = held[one]
    statements = ["create schema SWAPPED"]
    for origin, to in moves:
        statements += [f"drop schema if exists {to}", f"create schema {to}"] if to != "SWAPPED" else []
        statements += [f"create table {to}.{table} as select * from {origin}.{table}" for table in held[origin]]
    return [*statements, "drop schema SWAPPED"]


def _tables(schema: str, connection: Any) -> list[str]:
    rows = connection._duck_conn.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = upper(?) ORDER BY 1", [schema]
    ).fetchall()
    return [name for (name,) in rows]
