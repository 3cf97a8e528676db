"""Two warehouses compared as sorted rows, and an id renamed where it may differ.

Left out are the columns of `CLOCKS`: when and in which run something was found out. Everything else must be equal, row
for row, ids included.
"""

from collections.abc import Iterable
from contextlib import closing

import duckdb

from cdp_platform.environment import Settings
from cdp_platform.warehouse.duckdb import Connection, scalar

CLOCKS = {"customer_master.customer_id_history": {"run_id"}}
MASTER = (
    "customer_crosswalk",
    "customer_id_alias",
    "customer_id_history",
    "customer_id_ledger",
    "customer_golden_record",
    "customer_attribute",
    "customer_relationship",
    "customer_duplicate",
    "customer_household",
    "customer_inferred_parent",
    "customer_name",
    "match_edge",
)
RENAMED = ("customer_id", "customer_version_id", "organization_id", "household_id")
ID_TABLES = frozenset({"customer_id_alias", "customer_id_history", "customer_id_ledger"})
"""What the id ledger is made of: gone without it, so not compared then."""


def open_both(one: Settings, other: Settings) -> Connection:
    """A connection that sees the two warehouses as `one` and `other`; neither may be open for writing."""
    connection = duckdb.connect(":memory:")
    connection.execute(
        f"ATTACH '{one.warehouse_file}' AS one (READ_ONLY); ATTACH '{other.warehouse_file}' AS other (READ_ONLY)"
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def compared_tables(connection: Connection, *, without: Iterable[str] = ()) -> list[str]:
    """All of gold and the customer master's results, as `schema.table`."""
    rows = connection.execute(
        "SELECT DISTINCT schema_name, table_name FROM duckdb_tables() WHERE database_name IN ('one', 'other') AND "
        "(schema_name = 'gold' OR schema_name = 'customer_master' AND table_name IN (SELECT unnest(?))) ORDER BY ALL",
        [[table for table in MASTER if table not in set(without)]],
    ).fetchall()
    return [f"{schema}.{table}" for schema, table in rows]


def differences(one: Settings, other: Settings) -> list[str]:
    """What differs, one sentence per table; empty where the two are equal row for row."""
    with closing(open_both(one, other)) as connection:
        tables = compared_tables(connection)
        assert len(tables) > 25, tables
        return [said for table in tables if (said := _difference(connection, table, f"one.{table}", f"other.{table}"))]


def differences_but_for_ids(one: Settings, other: Settings) -> list[str]:
    """As `differences`, where every customer may have another id, as long as it is one for one.

    `other` never had the ledger of `one`: records that were deleted before it began are not known to be anybody, so the
    rows of `one` that are about nobody else are left out.
    """
    with closing(open_both(one, other)) as connection:
        connection.execute(
            "CREATE TABLE renamed AS SELECT DISTINCT a.customer_id AS was, b.customer_id AS id "
            "FROM one.customer_master.customer_crosswalk AS a JOIN other.customer_master.customer_crosswalk AS b "
            "USING (source_record_id)"
        )
        # A version of a customer is named after customer and moment.
        connection.execute(
            "CREATE TABLE renamed_version AS SELECT a.customer_version_id AS was, b.customer_version_id AS id "
            "FROM one.gold.dim_customer AS a JOIN renamed ON renamed.was = a.customer_id "
            "JOIN other.gold.dim_customer AS b ON b.customer_id = renamed.id AND b.valid_from = a.valid_from"
        )
        # A household is named after a customer.
        households = "SELECT 'hh_' || was AS was, 'hh_' || id AS id FROM renamed"
        connection.execute(f"INSERT INTO renamed {households} UNION ALL FROM renamed_version")
        for column in ("was", "id"):
            twice = scalar(connection, f"SELECT count(*) - count(DISTINCT {column}) FROM renamed")
            if twice:
                return [f"{twice} ids are not renamed one for one"]
        connection.execute(
            "CREATE TABLE forgotten AS FROM one.customer_master.customer_id_ledger SELECT source_record_id, "
            "CASE WHEN customer_id NOT IN (SELECT was FROM renamed) THEN customer_id END AS customer_id "
            "WHERE source_record_id NOT IN (SELECT source_record_id FROM one.customer_master.customer_crosswalk)"
        )
        said = []
        for table in compared_tables(connection, without=ID_TABLES):
            connection.execute(f"CREATE OR REPLACE TABLE here AS {_with_new_ids(connection, table)}")
            said.append(_difference(connection, table, "here", f"other.{table}"))
        return [sentence for sentence in said if sentence]


def _with_new_ids(connection: Connection, table: str) -> str:
    columns, joins, known = [], [], []
    for number, (name, type_) in enumerate(_columns(connection, f"one.{table}").items()):
        if name in ("customer_id", "source_record_id"):
            known.append(f"coalesce(t.{name} NOT IN (SELECT {name} FROM forgotten), true)")
        if type_ == "VARCHAR" and name.endswith(RENAMED):
            joins.append(f"LEFT JOIN renamed AS r{number} ON r{number}.was = t.{name}")
            columns.append(f"coalesce(r{number}.id, t.{name}) AS {name}")
        else:
            columns.append(f"t.{name}")
    return f"SELECT {', '.join(columns)} FROM one.{table} AS t {' '.join(joins)} WHERE {' AND '.join(known) or 'true'}"


def _columns(connection: Connection, relation: str) -> dict[str, str]:
    rows = connection.execute(f"DESCRIBE {relation}").fetchall()
    return {row[0]: row[1] for row in rows}


def _difference(connection: Connection, table: str, one: str, other: str) -> str | None:
    columns, others = _columns(connection, one), _columns(connection, other)
    if columns != others:
        return f"{table}: columns differ: {sorted(set(columns.items()) ^ set(others.items()))}"
    names = ", ".join(name for name in columns if name not in CLOCKS.get(table, ()))
    sides = [(f"SELECT {names} FROM {a} EXCEPT ALL SELECT {names} FROM {b}") for a, b in ((one, other), (other, one))]
    counts = [scalar(connection, f"SELECT count(*) FROM ({side})") for side in sides]
    if counts == [0, 0]:
        return None
    samples = [connection.execute(f"SELECT * FROM ({side}) ORDER BY ALL LIMIT 2").fetchall() for side in sides]
    return f"{table}: {counts[0]} rows only here, as {samples[0]}; {counts[1]} rows only there, as {samples[1]}"
