"""The tables that are a source's streams: do they have the declared columns, and how is each of them read?

Every value is read as PostgreSQL's text, which landing casts like that of any file: decimals stay exact, and there is
no value that Arrow could not hold. Here: that comparison, and a column as SQL. Not here: rows (`rows`).
"""

from dataclasses import dataclass

from cdp_platform.pulling.database import Database
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Column, Type
from cdp_platform.warehouse.connection import quote

WHOLE = frozenset({"int2", "int4", "int8"})
NUMBERS = WHOLE | {"numeric", "float4", "float8"}
MOMENTS = frozenset({"timestamptz", "timestamp"})
TAKES = {
    Type.TEXT: frozenset({"uuid", "inet", "cidr"}),
    Type.INTEGER: NUMBERS,
    Type.NUMBER: NUMBERS,
    Type.BOOLEAN: WHOLE | {"bool"},
    Type.TIMESTAMP: MOMENTS,
    Type.DATE: MOMENTS | {"date"},
    Type.JSON: frozenset({"json", "jsonb"}),
}
CATEGORIES = {Type.TEXT: frozenset("SE"), Type.JSON: frozenset("A")}
"""PostgreSQL's kinds of types: strings, enumerations, arrays."""
KINDS = {"v": "a view", "m": "a materialized view", "f": "a foreign table"}
CATALOGUE = """
SELECT lower(c.relname), c.relname, c.relkind::text, has_table_privilege(c.oid, 'SELECT'), a.attname,
    coalesce(b.typname, t.typname), coalesce(b.typcategory, t.typcategory)::text, format_type(a.atttypid, a.atttypmod)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_type AS b ON t.typtype = 'd' AND b.oid = t.typbasetype
WHERE n.nspname = {schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname, a.attnum"""


@dataclass(frozen=True)
class Found:
    """A column of a table: its name, the name and category of its type, and the type as people write it."""

    name: str
    type: str
    category: str
    written: str

    def fits(self, declared: Column) -> bool:
        """What it holds is what was declared."""
        return self.type in TAKES[declared.type] or self.category in CATEGORIES.get(declared.type, ())

    @property
    def text(self) -> str:
        """Its value as text, an array as JSON."""
        return f"to_jsonb({quote(self.name)})::text" if self.category == "A" else f"{quote(self.name)}::text"


@dataclass(frozen=True)
class Table:
    """A table that can be read as its stream: SQL of its name, and its columns by raw name."""

    stream: Stream
    relation: str
    columns: dict[str, Found]
    ignored: tuple[str, ...]

    @property
    def is_told_of_deletes(self) -> bool:
        """It has the column by which the stream says that a row is gone."""
        return (self.stream.delete_column or "").lower() in self.columns


def find_tables(database: Database, source: Source, streams: tuple[Stream, ...]) -> tuple[list[Table], dict[str, str]]:
    """The tables of the streams, and for each stream that has no table as declared a sentence that says why."""
    schema = database.database.schema
    listed: dict[str, list[tuple[str, str, bool, Found]]] = {}
    for key, name, kind, may_read, *column in database.rows(CATALOGUE.format(schema=literal(schema))):
        listed.setdefault(key, []).append((name, kind, may_read, Found(*column)))
    tables, faults = [], {}
    for stream in streams:
        rows = listed.get(stream.table, [])
        exact = [row for row in rows if row[0] == stream.table]
        try:
            tables.append(_table(source, stream, schema, exact or rows))
        except _Unfit as unfit:
            faults[stream.table] = f"{source.name}.{stream.table}: {unfit}"
    return tables, faults


class _Unfit(Exception):
    """The table is not what was declared."""


def _table(source: Source, stream: Stream, schema: str, rows: list[tuple[str, str, bool, Found]]) -> Table:
    declared = f"cdp_platform/sources/{source.name}.py"
    if not rows:
        variable = f"CDP_{source.name.upper()}_POSTGRES"
        raise _Unfit(
            f"no table {schema}.{stream.table}: look at {variable} and {variable}_SCHEMA, or correct {declared}"
        )
    name, kind, may_read, _ = rows[0]
    shown = f"{schema}.{name}"
    if kind in KINDS:
        raise _Unfit(f"{shown} is {KINDS[kind]}, which does not tell what has changed: name the table in {declared}")
    if not may_read:
        raise _Unfit(f"the role may not read {shown}: `grant select on {shown} to` the role")
    columns = {found.name.lower(): found for *_, found in rows}
    wrong = []
    for column in stream.columns:
        found = columns.get(column.raw_name)
        if found is None and not column.optional:
            wrong.append(f"missing column {column.name}")
        elif found is not None and not found.fits(column):
            wrong.append(f"retyped column {column.name}: {found.written}, not {column.type}")
    if wrong:
        said = f"{shown}: {'; '.join(wrong)}"
        raise _Unfit(
            f"{said}; models keep its last good data: give the table its column back, or declare it in {declared}"
        )
    known = {column.raw_name for column in stream.columns}
    return Table(
        stream,
        f"{quote(schema)}.{quote(name)}",
        {key: found for key, found in columns.items() if key in known},
        tuple(found.name for key, found in columns.items() if key not in known),
    )


def literal(text: str) -> str:
    """Text as SQL."""
    return "'" + text.replace("'", "''") + "'"
