"""What a Snowflake statement answered, as DuckDB would have: tuples, or columns in our types.

Here: rows and Arrow. Not here: running statements (`snowflake_connection`).
"""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

SEMI_STRUCTURED = {5, 9, 10}
"""The connector's type codes of VARIANT, OBJECT and ARRAY, which it hands over as JSON."""


class Answer:
    """The rows of one statement, as tuples or as columns in our types."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in lower case."""
        return [column.name.lower() for column in self._cursor.description]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Every row."""
        return list(self._cursor.fetchall())

    def to_arrow_table(self) -> pa.Table:
        """All rows at once."""
        return self._as_ours(self._cursor.fetch_arrow_all(force_return_table=True, force_microsecond_precision=True))

    def to_arrow_reader(self, batch_size: int = 100_000, /) -> Iterator[pa.RecordBatch]:
        """All rows in batches, of which one is held at a time."""
        for table in self._cursor.fetch_arrow_batches(force_microsecond_precision=True):
            yield from self._as_ours(table).to_batches(max_chunksize=batch_size)

    def _as_ours(self, table: pa.Table) -> pa.Table:
        columns = [
            _column(column, is_json=described.type_code in SEMI_STRUCTURED)
            for column, described in zip(table.columns, self._cursor.description, strict=True)
        ]
        return pa.table(columns, names=self.columns)


def _column(column: pa.ChunkedArray, *, is_json: bool) -> pa.ChunkedArray | pa.Array:
    """Whole numbers in 64 bits, moments in UTC to the microsecond, arrays as lists; another JSON stays text."""
    if is_json:
        texts = [text for text in column.to_pylist() if text is not None]
        if not all(text.startswith("[") for text in texts):
            return pc.cast(column, pa.string())
        return pa.array([None if text is None else json.loads(text) for text in column.to_pylist()])
    if pa.types.is_integer(column.type) or (pa.types.is_decimal(column.type) and column.type.scale == 0):
        return pc.cast(column, pa.int64())
    if pa.types.is_timestamp(column.type):
        return pc.cast(column, pa.timestamp("us", tz=None if column.type.tz is None else "UTC"))
    return column
