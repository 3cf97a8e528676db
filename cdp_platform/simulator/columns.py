"""Columns with one value for all rows, and numbers as each source writes them.

Here: the few constructors that `simulator/<source>` shares. Not here: any vendor's names.
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints


def table(*columns: pl.Series) -> pl.DataFrame:
    """The columns side by side."""
    return pl.DataFrame(list(columns))


def constant(value: str | None, n: int) -> pl.Series:
    """A text column with the same value `n` times."""
    return pl.Series([value], dtype=pl.String).new_from_index(0, n)


def flag(value: bool, n: int) -> pl.Series:
    """A boolean column with the same value `n` times."""
    return pl.Series(np.full(n, value))


def amount(cents: Ints) -> pl.Series:
    """Cents as a decimal amount."""
    return pl.Series(cents / 100.0)


def whole(numbers: Ints) -> pl.Series:
    """Whole numbers where the vendor declares a number."""
    return pl.Series(numbers.astype(np.float64))


def record(**columns: pl.Series) -> pl.Series:
    """An object per row."""
    return pl.DataFrame(columns).select(pl.struct(pl.all()).alias("record"))["record"]
