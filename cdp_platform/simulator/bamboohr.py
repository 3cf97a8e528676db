"""The HR system as BambooHR would hand it out: the full list of our people at a time, and employment events.

Here: its columns; every delivery of `employees` is a snapshot, so who was removed is simply absent. Not here: the truth
about our people (`staff`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather
from cdp_platform.simulator.columns import constant, table
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.staff import DEPARTMENTS, EVENT_TYPES, LEVELS, LOCATIONS, REASONS, staff_mail
from cdp_platform.simulator.timeline import DAY, dates, moments
from cdp_platform.simulator.world import World

_PERSON_BASE = 101
_RECORDED = 10 * 3600
"""Events are recorded at ten in the morning."""


def streams(world: World) -> Iterator[Rows]:
    """The stream that grows; `employees` is asked for with `snapshot`."""
    happened = world.staff_events
    at = happened.day * DAY + _RECORDED
    frame = table(
        numbered(1, np.arange(len(at))).alias("id"),
        numbered(_PERSON_BASE, happened.person).alias("employeeId"),
        gather(pl.Series(EVENT_TYPES), happened.kind).alias("eventType"),
        dates(happened.day).alias("eventDate"),
        gather(pl.Series(REASONS), happened.reason).alias("reason"),
        gather(pl.Series(DEPARTMENTS), happened.department).alias("department"),
        gather(pl.Series(LEVELS), happened.level).alias("jobTitle"),
        moments(at).alias("lastChanged"),
    )
    yield Rows("employment_events", frame, at)


def snapshot(world: World, until: int) -> pl.DataFrame:
    """The full list of employees as it stands just before the second `until`; each week somebody's entry is looked
    over."""
    ours, happened = world.staff, world.staff_events
    today = (until - 1) // DAY
    listed = np.flatnonzero((ours.hired_day <= today) & ~(ours.ghost & (ours.left_day <= today)))
    past = np.flatnonzero(happened.day <= today)
    person = happened.person[past]
    department = _last(ours.department, person, happened.department[past])[listed]
    level = _last(ours.level, person, happened.level[past])[listed]
    changed = _last(ours.hired_day, person, happened.day[past])[listed] * DAY + _RECORDED
    monday = today - (today + 3) % 7
    looked_at = monday // 7 % len(listed)
    changed[looked_at] = max(changed[looked_at], monday * DAY + 8 * 3600)
    gone = (ours.left_day <= today)[listed]
    given, family = gather(ours.given, listed), gather(ours.family, listed)
    departments = gather(pl.Series(DEPARTMENTS), department)
    return table(
        numbered(_PERSON_BASE, listed).alias("id"),
        numbered(1, listed, "E", 5).alias("employeeNumber"),
        given.alias("firstName"),
        family.alias("lastName"),
        staff_mail(given, family, listed).alias("workEmail"),
        (gather(pl.Series(LEVELS), level) + " " + departments).alias("jobTitle"),
        departments.alias("department"),
        constant("Leavewell", len(listed)).alias("division"),
        gather(pl.Series(LOCATIONS), ours.location[listed]).alias("location"),
        numbered(_PERSON_BASE, ours.manager[listed]).alias("supervisorId"),
        gather(pl.Series(["Active", "Inactive"]), gone.astype(np.int64)).alias("status"),
        dates(ours.hired_day[listed]).alias("hireDate"),
        dates(np.where(gone, ours.left_day[listed], 0), ~gone).alias("terminationDate"),
        moments(changed).alias("lastChanged"),
    )


def _last(before: Ints, positions: Ints, values: Ints) -> Ints:
    """A copy with the values assigned in order: the last of a position counts."""
    after = before.copy()
    last, place = np.unique(positions[::-1], return_index=True)
    after[last] = values[::-1][place]
    return after
