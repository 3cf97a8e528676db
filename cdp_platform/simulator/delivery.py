"""What arrives when: cuts the versions of a stream into deliveries, with some rows late and some twice.

Here: the moment at which each row is handed out, windows of time and their files. A row belongs to the delivery in
whose window that moment lies, so any cutting of the same time delivers the same rows. Not here: what the rows say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from cdp_platform.simulator.chance import Chance, Ints
from cdp_platform.simulator.formats import suffix_of, write
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.timeline import DAY, end_of

LATE, TWICE = 0.012, 0.004
_RECENT = (timedelta(days=14), timedelta(days=1))


@dataclass(frozen=True)
class Window:
    """One delivery of every stream: rows handed out from `after` (seconds, None: ever) to the end of the day `to`."""

    after: int | None
    to: date
    daily: bool

    def file(self, landing: Path, source: str, stream: str) -> Path:
        """Where the delivery of a stream goes."""
        return landing / source / stream / f"{self.to:%Y-%m-%d}.{suffix_of(source, stream, self.daily)}"


def history(end: date) -> list[Window]:
    """The deliveries of a history: everything until a fortnight ago, what followed, and the last day."""
    cuts = [end - age for age in _RECENT]
    return [Window(None, cuts[0], False), Window(end_of(cuts[0]), cuts[1], False), Window(end_of(cuts[1]), end, False)]


def days_after(after: date, until: date) -> list[Window]:
    """One delivery for each day after `after` up to `until`."""
    count = (until - after).days
    following = [after + timedelta(days=n) for n in range(1, count + 1)]
    return [Window(end_of(day - timedelta(days=1)), day, True) for day in following]


@dataclass(frozen=True)
class Handed:
    """Rows of a stream in the order in which they are handed out: positions in the frame, and seconds."""

    row: Ints
    at: Ints


def handed_out(rows: Rows, key: str, chance: Chance) -> Handed:
    """When each row is handed out: at once, a few a day late (never a party's first version), a few once more."""
    n = len(rows.at)
    late = chance.mask(LATE, n) & rows.may_be_late
    if rows.entity is not None:
        names = rows.frame[key]
        late &= ~(names != names.shift(1)).fill_null(True).to_numpy()
    when = rows.at + late * DAY
    again = np.flatnonzero(chance.mask(TWICE, n))
    repeated = when[again] + chance.integers(0, 2, len(again)) * DAY
    row = np.concatenate([np.arange(n), again])
    at = np.concatenate([when, repeated])
    order = np.argsort(at, kind="stable")
    return Handed(row[order], at[order])


def parts(handed: Handed, windows: Sequence[Window]) -> Iterator[tuple[Window, Ints]]:
    """The rows of each window that has any."""
    for window in windows:
        first = 0 if window.after is None else int(np.searchsorted(handed.at, window.after))
        last = int(np.searchsorted(handed.at, end_of(window.to)))
        if last > first:
            yield window, handed.row[first:last]


def deliver(landing: Path, source: str, rows: Rows, handed: Handed, windows: Sequence[Window]) -> tuple[int, int, int]:
    """Write a stream's files; returns files, rows and bytes."""
    files = count = size = 0
    for window, chosen in parts(handed, windows):
        size += write(rows.frame[chosen], window.file(landing, source, rows.stream))
        files += 1
        count += len(chosen)
    return files, count, size
