"""Where a fault is planted: the files of the latest deliveries, read and written back.

Here: finding, reading and replacing delivered files, control totals and the record of who is who. Not here: the faults.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cdp_platform.simulator.chance import Chance
from cdp_platform.simulator.delivery import Window
from cdp_platform.simulator.formats import write

REDELIVERED = 40


@dataclass(frozen=True)
class Site:
    """A landing zone just written by a run that delivered `windows`."""

    landing: Path
    truth: Path
    windows: Sequence[Window]
    seed: int

    @property
    def end(self) -> date:
        """The last day delivered."""
        return self.windows[-1].to

    def chance(self, name: str) -> Chance:
        """Randomness of one fault."""
        return Chance(self.seed, "fault", name, self.end.isoformat())

    def delivered(self, source: str, stream: str) -> list[Path]:
        """Files of the stream that this run wrote, oldest first."""
        return [file for window in self.windows if (file := window.file(self.landing, source, stream)).exists()]

    def newest(self, source: str, stream: str) -> Path:
        """The stream's file of the last day; where it brought nothing, some rows are delivered once more."""
        file = self.windows[-1].file(self.landing, source, stream)
        if not file.exists():
            before = self.history(source, stream)[-1]
            write(read(before).tail(REDELIVERED), file)
        return file

    def history(self, source: str, stream: str) -> list[Path]:
        """All files of the stream, oldest first. Raises ValueError where there is none."""
        files = sorted(path for path in (self.landing / source / stream).glob("*") if path.suffix != ".tmp")
        if not files:
            raise ValueError(f"{source}.{stream} has no delivery to plant a fault in; simulate a larger company")
        return files

    def edit(self, source: str, stream: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> str:
        """Change the newest file; returns its name."""
        file = self.newest(source, stream)
        write(change(read(file)), file)
        return file.name

    def control(self, source: str, stream: str) -> Path:
        """The control totals of a stream."""
        return self.landing / source / "_control" / f"{stream}.csv"

    def edit_control(self, source: str, stream: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Change the control totals of a stream, all columns as text."""
        file = self.control(source, stream)
        write(change(pl.read_csv(file, infer_schema=False)), file)


def read(file: Path) -> pl.DataFrame:
    """A delivered file; CSV as text, JSON lines with dates as text."""
    if file.name.endswith(".parquet"):
        return pl.read_parquet(file)
    if file.name.endswith(".csv"):
        return pl.read_csv(file, infer_schema=False)
    return pl.read_ndjson(file, infer_schema_length=None)


def first_rows(frame: pl.DataFrame, share: float) -> pl.Expr:
    """True for the first rows of a frame: a share of them, at least one."""
    return pl.int_range(pl.len()) < max(round(len(frame) * share), 1)
