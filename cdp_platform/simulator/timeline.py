"""Time in the synthetic company: whole seconds since 1970 in UTC, and month numbers.

Here: the window a world lives in and conversions to columns. A world begins on the first day of a month, 24 months
before the month its history ends in, and knows its own future for 400 days more, so that days can be added. Not here:
which row is delivered when (`delivery`).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Chance, Floats, Ints

DAY = 86_400
HISTORY_MONTHS = 24
FUTURE_DAYS = 400
NEVER = 1 << 60
_EPOCH = date(1970, 1, 1)


def second_of(day: date) -> int:
    """The second at which `day` begins in UTC."""
    return (day - _EPOCH).days * DAY


def end_of(day: date) -> int:
    """The second after the last one of `day`."""
    return second_of(day) + DAY


def month_number(day: date) -> int:
    """Months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def month_start(number: int) -> date:
    """First day of a month number."""
    return date(1970 + number // 12, number % 12 + 1, 1)


def next_month(day: date) -> date:
    """First day of the month after the one of `day`."""
    return month_start(month_number(day) + 1)


def day_numbers(months: Ints, day_of_month: Ints) -> Ints:
    """Days since 1970 of a day (1 to 28) in each month."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day_of_month - 1


def dates(days: Ints, missing: np.ndarray | None = None) -> pl.Series:
    """A date column from days since 1970; null where `missing`."""
    column = pl.Series(days.astype(np.int32)).cast(pl.Date)
    return column if missing is None else _blank(column, missing)


def moments(seconds: Ints, missing: np.ndarray | None = None) -> pl.Series:
    """A UTC timestamp column from seconds since 1970; null where `missing`."""
    column = (pl.Series(seconds.astype(np.int64)) * 1_000_000).cast(pl.Datetime("us", "UTC"))
    return column if missing is None else _blank(column, missing)


def _blank(column: pl.Series, missing: np.ndarray) -> pl.Series:
    return pl.DataFrame({"c": column, "m": missing}).select(pl.when(~pl.col("m")).then(pl.col("c")))["c"]


@dataclass(frozen=True)
class Timeline:
    """The world's first second, and the first second that it no longer knows."""

    start: int
    nominal_end: int
    horizon: int

    @classmethod
    def ending(cls, end: date) -> "Timeline":
        """The timeline of a history that ends with the day `end`; the same for every day of a month."""
        first = month_start(month_number(end) - HISTORY_MONTHS)
        nominal = end_of(month_start(month_number(end)) + timedelta(days=14))
        return cls(second_of(first), nominal, end_of(next_month(end) + timedelta(days=FUTURE_DAYS)))

    @property
    def first_month(self) -> int:
        """Month number of the first month."""
        return month_number(datetime.fromtimestamp(self.start, UTC).date())

    @property
    def months(self) -> int:
        """Months from the first to the horizon's, both counted."""
        return month_number(datetime.fromtimestamp(self.horizon, UTC).date()) - self.first_month + 1

    def arrivals(self, chance: Chance, at_end: float, before: float = 0.6, years_before: float = 4.0) -> Ints:
        """Sorted seconds at which members of a population of `at_end` become known; it grows on to the horizon.

        The share `before` was known before the world begins, spread over `years_before`.
        """
        span = self.nominal_end - self.start
        old = round(at_end * before)
        new = round(at_end * (1 - before) * (self.horizon - self.start) / span)
        early = self.start - chance.uniform(1, years_before * 365 * DAY, old)
        late = self.start + chance.uniform(0, self.horizon - self.start, new)
        return in_working_hours(np.sort(np.concatenate([early, late])), chance)


def in_working_hours(seconds: Floats | Ints, chance: Chance) -> Ints:
    """Move moments to between 06:00 and 20:00 of their own day."""
    whole = seconds.astype(np.int64)
    return np.sort(whole // DAY * DAY + chance.integers(6 * 3600, 20 * 3600, len(whole)))


def office_time(days: Ints, chance: Chance, first_hour: int = 6, last_hour: int = 20) -> Ints:
    """A second within office hours of each day (days since 1970)."""
    return days * DAY + chance.integers(first_hour * 3600, last_hour * 3600, len(days))
