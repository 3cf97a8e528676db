"""Bad deliveries of every declared stream, landed as any other: which check of each stream they turn red.

Here: making and landing them. Not here: damage done to tables (`damage`), the checks' answers (`test_proofs`).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cdp_platform.environment import Settings
from cdp_platform.landing import judge
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.load import land_source
from cdp_platform.landing.tables import cursor_columns
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse import Warehouse, open_warehouse
from cdp_platform.warehouse.duckdb import Connection, quote

FEW = 20
STORY = ("brings_no_new_column", "has_declared_columns", "keeps_its_contract", "has_usual_volume")
"""The checks that bad deliveries turn red."""

Columns = Callable[[Stream], str]
"""What a file selects from the current rows of a stream."""


class Vendors:
    """Deliver one file of every stream at a time, made from the rows that the warehouse has."""

    def __init__(self, settings: Settings) -> None:
        self.landing, self.warehouse = settings.landing, open_warehouse(settings)
        with self.warehouse.writing("setting rows aside") as connection:
            for source, stream in streams():
                limit = "" if stream.deletes is Deletes.ABSENCE else f"LIMIT {FEW}"
                connection.execute(
                    f"CREATE TABLE main.{source.raw_table(stream)} AS SELECT * FROM ({fate_sql(source, stream)}) "
                    f"WHERE fate = 'current' ORDER BY ALL {limit}"
                )

    def deliver(self, name: str, columns: Columns, *, times: int = 1) -> None:
        """Put the files into the landing zone, each row `times` over, and land them."""
        with self.warehouse.writing("making files") as connection:
            for source, stream in streams():
                self._write(connection, source, stream, name, columns(stream), times)
        for source in SOURCES:
            land_source(self.warehouse, source, source.streams, run_id=f"planted {name}", say=lambda _: None)

    def _write(
        self, connection: Connection, source: Source, stream: Stream, name: str, columns: str, times: int
    ) -> None:
        folder = self.landing / source.name / stream.name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        rows = f"SELECT {columns} FROM main.{source.raw_table(stream)} CROSS JOIN range({times})"
        connection.execute(f"COPY ({rows}) TO '{path}.tmp' (FORMAT parquet)")
        Path(f"{path}.tmp").replace(path)


def streams() -> list[tuple[Source, Stream]]:
    """Every declared stream."""
    return [(source, stream) for source in SOURCES for stream in source.streams]


def good(stream: Stream) -> str:
    """All declared columns."""
    return ", ".join(quote(column.raw_name) for column in stream.columns)


def lacking(stream: Stream) -> str:
    """All but one that must be there and is no key."""
    kept = {*(key.lower() for key in stream.key), *(column.raw_name for column in cursor_columns(stream))}
    spare = next(c for c in stream.columns if not c.optional and c.raw_name not in kept)
    return ", ".join(quote(column.raw_name) for column in stream.columns if column is not spare)


def nameless(stream: Stream) -> str:
    """All, but the keys are empty."""
    keys = {key.lower() for key in stream.key}
    return ", ".join(
        f"NULL AS {quote(c.raw_name)}" if c.raw_name in keys else quote(c.raw_name) for c in stream.columns
    )


def stories(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Warehouse, str, str | None]]:
    """Lands delivery after delivery; after each: where, what it is, the check that must be red for every stream."""
    monkeypatch.setattr(judge, "VOLUME_HISTORY", 1)
    vendors = Vendors(settings)
    vendors.deliver("1.parquet", lambda stream: f"{good(stream)}, 'x' AS planted_column")
    yield vendors.warehouse, "a column that nobody declared", "brings_no_new_column"
    vendors.deliver("2.parquet", lambda stream: f"{lacking(stream)}, 'y' AS planted_column")
    yield vendors.warehouse, "a column missing", "has_declared_columns"
    vendors.deliver("2.parquet", nameless, times=judge.FEW_REJECTED_ROWS + 1)
    yield vendors.warehouse, "the file again, without keys", "keeps_its_contract"
    vendors.deliver("2.parquet", good, times=judge.VOLUME_FACTOR + judge.VOLUME_FLOOR)
    yield vendors.warehouse, "the file again, each row a hundred times", "has_usual_volume"
    vendors.deliver("2.parquet", good)
    yield vendors.warehouse, "the file again, in order", None
