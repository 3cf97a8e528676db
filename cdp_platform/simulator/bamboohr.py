"""The HR system as BambooHR would hand it out: the full list of our people at a time, and employment events.

Here: its columns; every delivery of `employees` is a snapshot, so who was removed is simply absent. Not here: the truth (`staff`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather
from cdp_platform.simulator.crm import staff_mail
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.staff import DEPARTMENTS, EVENT_TYPES, HIRE, LEVELS, LOCATIONS, REASONS, TERMINATION
from cdp_platform.simulator.timeline import DAY, NEVER, dates, moments
from cdp_platform.simulator.world import World


def streams(world: World) -> Iterator[Rows]:
    """Streams that grow; `employees` is asked for with `snapshot`."""
    happened, ours = world.staff_events, world.staff
    at = np.maximum(happened.day * DAY + 10 * 3600, happened.day * DAY)
    frame = pl.DataFrame([
        numbered(1, np.arange(len(at))).alias("id"), numbered(101, happened.person).alias("employeeId"),
        gather(pl.Series(EVENT_TYPES), happened.kind).alias("eventType"), dates(happened.day).alias("eventDate"),
        gather(pl.Series(REASONS), happened.reason).alias("reason"),
        gather(pl.Series(DEPARTMENTS), happened.department).alias("department"),
        gather(pl.Series(LEVELS), happened.level).alias("jobTitle"), moments(at).alias("lastChanged"),
    ])  # fmt: skip
    assert len(ours) >= 1
    yield Rows("employment_events", frame, at)


def snapshot(world: World, until: int) -> pl.DataFrame:
    """The full list of employees as it stands just before the second `until`."""
    ours, happened = world.staff, world.staff_events
    today = (until - 1) // DAY
    listed = np.flatnonzero((ours.hired_day <= today) & ~(ours.ghost & (ours.left_day <= today)))
    department, level = ours.department.copy(), ours.level.copy()
    changed = ours.hired_day * DAY + 10 * 3600
    past = np.flatnonzero(happened.day <= today)
    _keep_last(department, happened.person[past], happened.department[past])
    _keep_last(level, happened.person[past], happened.level[past])
    _keep_last(changed, happened.person[past], happened.day[past] * DAY + 10 * 3600)
    gone = (ours.left_day <= today)[listed]
    left = np.where(gone, ours.left_day[listed], 0)
    return pl.DataFrame([
        numbered(101, listed).alias("id"), numbered(1, listed, "E", 5).alias("employeeNumber"),
        gather(ours.given, listed).alias("firstName"), gather(ours.family, listed).alias("lastName"),
        staff_mail(gather(ours.given, listed), gather(ours.family, listed), listed).alias("workEmail"),
        (gather(pl.Series(LEVELS), level[listed]) + " " + gather(pl.Series(DEPARTMENTS), department[listed])).alias("jobTitle"),
        gather(pl.Series(DEPARTMENTS), department[listed]).alias("department"),
        pl.Series(["Leavewell"]).new_from_index(0, len(listed)).alias("division"),
        gather(pl.Series(LOCATIONS), ours.location[listed]).alias("location"),
        numbered(101, ours.manager[listed]).alias("supervisorId"),
        gather(pl.Series(["Active", "Inactive"]), gone.astype(np.int64)).alias("status"),
        dates(ours.hired_day[listed]).alias("hireDate"), dates(left, ~gone).alias("terminationDate"),
        moments(changed[listed]).alias("lastChanged"),
    ])  # fmt: skip


def _keep_last(target: Ints, positions: Ints, values: Ints) -> None:
    """Assign in order, the last value of a position counting."""
    last, place = np.unique(positions[::-1], return_index=True)
    target[last] = values[::-1][place]


__all__ = ["HIRE", "NEVER", "TERMINATION", "snapshot", "streams"]
