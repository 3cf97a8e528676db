"""What all records together tell: how often a name or a value occurs, which towns there are, which word is a surname.

Here: those counts, rounded, and which of them moved since the last run. Not here: what is counted (where it is used),
or what is done where one moved (`memory`, `rejudge`).
"""

import polars as pl

from cdp_platform.identity.frames import conform, empty
from cdp_platform.identity.schema import POPULATION_SCHEMA

# Larger counts are rounded to the next power of the square root of two, which moves a weight by a quarter of a bit at
# most: so hardly any of them moves from one day to the next, and what rests on it need not be weighed again.
_EXACT = 8
_STEPS = 2


class Population:
    """Counts by the name of their statistic, and the last run's.

    A statistic that bears the name of a match key is of that key's values.
    """

    def __init__(self, last: pl.DataFrame | None = None) -> None:
        """`last`: what `frame` gave."""
        self._counts: dict[str, pl.DataFrame] = {}
        self._last = {} if last is None else {str(key[0]): part for key, part in last.group_by("statistic")}

    def count(self, statistic: str, values: pl.Series) -> None:
        """Count how many records have each of the values; rounded."""
        counted = values.drop_nulls().alias("value").value_counts(name="records")
        self.note(statistic, counted.with_columns(_rounded(pl.col("records"))))

    def number(self, statistic: str, number: int) -> None:
        """Keep one number; rounded."""
        found = pl.DataFrame({"value": [""], "records": [number]})
        self.note(statistic, found.with_columns(_rounded(pl.col("records"))))

    def note(self, statistic: str, found: pl.DataFrame) -> None:
        """Keep a number per value, as it is: `value`, `records`."""
        told = found.select(pl.col("value").cast(pl.String), pl.col("records").cast(pl.Int64)).sort("value")
        self._counts[statistic] = told.filter(pl.col("records") > 0)

    def is_counted(self, statistic: str) -> bool:
        """True for a statistic that was counted in this run."""
        return statistic in self._counts

    def of(self, statistic: str) -> pl.DataFrame:
        """`value` (text) and `records`, sorted by value. Raises KeyError for what was not counted."""
        return self._counts[statistic]

    def total(self, statistic: str) -> int:
        """The number kept under this name, or the sum of its counts. Raises KeyError for what was not counted."""
        return int(self.of(statistic)["records"].sum())

    def moved(self, statistic: str) -> pl.Series:
        """The values of which there are, rounded, more or fewer than in the last run."""
        now = self.of(statistic)
        if statistic not in self._last:
            return now["value"]
        last = self._last[statistic].select("value", "records")
        both = now.join(last, on="value", how="full", coalesce=True)
        return both.filter(pl.col("records").ne_missing(pl.col("records_right")))["value"]

    def frame(self) -> pl.DataFrame:
        """All counts, see `POPULATION_SCHEMA`."""
        parts = [counts.with_columns(statistic=pl.lit(name)) for name, counts in self._counts.items()]
        return conform(pl.concat([empty(POPULATION_SCHEMA), *parts], how="diagonal"), POPULATION_SCHEMA)


def _rounded(count: pl.Expr) -> pl.Expr:
    step = (count.log(2) * _STEPS).round()
    return pl.when(count <= _EXACT).then(count).otherwise((pl.lit(2.0).pow(step / _STEPS)).round().cast(pl.Int64))
