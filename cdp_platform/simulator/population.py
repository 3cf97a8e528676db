"""Who exists in a world: its companies and persons, in the roles that they have for us.

Here: a world's parameters and how large each population is. Not here: what they buy and do (`commerce`, `world`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cdp_platform.simulator.addresses import Locales
from cdp_platform.simulator.chance import Chance, Floats, Ints
from cdp_platform.simulator.companies import Companies, found
from cdp_platform.simulator.people import People, born
from cdp_platform.simulator.timeline import DAY, Timeline

CUSTOMER, PROSPECT, STRANGER, SELF_SERVICE = range(4)
"""Roles of companies: buys from us; in the CRM only; employer of leads only; pays by card through Stripe."""
_COMPANIES = (26_500, 14_300, 3_000, 2_500)
PRIVATE, CARD_HOLDER, STAFF_OF_CUSTOMER, STAFF_OF_PROSPECT = range(4)
"""Roles of persons: private customer in the ERP; private payer in Stripe; works for a customer; works for another
company."""
_PEOPLE = (86_000, 2_500, 88_000, 50_000)


@dataclass(frozen=True)
class Population:
    """The parties of one world. Volumes at scale 1 are those of requirement F1."""

    seed: int
    scale: float
    timeline: Timeline
    noise: float
    locales: Locales

    def chance(self, *names: str) -> Chance:
        """The generator of one part of this world."""
        return Chance(self.seed, *names)

    def size(self, at_scale_1: int, least: int = 4) -> int:
        """A population's size at this scale."""
        return max(round(at_scale_1 * self.scale), least)

    @cached_property
    def _companies(self) -> tuple[Companies, Ints]:
        chance = self.chance("companies")
        known = [self.timeline.arrivals(chance, self.size(n)) for n in _COMPANIES]
        role = np.repeat(np.arange(len(known)), [len(k) for k in known])
        return found(chance, self.timeline, np.concatenate(known), self.locales), role

    @property
    def companies(self) -> Companies:
        """All companies."""
        return self._companies[0]

    @property
    def company_role(self) -> Ints:
        """Role of each company."""
        return self._companies[1]

    @cached_property
    def _people(self) -> tuple[People, Ints]:
        chance, firms = self.chance("people"), self.companies
        known, employer = [], []
        for role, n in enumerate(_PEOPLE):
            if role in (PRIVATE, CARD_HOLDER):
                known.append(self.timeline.arrivals(chance, self.size(n)))
                employer.append(np.full(len(known[-1]), -1))
                continue
            wanted = (CUSTOMER,) if role == STAFF_OF_CUSTOMER else (PROSPECT, STRANGER)
            pool = np.flatnonzero(np.isin(self.company_role, wanted))
            chosen = pool[chance.index(round(self.size(n) * 1.36), np.sqrt(firms.headcount[pool]))]
            since = firms.known_at[chosen] + chance.exponential(300 * DAY, len(chosen)).astype(np.int64)
            known.append(since)
            employer.append(chosen)
        role_of = np.repeat(np.arange(len(known)), [len(k) for k in known])
        people = born(chance, self.timeline, np.concatenate(known), np.concatenate(employer), firms, self.locales)
        return people, role_of

    @property
    def people(self) -> People:
        """All persons."""
        return self._people[0]

    @property
    def person_role(self) -> Ints:
        """Role of each person."""
        return self._people[1]

    @cached_property
    def presence(self) -> Floats:
        """Where each person turns up, 0 to 1: low numbers deal with sales, high numbers log in, some do both."""
        return self.chance("presence").rng.random(len(self.people))

    @cached_property
    def covered(self) -> Ints:
        """Employees that each company would bring to the product."""
        return np.maximum(np.power(self.companies.headcount, 0.77), 1).astype(np.int64)
