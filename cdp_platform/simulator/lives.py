"""People employed by customers, and the leave they take: what the product manages.

Here: the truth about customers' employees and their leave events. Not here: the product's tables (`platform`).
"""

from dataclasses import dataclass

import numpy as np

from cdp_platform.simulator.chance import Chance, Floats, Ints, runs
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline

EVENTS = ("requested", "approved", "started", "ended")
LEAVE_TYPES = ("vacation", "sick", "parental", "bereavement", "unpaid", "study", "caregiver")
_TYPE_WEIGHTS = (0.55, 0.24, 0.05, 0.03, 0.05, 0.04, 0.04)
LEAD_IN = 130 * DAY
"""Leave reaches back before the world, so that its first day already has 90 days to count."""
_LONGEST = np.array([14, 6, 120, 5, 30, 10, 20])


@dataclass(frozen=True)
class Employees:
    """Employees of customers by the moment the product learns of them. Days since 1970; NEVER where still employed."""

    company: Ints
    created_at: Ints
    hired_day: Ints
    left_day: Ints

    def __len__(self) -> int:
        return len(self.company)


@dataclass(frozen=True)
class LeaveEvents:
    """Leave events by the moment the product writes them down; `occurred_at` may lie well before."""

    employee: Ints
    event: Ints
    leave: Ints
    occurred_at: Ints
    written_at: Ints

    def __len__(self) -> int:
        return len(self.employee)


def employees(chance: Chance, timeline: Timeline, company: Ints, since: Ints, until: Ints, size: Ints) -> Employees:
    """Employees of companies that use the product from `since` to `until` (seconds), `size` of them at first."""
    years = np.maximum(np.minimum(until, timeline.horizon) - since, 0) / (365 * DAY)
    owner, _ = runs(size)
    start = since[owner] + chance.integers(3600, 12 * DAY, len(owner))
    tenure = chance.exponential(1400, len(owner)).astype(np.int64)
    joins = np.repeat(np.arange(len(company)), chance.rng.poisson(size * 0.2 * years))
    join = since[joins] + (chance.rng.random(len(joins)) * years[joins] * 365 * DAY).astype(np.int64)
    of = np.concatenate([owner, joins])
    created = np.concatenate([start, join])
    hired = np.concatenate([start // DAY - tenure, join // DAY])
    left = created // DAY + 5 + chance.exponential(365 * 6.5, len(of)).astype(np.int64)
    left = np.where(left * DAY < np.minimum(until, timeline.horizon)[of], left, NEVER)
    kept = np.flatnonzero(created < np.minimum(timeline.horizon, until[of]))
    order = kept[np.lexsort((of[kept], created[kept]))]
    return Employees(company[of[order]], created[order], hired[order], left[order])


def leave_events(chance: Chance, timeline: Timeline, staff: Employees, until: Ints, pace: Floats) -> LeaveEvents:
    """Leave events of employees until they or their employer leave; `pace` is an employer's leave cases per head and
    year."""
    begin = np.maximum(staff.created_at, timeline.start - LEAD_IN)
    stop = np.minimum(np.where(staff.left_day == NEVER, timeline.horizon, staff.left_day * DAY), until)
    years = np.maximum(np.minimum(stop, timeline.horizon) - begin, 0) / (365 * DAY)
    who = np.repeat(np.arange(len(staff)), chance.rng.poisson(pace * years))
    asked = begin[who] + (chance.rng.random(len(who)) * years[who] * 365 * DAY).astype(np.int64)
    n = len(who)
    leave = chance.index(n, _TYPE_WEIGHTS)
    approved = asked + chance.integers(600, 3 * DAY, n)
    began = np.maximum(approved, asked + (DAY * chance.exponential(14, n)).astype(np.int64))
    ended = began + (DAY * (0.5 + chance.rng.random(n) * _LONGEST[leave])).astype(np.int64)
    happens = [np.full(n, True), chance.mask(0.93, n), chance.mask(0.86, n), chance.mask(0.86, n)]
    happens[2] &= happens[1]
    happens[3] &= happens[2]
    rows = [np.flatnonzero(mask) for mask in happens]
    case = np.concatenate(rows)
    event = np.repeat(np.arange(4), [len(r) for r in rows])
    occurred = np.concatenate([when[r] for when, r in zip((asked, approved, began, ended), rows, strict=True)])
    lag = chance.integers(1, 3 * 3600, len(case)) + np.where(
        chance.mask(0.02, len(case)), chance.integers(DAY, 30 * DAY, len(case)), 0
    )
    written = occurred + lag
    kept = np.flatnonzero((written < timeline.horizon) & (occurred < stop[who[case]]))
    order = kept[np.lexsort((event[kept], case[kept], written[kept]))]
    case = case[order]
    return LeaveEvents(who[case], event[order], leave[case], occurred[order], written[order])
