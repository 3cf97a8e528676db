"""One small company per test process; tests that change it take a copy."""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cdp_platform.simulator import add_days, simulate
from cdp_platform.sources import SOURCES, Source, Stream

END, LATER = date(2026, 11, 19), date(2026, 11, 21)
SCALE, SEED = 0.004, 5
STREAMS = [
    pytest.param(source, stream, id=f"{source.name}.{stream.table}") for source in SOURCES for stream in source.streams
]


@dataclass(frozen=True)
class Zone:
    """A landing zone and its truth."""

    landing: Path
    truth: Path

    @classmethod
    def under(cls, root: Path) -> "Zone":
        return cls(root / "landing", root / "truth")

    def files(self, source: str, stream: str) -> list[Path]:
        return sorted((self.landing / source / stream).glob("*"))

    def rows(self, source: str, stream: str) -> pl.DataFrame:
        """Everything delivered, in order, as text but for JSON objects; `file` says where a row is from."""
        return pl.concat(
            [as_text(file).with_columns(pl.lit(file.name).alias("file")) for file in self.files(source, stream)],
            how="diagonal_relaxed",
        )

    def current(self, source: Source, stream: Stream) -> pl.DataFrame:
        """The newest version of each record, without the deleted, worked out anew from the files."""
        rows = self.rows(source.name, stream.name).with_row_index("n")
        cursor = pl.coalesce(stream.cursor, stream.cursor_fallback) if stream.cursor_fallback else pl.col(stream.cursor)
        newest = rows.sort(cursor, "n").unique(list(stream.key), keep="last")
        if stream.deletes.value == "absence":
            return newest.filter(pl.col("file") == rows["file"].max())
        if stream.delete_column is None:
            return newest
        gone = pl.col(stream.delete_column)
        return newest.filter(gone.is_null() | gone.is_in(["false"]))

    def of(self, name: str) -> pl.DataFrame:
        """Current rows of `source.table`."""
        source_name, table = name.split(".")
        source = next(s for s in SOURCES if s.name == source_name)
        return self.current(source, source.stream(table))

    def true(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.truth / f"{name}.parquet")


def read(file: Path) -> pl.DataFrame:
    """A delivered file with the types that the format carries."""
    if file.name.endswith(".parquet"):
        return pl.read_parquet(file)
    if file.name.endswith(".csv"):
        return pl.read_csv(file, infer_schema=False)
    return pl.read_ndjson(file, infer_schema_length=None)


def as_text(file: Path) -> pl.DataFrame:
    """A delivered file with all simple values as text in the spelling of JSON lines."""
    frame = read(file)
    frame = frame.with_columns(
        pl.selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%SZ"), pl.selectors.date().dt.strftime("%Y-%m-%d")
    )
    return frame.with_columns((~pl.selectors.struct()).cast(pl.String))


def hashes(root: Path) -> dict[str, str]:
    """Every file under a folder with the hash of its bytes."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="session")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Zone:
    """A small company. Never write to it: take `own_zone`."""
    found = Zone.under(tmp_path_factory.mktemp("simulated"))
    simulate(found.landing, found.truth, scale=SCALE, seed=SEED, end=END)
    return found


@pytest.fixture(scope="session")
def later_zone(zone: Zone, tmp_path_factory: pytest.TempPathFactory) -> Zone:
    """The company two days later. Never write to it."""
    later = copied(zone, tmp_path_factory.mktemp("later"))
    add_days(later.landing, later.truth, days=(LATER - END).days)
    return later


@pytest.fixture
def own_zone(zone: Zone, tmp_path: Path) -> Zone:
    """A copy to change."""
    return copied(zone, tmp_path)


def copied(zone: Zone, root: Path) -> Zone:
    """A copy under another folder."""
    mine = Zone.under(root)
    shutil.copytree(zone.landing, mine.landing)
    shutil.copytree(zone.truth, mine.truth)
    return mine
