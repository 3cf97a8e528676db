"""Reproducible randomness: every part of the company draws from a generator named after it.

Here: `Chance`, numpy's generator behind the few draws that the simulator needs. Because each part has a generator of
its own, a change in one part leaves all others as they were. Not here: what the draws mean.
"""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Weights = Sequence[float] | NDArray[np.floating[Any]]


class Chance:
    """A generator seeded by the world's seed and a path of names."""

    def __init__(self, seed: int, *names: str) -> None:
        entropy = [seed, *(crc32(name.encode()) for name in names)]
        self.rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))

    def mask(self, probability: float | Floats, n: int | None = None) -> Mask:
        """True with the given probability, one for each of `n` (or one per probability)."""
        size = len(probability) if isinstance(probability, np.ndarray) else n
        return self.rng.random(size) < probability

    def uniform(self, low: float | Floats, high: float | Floats, n: int) -> Floats:
        """Floats in [low, high)."""
        return low + (np.asarray(high) - low) * self.rng.random(n)

    def integers(self, low: int, high: int, n: int) -> Ints:
        """Integers in [low, high)."""
        return self.rng.integers(low, high, n)

    def below(self, limits: Ints) -> Ints:
        """For each limit an integer in [0, limit); limits are at least 1."""
        return (self.rng.random(len(limits)) * limits).astype(np.int64)

    def exponential(self, mean: float | Floats, n: int) -> Floats:
        """Waiting times with the given mean."""
        return self.rng.exponential(mean, n)

    def index(self, n: int, weights: Weights) -> Ints:
        """Positions in `weights`, drawn in their proportion."""
        total = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn = np.searchsorted(total, self.rng.random(n) * total[-1], side="right")
        return np.minimum(drawn, len(total) - 1).astype(np.int64)

    def pick(self, values: Sequence[str] | pl.Series, n: int, weights: Weights | None = None) -> pl.Series:
        """Texts drawn from `values`."""
        table = values if isinstance(values, pl.Series) else pl.Series(values, dtype=pl.String)
        chosen = self.rng.integers(0, len(table), n) if weights is None else self.index(n, weights)
        return gather(table, chosen)


def gather(table: pl.Series, positions: Ints) -> pl.Series:
    """The values of `table` at `positions`; -1 gives null."""
    if not len(positions) or int(positions.min()) >= 0:
        return table.gather(positions)
    return where(positions < 0, None, table.gather(np.maximum(positions, 0))).alias(table.name)


def where(mask: Mask, yes: pl.Series | str | None, no: pl.Series) -> pl.Series:
    """`yes` where the mask holds, else `no`."""
    other = pl.lit(yes) if yes is None or isinstance(yes, str) else pl.Series("yes", yes)
    frame = pl.DataFrame({"mask": mask, "no": no})
    if isinstance(other, pl.Series):
        frame = frame.with_columns(other)
        other = pl.col("yes")
    return frame.select(pl.when(pl.col("mask")).then(other).otherwise(pl.col("no")).alias("value"))["value"]


def runs(counts: Ints) -> tuple[Ints, Ints]:
    """Expand counts: for [2, 0, 3] the owners [0, 0, 2, 2, 2] and the places [0, 1, 0, 1, 2]."""
    owner = np.repeat(np.arange(len(counts)), counts)
    start = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - start[owner]


def zipf(n: int, flatten: float = 8.0) -> Floats:
    """Weights of names by rank; a larger `flatten` makes the first ones less dominant."""
    return np.asarray(1.0 / (np.arange(n, dtype=np.float64) + flatten), dtype=np.float64)
