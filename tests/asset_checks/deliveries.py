"""Bad deliveries for every declared stream, landed as real ones: which check of the stream each turns red.

Here: making and landing them. Not here: damage done to tables (`damage`), the checks' answers (`test_proofs`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cdp_platform.landing import judge
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.delivery import parse
from cdp_platform.landing.files import LandedFile, format_of
from cdp_platform.landing.known import NewFile, delivery_hash, known_deliveries
from cdp_platform.landing.load import load_stream
from cdp_platform.landing.tables import cursor_columns
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse.duckdb import Connection, quote

FEW = 20
STORY = ("brings_no_new_column", "has_declared_columns", "keeps_its_contract", "has_usual_volume")
"""The checks that a bad delivery turns red, in the order in which `stories` delivers."""


class Vendor:
    """Delivers files of one stream, made from the rows that the warehouse has of it."""

    def __init__(self, connection: Connection, source: Source, stream: Stream, folder: Path) -> None:
        self.connection, self.source, self.stream, self.folder = connection, source, stream, folder
        self.count = 0

    def deliver(self, name: str, columns: str, *, times: int = 1) -> None:
        """Land a file of the current rows: `columns` is what is selected from them, each row `times` over."""
        limit = "" if self.stream.deletes is Deletes.ABSENCE else f"LIMIT {FEW}"
        current = f"SELECT * FROM ({fate_sql(self.source, self.stream)}) WHERE fate = 'current' ORDER BY ALL {limit}"
        self.count += 1
        path = self.folder / f"{self.source.name}.{self.stream.table}.{self.count}" / name
        path.parent.mkdir()
        self.connection.execute(
            f"COPY (SELECT {columns} FROM ({current}) CROSS JOIN range({times})) TO '{path}' (FORMAT parquet)"
        )
        format_ = format_of(path)
        assert format_ is not None
        file = LandedFile(path, format_)
        known = known_deliveries(self.connection, self.source)[self.stream.table]
        new = NewFile(file, name, delivery_hash(file, self.stream, known), None, datetime.now(UTC))
        parsed = parse(new, self.source, self.stream, path.parent / "parsed")
        load_stream(self.connection, self.source, self.stream, [parsed], run_id="planted")

    @property
    def good(self) -> str:
        """All declared columns."""
        return ", ".join(quote(column.raw_name) for column in self.stream.columns)

    @property
    def lacking(self) -> str:
        """All but one that must be there and is no key."""
        kept = {*(key.lower() for key in self.stream.key), *(column.raw_name for column in cursor_columns(self.stream))}
        spare = next(c for c in self.stream.columns if not c.optional and c.raw_name not in kept)
        return ", ".join(quote(column.raw_name) for column in self.stream.columns if column is not spare)

    @property
    def nameless(self) -> str:
        """All, but the keys are empty."""
        keys = {key.lower() for key in self.stream.key}
        return ", ".join(
            f"NULL AS {quote(c.raw_name)}" if c.raw_name in keys else quote(c.raw_name) for c in self.stream.columns
        )


def stories(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str | None]]:
    """Lands delivery after delivery; after each, says what it is and which check of the stream must be red, if any."""
    monkeypatch.setattr(judge, "VOLUME_HISTORY", 1)
    vendor.deliver("first.parquet", vendor.good)
    yield "good rows once more", None
    vendor.deliver("second.parquet", f"{vendor.good}, 'x' AS planted_column")
    yield "a column that nobody declared", "brings_no_new_column"
    vendor.deliver("third.parquet", f"{vendor.good}, 'y' AS planted_column")
    yield "the same column again", None
    vendor.deliver("fourth.parquet", vendor.lacking)
    yield "a column missing", "has_declared_columns"
    vendor.deliver("fourth.parquet", vendor.nameless)
    yield "rows without keys", "keeps_its_contract"
    vendor.deliver("fourth.parquet", vendor.good, times=judge.VOLUME_FACTOR + judge.VOLUME_FLOOR)
    yield "each row a hundred times", "has_usual_volume"
    vendor.deliver("fourth.parquet", f"{vendor.good}, 'z' AS planted_column")
    yield "the file again, in order", None
