"""What a trace is made of: steps from a gold row back to lines of files, each a row of some layer.

Here: their shape, and how a trace reads rows. Not here: which rows (`trace` and its parts).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from cdp_platform.serving.masking import Personal, masked
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.duckdb import Connection, quote

Row = dict[str, Any]
Parameters = Sequence[Any] | Row


@dataclass(frozen=True)
class Step:
    """A row on the way.

    `record` names it within `table`; `why`: how it comes into the trace. `fate`, `file` and `line` are raw's: what
    became of the row, the file it came in and its number there. `at`: when it changed or was delivered.
    """

    layer: str
    table: str
    record: str
    why: str
    fate: str | None = None
    file: str | None = None
    line: int | None = None
    at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Trail:
    """Where a trace reads, what it has found, and what it left out (`notes`).

    `personal`: the columns to mask, None for none. `limit`: rows shown per kind. `asked`: the table it began in.
    """

    connection: Connection
    personal: Personal | None
    limit: int
    asked: str = ""
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    followed: set[str] = field(default_factory=set)

    def shown(self, relation: str, row: Row) -> Row:
        """The row as it may be shown: masked unless nobody asked for that, and without what is empty."""
        safe = row if self.personal is None else masked(relation, row, self.personal)
        return {name: value for name, value in safe.items() if value is not None}

    @cached_property
    def catalog(self) -> Mapping[str, Mapping[str, str]]:
        """The columns and their types of every table and view of the warehouse, by `schema.table`."""
        found: dict[str, dict[str, str]] = {}
        rows = self.connection.execute(
            "SELECT schema_name || '.' || table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE database_name = 'warehouse' ORDER BY schema_name, table_name, column_index"
        ).fetchall()
        for relation, column, type_ in rows:
            found.setdefault(relation, {})[column] = type_
        return found

    def columns(self, relation: str) -> Mapping[str, str]:
        """Column names and types of `schema.table`; empty where there is no such table."""
        return self.catalog.get(relation, {})

    def tables(self, schema: str) -> list[str]:
        """The tables and views of a schema."""
        return [relation.split(".", 1)[1] for relation in self.catalog if relation.startswith(f"{schema}.")]

    def rows(
        self, relation: str, where: str, parameters: Parameters = (), *, order: str, limit: int | None = None
    ) -> list[Row]:
        """Rows of `schema.table` in the warehouse under a condition with bound parameters."""
        schema, table = relation.split(".", 1)
        cut = f" LIMIT {limit}" if limit is not None else ""
        cursor = self.connection.execute(
            f"SELECT * FROM warehouse.{quote(schema)}.{quote(table)} WHERE {where} ORDER BY {order}{cut}", parameters
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def count(self, relation: str, where: str, parameters: Parameters = ()) -> int:
        """How many rows fulfil the condition."""
        schema, table = relation.split(".", 1)
        found = self.connection.execute(
            f"SELECT count(*) FROM warehouse.{quote(schema)}.{quote(table)} WHERE {where}", parameters
        ).fetchall()
        return int(found[0][0])


def record_of(value: Any) -> tuple[Source, Stream, str] | None:
    """The stream and the id that a durable record id `<source>:<object>:<id>` names; None for other values."""
    if not isinstance(value, str) or value.count(":") < 2:
        return None
    system, noun, source_id = value.split(":", 2)
    for source in SOURCES:
        for stream in source.streams:
            if (source.name, stream.object) == (system, noun):
                return source, stream, source_id
    return None
