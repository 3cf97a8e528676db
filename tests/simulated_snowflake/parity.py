"""Two warehouses, one on DuckDB and one on simulated Snowflake, compared as sorted rows.

Left out are clocks: when something was landed, and in which run, never what it was. Here: the difference, with both
values. Not here: running the job (`test_main_job`).
"""

import json
from contextlib import closing
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cdp_platform.environment import Settings
from cdp_platform.landing.tables import LEDGERS
from cdp_platform.warehouse import open_warehouse, shapes
from cdp_platform.warehouse.connection import Connection
from cdp_platform.warehouse.duckdb import Connection as DuckDB
from cdp_platform.warehouse.duckdb import open_for_reading, scratch

LAYERS = ("staging", "domain", "customer_master", "gold")
CLOCKS: dict[str, frozenset[str]] = {
    "customer_master.customer_id_history": frozenset({"run_id"}),
    "customer_master.identity_run": frozenset({"run_id", "resolved_at"}),
}
EVERYWHERE = frozenset({"extracted_at"})
"""The moment of landing, which staging hands on."""
Columns = dict[str, str]
"""Names and types, as DuckDB spells them."""


def differences(on_duckdb: Settings, on_snowflake: Settings, *, only: str | None = None) -> list[str]:
    """What differs, a sentence per relation: the relation, the column, and both values of the first row that does.

    `only`: one relation, by default all.
    """
    with (
        closing(open_for_reading(on_duckdb.warehouse_file)) as one,
        open_warehouse(on_snowflake).writing("comparing") as other,
        scratch() as memory,
    ):
        here, there = _relations(one, only), _relations(other, only)
        said = [f"{name}: on one engine only" for name in sorted(here.keys() ^ there.keys())]
        both = {name: (here[name], there[name]) for name in sorted(here.keys() & there.keys())}
        said += [found for name, columns in both.items() if (found := _difference(name, columns, one, other, memory))]
        return said if only else said + _counts(one, other)


def _relations(connection: Connection, only: str | None) -> dict[str, Columns]:
    """What is compared: the relations of the layers, and their columns but for clocks."""
    known = shapes(connection).items()
    found = {name: columns for name, columns in known if name.split(".")[0] in LAYERS and only in (None, name)}
    for name, columns in found.items():
        for clock in CLOCKS.get(name, frozenset()) | EVERYWHERE:
            columns.pop(clock, None)
    return found


def _counts(one: Connection, other: Connection) -> list[str]:
    """Of what is about the installation itself only the number of rows is the same."""
    found = []
    for table in sorted(name for name in LEDGERS if name.startswith(("ops.", "quarantine."))):
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for connection in (one, other)]
        found += [f"{table}: {counts[0]} rows on DuckDB, {counts[1]} on Snowflake"] if counts[0] != counts[1] else []
    return found


def _difference(
    name: str, known: tuple[Columns, Columns], one: Connection, other: Connection, memory: DuckDB
) -> str | None:
    columns = list(known[0])
    if missing := known[0].keys() ^ known[1].keys():
        return f"{name}: columns on one engine only: {', '.join(sorted(missing))}"
    asked = f"SELECT {', '.join(columns)} FROM {name}"
    rows = [connection.sql(asked).to_arrow_table() for connection in (one, other)]
    json_columns = {column for column, type_ in known[0].items() if type_ == "JSON" or type_.endswith("[]")}
    sides = [_comparable(table, rows[0].schema, json_columns) for table in rows]
    if sides[0].equals(sides[1]):
        return None
    for side, table in zip(("here", "there"), sides, strict=True):
        memory.register(side, table)
    here, there = (
        memory.execute(f"SELECT * FROM {a} EXCEPT ALL SELECT * FROM {b} ORDER BY ALL").fetchall()
        for a, b in (("here", "there"), ("there", "here"))
    )
    if not here and not there:
        return None
    return f"{name}: {len(here)} rows only on DuckDB, {len(there)} only on Snowflake; {_first(columns, here, there)}"


def _comparable(table: pa.Table, like: pa.Schema, json_columns: set[str]) -> pa.Table:
    """In the types of the first side: a number's width is the engine's, its value is not, nor is JSON's meaning."""
    columns = []
    for field, column in zip(like, table.columns, strict=True):
        type_ = field.type
        if pa.types.is_integer(type_):
            type_ = pa.int64()
        if field.name in json_columns:
            columns.append(pa.array(map(_plain, column.to_pylist()), pa.string()))
        else:
            columns.append(pc.cast(column, type_, safe=True))
    return pa.table(columns, names=like.names)


def _plain(value: Any) -> str | None:
    """JSON in one spelling, whether it comes as text or taken apart."""
    return None if value is None else json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True)


def _first(columns: list[str], here: list[tuple[Any, ...]], there: list[tuple[Any, ...]]) -> str:
    """Both values of each column in which the first row differs from the other side's most similar one."""
    if not here or not there:
        return f"such as {dict(zip(columns, (here or there)[0], strict=True))}"
    row = here[0]
    nearest = max(there, key=lambda other: sum(a == b for a, b in zip(row, other, strict=True)))
    pairs = [(name, a, b) for name, a, b in zip(columns, row, nearest, strict=True) if a != b]
    return "; ".join(f"{name}: {_said(a)} on DuckDB, {_said(b)} on Snowflake" for name, a, b in pairs)


def _said(value: Any) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)
