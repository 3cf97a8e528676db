"""Parquet: columns with types of their own, which are kept until `typed` turns them into the declared ones.

Here: batches, and rows with text that nobody can store. Not here: what the values mean.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cdp_platform.landing.chunk import CHUNK_ROWS, Chunk, Unreadable, column_names

NUL = "contains a NUL character"


def read_parquet(path: Path, declared: Iterable[str] | None) -> Iterator[Chunk]:
    """The rows of a file; `row_number` counts them from 1. Raises UnreadableFile and pyarrow's own errors."""
    start = 1
    with pq.ParquetFile(path) as parquet:
        names = column_names(parquet.schema_arrow.names, declared)
        for batch in parquet.iter_batches(batch_size=CHUNK_ROWS):
            table = pa.table([_plain(column) for column in batch.columns], names=names)
            table.validate(full=True)
            numbers = pa.array(range(start, start + table.num_rows), pa.int64())
            start += table.num_rows
            yield _without_nul(Chunk(table, numbers))


def _plain(column: pa.Array) -> pa.Array:
    """The same values in a type that the engine can read."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_float16(column.type):
        return column.cast(pa.float64())
    if pa.types.is_decimal256(column.type) or pa.types.is_string_view(column.type):
        return column.cast(pa.string())
    return column


def is_text(type_: pa.DataType) -> bool:
    """The type is one of those that hold UTF-8 text."""
    return pa.types.is_string(type_) or pa.types.is_large_string(type_)


def _without_nul(chunk: Chunk) -> Chunk:
    found = None
    for name in chunk.table.column_names:
        if is_text(chunk.table.schema.field(name).type):
            mask = pc.fill_null(pc.match_substring(chunk.table[name], "\0"), False)
            if pc.any(mask).as_py():
                found = mask if found is None else pc.or_(found, mask)
    if found is None:
        return chunk
    said = zip(chunk.numbers.filter(found).to_pylist(), chunk.table.filter(found).to_pylist(), strict=True)
    bad = [Unreadable(number, NUL, orjson.dumps(row, default=str).decode()) for number, row in said]
    rest = pc.invert(found)
    return Chunk(chunk.table.filter(rest), chunk.numbers.filter(rest), bad)
