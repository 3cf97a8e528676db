"""A file of the landing zone while it is written: Parquet, under a name that nobody reads yet.

Here: that file, made durable. Not here: giving it its name (`position`), rows (`rows`, `gone`).
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cdp_platform.landing.files import make_durable
from cdp_platform.pulling.position import UNFINISHED


class Written:
    """A file, made with its first rows; `rows`: how many it has."""

    def __init__(self, file: Path, *, also_empty: bool = False) -> None:
        self.file = file
        self.temporary = file.with_name(file.name + UNFINISHED)
        self.rows = 0
        self._also_empty = also_empty
        self._writer: pq.ParquetWriter | None = None
        self._schema: pa.Schema | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """More rows, all of the same columns."""
        self._schema = batch.schema
        if batch.num_rows:
            self._open().write_batch(batch)
            self.rows += batch.num_rows

    def _open(self) -> pq.ParquetWriter:
        if self._writer is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.temporary, self._schema, compression="zstd")
        return self._writer

    def discard(self) -> None:
        """It never was."""
        if self._writer is not None:
            self._writer.close()
            self.temporary.unlink()

    def close(self) -> tuple[str, str] | None:
        """Make it durable; returns its name now and later, or None where there is nothing to say."""
        if self._also_empty and self._schema is not None:
            self._open()
        if self._writer is None:
            return None
        self._writer.close()
        make_durable(self.temporary)
        make_durable(self.file.parent)
        return str(self.temporary), str(self.file)
