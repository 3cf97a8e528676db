"""What is counted over all records, once: how often a name occurs, a value, a town; and whether namesakes share homes.

Here: the counts, kept so that a later run weighs by the same ones. Not here: what is counted (where it is used), or how
a run on changed records goes (`memory`).
"""

from collections.abc import Callable

import polars as pl

from cdp_platform.identity.frames import conform
from cdp_platform.identity.schema import POPULATION_SCHEMA


class Population:
    """Counts by name, each counted when first asked for, or known from an earlier run.

    With the same counts a pair has the same weight, whatever became of other records meanwhile.
    """

    def __init__(self, known: pl.DataFrame | None = None) -> None:
        """`known`: what `frame` gave."""
        self._counts: dict[str, pl.DataFrame] = {}
        if known is not None:
            for (statistic,), counts in known.group_by("statistic", maintain_order=True):
                self._counts[str(statistic)] = counts.drop("statistic").filter(pl.col("records") > 0)

    def counts(self, statistic: str, count: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """`value` (text) and `records`, sorted by value; from `count` if not known."""
        if statistic not in self._counts:
            found = count().select(pl.col("value").cast(pl.String), pl.col("records").cast(pl.Int64))
            self._counts[statistic] = found.filter(pl.col("records") > 0).sort("value")
        return self._counts[statistic]

    def number(self, statistic: str, count: Callable[[], int]) -> int:
        """One number, from `count` if not known."""
        found = self.counts(statistic, lambda: pl.DataFrame({"value": [""], "records": [count()]}))
        return int(found["records"].sum())

    def frame(self) -> pl.DataFrame:
        """All counts, see `POPULATION_SCHEMA`; a statistic of which there is nothing has a row of no records."""
        nothing = pl.DataFrame({"value": [""], "records": [0]})
        parts = [
            (counts if counts.height else nothing).with_columns(statistic=pl.lit(name))
            for name, counts in self._counts.items()
        ]
        return conform(pl.concat([nothing.clear().with_columns(statistic=pl.lit("")), *parts]), POPULATION_SCHEMA)


def counted(values: pl.Series) -> pl.DataFrame:
    """How many records have each value: `value`, `records`."""
    return values.drop_nulls().alias("value").value_counts(name="records")
