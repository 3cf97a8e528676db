"""One small source whose streams are tables, and the database that has them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import polars as pl
from adbc_driver_postgresql import dbapi

from cdp_platform.pulling.pull import pull
from cdp_platform.pulling.sync import Pulled
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.columns import business_day, cursor, day, flag, integer, key, money, number, text, time
from cdp_platform.sources.columns import json as json_column
from cdp_platform.sources.contract import Deletes, Type
from tests.landing.shop import Home

PG_TYPE = {
    Type.TEXT: "text",
    Type.INTEGER: "bigint",
    Type.NUMBER: "numeric",
    Type.BOOLEAN: "boolean",
    Type.TIMESTAMP: "timestamptz",
    Type.DATE: "date",
    Type.JSON: "jsonb",
}
ITEMS = Stream(
    name="items",
    object="item",
    description="A row with a column of every type, soft-deleted.",
    key=("id",),
    cursor="updated_at",
    deletes=Deletes.TOMBSTONE,
    delete_column="deleted_at",
    columns=(
        key("id", "Key."),
        text("name", "Text."),
        integer("version", "Whole number: which write this is."),
        number("share", "Number."),
        money("amount", "Money."),
        flag("is_big", "True or false."),
        day("seen_on", "A date."),
        business_day("booked_on", "A date that must be right."),
        json_column("details", "Object or array."),
        cursor("updated_at"),
        time("deleted_at", "When it was deleted.", optional=True),
    ),
)
LINES = Stream(
    name="lines",
    object="line",
    description="A row with a key of two columns, marked when it is deleted.",
    key=("item", "position"),
    cursor="updated_at",
    deletes=Deletes.FLAG,
    delete_column="is_deleted",
    columns=(
        key("item", "Key, first part."),
        key("position", "Key, second part.", Type.INTEGER),
        integer("version", "Which write this is."),
        integer("pieces", "How many.", required=True),
        flag("is_deleted", "Is gone."),
        cursor("updated_at"),
    ),
)
STAFF = Stream(
    name="staff",
    object="member",
    description="A full list.",
    key=("id",),
    cursor="updated_at",
    deletes=Deletes.ABSENCE,
    columns=(key("id", "Key.", Type.INTEGER), text("name", "Name."), cursor("updated_at")),
)
SHELF = Source("shelf", "A product's database.", "team:test", (ITEMS, LINES, STAFF))
NOW = "date_trunc('milliseconds', clock_timestamp())"


class Shelf:
    """An installation that reads a schema of its own of the tests' server."""

    def __init__(self, home: Home, address: str, schema: str) -> None:
        self.home, self.address, self.schema = home, address, schema
        self._connection = dbapi.connect(address, autocommit=True)
        self.run(f"SET search_path = {schema}, public", f"CREATE SCHEMA {schema}")
        for stream in home.source.streams:
            self.create(stream)

    def create(self, stream: Stream, **types: str) -> None:
        """The stream's table, with other types for some columns."""
        written = {c.name: types.get(c.name, PG_TYPE[c.type]) for c in stream.columns}
        columns = ", ".join(f"{name} {type_}" for name, type_ in written.items())
        self.run(f"CREATE TABLE {stream.name} ({columns}, PRIMARY KEY ({', '.join(stream.key)}))")

    def fill(self, stream: Stream, rows: pl.DataFrame) -> None:
        """Rows for the stream's table, whatever types they have."""
        with self._connection.cursor() as cursor:
            texts = rows.select(pl.col(c.name).cast(pl.String) for c in stream.columns if c.name in rows.columns)
            cursor.adbc_ingest("delivered", texts.to_arrow(), temporary=True)
            listed = ", ".join(texts.columns)
            typed = ", ".join(f"{name}::{PG_TYPE[stream.column(name).type]}" for name in texts.columns)
            cursor.execute(f"INSERT INTO {stream.name} ({listed}) SELECT {typed} FROM delivered")
            cursor.execute("DROP TABLE delivered")

    @contextmanager
    def session(self) -> Iterator["Session"]:
        """A session in which nothing is committed before it says so."""
        with closing(dbapi.connect(self.address, autocommit=True)) as connection:
            session = Session(connection)
            session.run(f"SET search_path = {self.schema}, public")
            yield session

    def run(self, *statements: str) -> None:
        """Statements, each committed at once."""
        Session(self._connection).run(*statements)

    def close(self) -> None:
        """No more statements."""
        self._connection.close()

    def put_item(self, id: str, at: str = NOW, **values: Any) -> str:
        """SQL that writes an item, new or changed."""
        columns = {"id": f"'{id}'", "updated_at": at} | values
        changed = ", ".join(f"{name} = excluded.{name}" for name in columns)
        listed, said = ", ".join(columns), ", ".join(map(str, columns.values()))
        return f"INSERT INTO items ({listed}) VALUES ({said}) ON CONFLICT (id) DO UPDATE SET {changed}"

    def pull(self, *streams: Stream, **how: bool) -> Pulled:
        """One sync."""
        chosen = streams or self.home.source.streams
        return pull(self.home.warehouse, self.home.source, chosen, say=self.home.said.append, **how)

    def sync(self, *streams: Stream, **how: bool) -> Pulled:
        """One sync, landed."""
        done = self.pull(*streams, **how)
        self.home.land()
        return done

    def current(self, stream: Stream) -> list[tuple[Any, ...]]:
        """The declared columns of the rows that raw takes for current, as text."""
        from cdp_platform.landing.current import fate_sql

        columns = ", ".join(f"CAST({c.raw_name} AS VARCHAR)" for c in stream.columns)
        return sorted(
            self.home.ask(f"SELECT {columns} FROM ({fate_sql(self.home.source, stream)}) WHERE fate = 'current'"),
            key=str,
        )

    def table(self, stream: Stream) -> list[tuple[Any, ...]]:
        """The rows of the table that are not marked as deleted, as raw would spell them."""
        typed = {Type.NUMBER: "::float8::text", Type.TIMESTAMP: "::text", Type.JSON: "::text"}
        gone = {
            Deletes.TOMBSTONE: f"{stream.delete_column} IS NULL",
            Deletes.FLAG: f"{stream.delete_column} IS NOT TRUE",
        }
        columns = ", ".join(f"{c.name}{typed.get(c.type, '::text')}" for c in stream.columns)
        self.run("SET TimeZone = 'UTC'")
        rows = f"SELECT {columns} FROM {stream.name} WHERE {gone.get(stream.deletes, 'true')}"
        return sorted(Session(self._connection).ask(rows), key=str)

    def landed(self, stream: Stream) -> list[str]:
        """The names of the landing zone's files of a stream, unfinished ones included."""
        folder = self.home.settings.landing / self.home.source.name / stream.name
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def delivered(self, stream: Stream, column: str = "id") -> list[Any]:
        """A column of every row that is in the landing zone, in order."""
        folder = self.home.settings.landing / self.home.source.name / stream.name
        files = [pl.read_parquet(path)[column].to_list() for path in folder.glob("*.parquet")]
        return sorted(value for values in files for value in values)


class Session:
    """A connection that is asked in sentences."""

    def __init__(self, connection: dbapi.Connection) -> None:
        self._connection = connection

    def run(self, *statements: str) -> None:
        """Statements without an answer."""
        for statement in statements:
            with self._connection.cursor() as cursor:
                cursor.execute(statement)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]
