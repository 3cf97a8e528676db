"""Snowflake, simulated: fakesnow's server, bent where real dbt-snowflake and the real connector would stumble.

Run as a process: `python -m tests.simulated_snowflake.server LOG`; it prints its port, and writes every statement that
it is asked to LOG, one JSON text per line. DuckDB does the work, so what it accepts proves nothing of Snowflake's
grammar (that is the dialect lint's), nor of its speed, transactions, privileges or policies.
"""

import gc
import json
import socket
import sys
from pathlib import Path
from typing import Any, ClassVar

import fakesnow.arrow
import fakesnow.conn
import fakesnow.cursor
import fakesnow.server
import pyarrow as pa
import pyarrow.compute as pc
import uvicorn
from fakesnow import transforms
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.dialect import parse_one
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from cdp_platform.cli import COLLECT_SELDOM
from tests.simulated_snowflake import refusing
from tests.simulated_snowflake.rewriting import DONE, WITHOUT_EFFECT, rewritten

MACROS = "CREATE OR REPLACE MACRO {database}.to_timestamp_tz(seconds) AS to_timestamp(seconds);"
"""Functions that DuckDB has under another name."""
_macros = fakesnow.conn.macros.creation_sql
CACHED = (exp.Create, exp.Delete, exp.Insert, exp.Select, exp.SetOperation, exp.Update)
TOLD = {pa.bool_(): "BOOLEAN", pa.date32(): "DATE", pa.float64(): "DOUBLE", pa.int32(): "INTEGER", pa.int64(): "BIGINT"}
"""Arrow's types that can have come from one of DuckDB's only."""
WRITES = (exp.Commit, exp.Create, exp.Delete, exp.Drop, exp.Insert, exp.Transaction, exp.Update)
"""What is answered by words and numbers."""
_to_struct = fakesnow.arrow.timestamp_to_sf_struct


class Cursor(FakeSnowflakeCursor):
    """Runs what `rewriting` made of a statement, and answers a MERGE with its count."""

    log: Path
    known: ClassVar[dict[tuple[str, int], exp.Expr]] = {}
    """What fakesnow made of a text, and of which part of it, for it walks each tree some sixty times."""
    parsed: ClassVar[dict[str, exp.Expr]] = {}
    """What the server parsed to see the kind of a statement, until the cursor takes it."""

    def execute(self, command: str, *arguments: Any, **options: Any) -> FakeSnowflakeCursor:
        if options.get("server"):
            with self.log.open("a") as file:
                file.write(json.dumps(command) + "\n")
            if (fault := refusing.planted()) and fault["statement"] in command:
                raise ProgrammingError(fault["message"], errno=fault["number"], sqlstate="XX000")
        for statement in rewritten(command, self._conn):
            self._text, self._part = statement, 0
            super().execute(statement, *arguments, **options)
        if isinstance(self._last_transformed, exp.Merge):  # the server describes the last statement: not this one
            assert self._arrow_table is not None
            [count] = self._arrow_table.column(0).to_pylist()
            super().execute(f'select {count} as "number of rows inserted"')
            self._rowcount = count
        return self

    def _transform(self, expression: exp.Expr, params: Any) -> exp.Expr:
        key = (self._text, self._part)
        self._part += 1
        if key not in self.known:
            made = super()._transform(expression, params)
            if not isinstance(made, CACHED):
                return made
            self.known[key] = made
        return self.known[key]

    @classmethod
    def tree(cls, text: str) -> exp.Expr:
        """A statement, parsed once for the server and the cursor, and not at all where it came before as it is."""
        if (text, 0) in cls.known and (text, 1) not in cls.known:
            return cls.known[text, 0]
        taken = cls.parsed.pop(text, None)
        return taken if taken is not None else parse_one(DONE if WITHOUT_EFFECT.match(text) else text)

    @classmethod
    def kind(cls, text: str) -> exp.Expr:
        """The same for the server, who hands it on."""
        tree = cls.tree(text)
        cls.parsed = {text: tree}
        return tree

    def _describe_last_sql(self) -> list:
        """As fakesnow does, without parsing once more what it has generated itself, or asking where Arrow tells."""
        assert self._arrow_table is not None
        schema, told = self._arrow_table.schema, dict(TOLD)
        if isinstance(self._last_transformed, WRITES):
            told[pa.string()] = "VARCHAR"
        if all(field.type in told for field in schema):
            return [(field.name, told[field.type], "YES", None, None, None) for field in schema]
        return self._duck_conn.execute(f"DESCRIBE {self._last_sql}", self._last_params).fetchall()


def struct_with_nulls(moments: pa.Array | pa.ChunkedArray) -> pa.StructArray:
    """fakesnow's, but a moment that is null stays null instead of becoming 1970."""
    moments = moments.combine_chunks() if isinstance(moments, pa.ChunkedArray) else moments
    filled = _to_struct(pc.fill_null(moments, pa.scalar(0, pa.int64()).cast(moments.type)))
    parts = [filled.field(number) for number in range(filled.type.num_fields)]
    return pa.StructArray.from_arrays(parts, fields=list(filled.type), mask=pc.is_null(moments))


def serve(log: Path) -> None:
    """Until the process is ended."""
    Cursor.log, refusing.faults = log, log.with_name("fault.json")
    fakesnow.conn.FakeSnowflakeCursor = Cursor
    fakesnow.server.FakeSnowflakeCursor = Cursor
    fakesnow.cursor.parse_one, fakesnow.server.parse_one = Cursor.tree, Cursor.kind
    fakesnow.server.gcs_stage_info = lambda request, tree, data: data["stageInfo"]  # by the file system, not by HTTP
    fakesnow.server.shared_fs.duck_conn.execute("SET threads = 1")  # for small data: none waits for the other
    gc.set_threshold(*COLLECT_SELDOM)
    fakesnow.arrow.timestamp_to_sf_struct = struct_with_nulls
    transforms.merge = lambda expression: [expression]  # DuckDB has one of its own
    transforms.numeric_agg_implicit_cast = lambda expression: expression  # it would sum money as doubles
    fakesnow.conn.macros.creation_sql = lambda database: _macros(database) + MACROS.format(database=database)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)  # noqa: T201
    uvicorn.Server(uvicorn.Config(refusing.app, log_level="warning", lifespan="off")).run(sockets=[listening])


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
