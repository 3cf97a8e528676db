"""The synthetic company as a whole: one truth, made from a seed, a scale and the month in which its history begins.

Here: the last layer, what customers do with the product and who works for us; every part is made once, when first asked
for. Not here: how the systems see it, and what is delivered when.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cdp_platform.simulator import lives, usage
from cdp_platform.simulator.chance import Ints
from cdp_platform.simulator.commerce import Commerce
from cdp_platform.simulator.staff import Events, Staff, employed, events

_OUR_STAFF = 3_000
_SMALLEST_STAFF = 60


@dataclass(frozen=True)
class World(Commerce):
    """One synthetic company."""

    @cached_property
    def employees(self) -> lives.Employees:
        """Employees of customers."""
        company, since, until, _ = self.tenancy
        return lives.employees(self.chance("lives"), self.timeline, company, since, until, self.covered[company])

    @cached_property
    def until(self) -> Ints:
        """The second at which each company stops being a tenant (0: never was one)."""
        company, _, until, _ = self.tenancy
        ends = np.zeros(len(self.companies), dtype=np.int64)
        ends[company] = until
        return ends

    def leave_events(self) -> lives.LeaveEvents:
        """Their leave."""
        pace = 0.57 * np.exp(self.chance("pace").rng.normal(0, 0.35, len(self.companies)))
        of = self.employees.company
        return lives.leave_events(self.chance("leave"), self.timeline, self.employees, self.until[of], pace[of])

    @cached_property
    def weeks(self) -> usage.Weeks:
        """How well things go with each customer, by week."""
        return usage.weeks(self.chance("weeks"), self.timeline, *self.tenancy)

    @cached_property
    def staff(self) -> Staff:
        """Our own people."""
        return employed(self.chance("staff"), self.timeline, self.size(_OUR_STAFF, _SMALLEST_STAFF), self.locales)

    @cached_property
    def staff_events(self) -> Events:
        """What happened in their employment."""
        return events(self.chance("staff", "events"), self.timeline, self.staff)
