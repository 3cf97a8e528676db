"""Our own staff: who works for us, in which department and job, and what happened in their employment.

Here: the truth about our own people and their events. Not here: BambooHR's columns, or the CRM's users.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import Locales
from cdp_platform.simulator.chance import Chance, Ints, Mask
from cdp_platform.simulator.naming import families, given_names, languages
from cdp_platform.simulator.spelling import slug
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline

DEPARTMENTS = ("Engineering", "Sales", "Customer Success", "Support", "Marketing", "Finance", "People", "Operations")
_SHARES = (0.3, 0.2, 0.13, 0.14, 0.08, 0.05, 0.04, 0.06)
LEVELS = ("Associate", "Specialist", "Senior Specialist", "Lead", "Director")
LOCATIONS = ("New York", "Austin", "London", "Berlin", "Remote")
HIRE, TERMINATION, PROMOTION, TRANSFER = range(4)
EVENT_TYPES = ("hire", "termination", "promotion", "transfer")
REASONS = ("Better offer", "Relocation", "Performance", "Redundancy", "Retirement")


@dataclass(frozen=True)
class Staff:
    """Our people by hire. `left_day` NEVER while employed. `ghost`: entered by mistake, removed on `left_day`, no
    events."""

    hired_day: Ints
    left_day: Ints
    department: Ints
    level: Ints
    location: Ints
    manager: Ints
    ghost: Mask
    given: pl.Series
    family: pl.Series

    def __len__(self) -> int:
        return len(self.hired_day)


@dataclass(frozen=True)
class Events:
    """What happened, by day: `department` and `level` hold from then on; `reason` is a position in REASONS or -1."""

    person: Ints
    kind: Ints
    day: Ints
    department: Ints
    level: Ints
    reason: Ints


def employed(chance: Chance, timeline: Timeline, size: int, locales: Locales) -> Staff:
    """About `size` people employed at the history's end, and those who left before or join later."""
    yearly = size * 0.24
    years = (timeline.horizon - timeline.start) / (365 * DAY)
    old = round(size * 0.86)
    new = round(yearly * years) + 1
    start, stop = timeline.start // DAY, timeline.horizon // DAY
    hired = np.concatenate([start - chance.integers(1, 6 * 365, old), start + chance.integers(0, stop - start, new)])
    hired = np.sort(hired)
    n = len(hired)
    left = np.maximum(hired, start) + 20 + chance.exponential(365 * 5.6, n).astype(np.int64)
    ghost = chance.mask(0.01, n) & (hired > start)
    left = np.where(ghost, hired + chance.integers(3, 30, n), left)
    left = np.where(left < stop, left, NEVER)
    country = locales.draw(chance, n)
    language = languages(chance, country)
    female = chance.mask(0.5, n)
    bosses = np.maximum(1, n // 9)
    return Staff(
        hired_day=hired,
        left_day=left,
        department=chance.index(n, _SHARES),
        level=chance.index(n, (0.35, 0.35, 0.2, 0.08, 0.02)),
        location=chance.index(n, (0.3, 0.2, 0.2, 0.15, 0.15)),
        manager=np.minimum(chance.integers(0, bosses, n), np.maximum(np.arange(n) - 1, 0)),
        ghost=ghost,
        given=given_names(chance, language, female),
        family=families(chance, language),
    )


def events(chance: Chance, timeline: Timeline, staff: Staff) -> Events:
    """Hires, terminations, promotions and transfers of everyone but ghosts."""
    stop = timeline.horizon // DAY
    real = np.flatnonzero(~staff.ghost)
    ends = np.minimum(staff.left_day, stop)
    gone = real[staff.left_day[real] < NEVER]
    years = np.maximum(ends - staff.hired_day, 0) / 365
    moved = np.repeat(real, chance.rng.poisson(0.28 * years[real]))
    moved_day = staff.hired_day[moved] + 30 + (chance.rng.random(len(moved)) * years[moved] * 365).astype(np.int64)
    inside = np.flatnonzero(moved_day < ends[moved])
    moved, moved_day = moved[inside], moved_day[inside]
    shift = np.where(chance.mask(0.65, len(moved)), PROMOTION, TRANSFER)
    kind = np.concatenate([np.full(len(real), HIRE), np.full(len(gone), TERMINATION), shift])
    person = np.concatenate([real, gone, moved])
    day = np.concatenate([staff.hired_day[real], staff.left_day[gone], moved_day])
    order = np.lexsort((kind, day, person))
    person, kind, day = person[order], kind[order], day[order]
    rises = np.cumsum(kind == PROMOTION)
    base = np.maximum.accumulate(np.where(kind == HIRE, rises, 0))
    level = np.minimum(staff.level[person] + rises - base, len(LEVELS) - 1)
    shifts = np.cumsum(kind == TRANSFER)
    shift_base = np.maximum.accumulate(np.where(kind == HIRE, shifts, 0))
    department = (staff.department[person] + shifts - shift_base) % len(DEPARTMENTS)
    reason = np.where(kind == TERMINATION, chance.integers(0, len(REASONS), len(kind)), -1)
    by_day = np.lexsort((person, day))
    return Events(person[by_day], kind[by_day], day[by_day], department[by_day], level[by_day], reason[by_day])


def staff_mail(given: pl.Series, family: pl.Series, number: Ints) -> pl.Series:
    """Our own business addresses; the staff number makes them distinct."""
    return slug(given) + "." + slug(family) + pl.Series(number).cast(pl.String) + "@leavewell.example"
