"""The synthetic company as a whole: one truth, made from a seed, a scale and the month in which its history begins.

Here: how large each population is and how the parts hang together; every part is made once, when first asked for. Not
here: how the systems see it, and what is delivered when.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cdp_platform.simulator import billing, lives, pipeline, usage
from cdp_platform.simulator.addresses import Locales
from cdp_platform.simulator.chance import Chance, Ints, Mask
from cdp_platform.simulator.companies import Companies, found
from cdp_platform.simulator.contracts import FOREVER, Contracts, Lines, Segments, product_lines, seat_segments, signed
from cdp_platform.simulator.people import People, born
from cdp_platform.simulator.products import Rates, currency_of, rates
from cdp_platform.simulator.staff import Events, Staff, employed, events
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline, day_numbers

CUSTOMER, PROSPECT, STRANGER, SELF_SERVICE = range(4)
"""Roles of companies: buys from us; in the CRM only; employer of leads only; pays by card through Stripe."""
_COMPANIES = (26_500, 14_300, 3_000, 2_500)
PRIVATE, CARD_HOLDER, STAFF_OF_CUSTOMER, STAFF_OF_PROSPECT = range(4)
"""Roles of persons: private customer in the ERP; private payer in Stripe; works for a customer; works for another company."""
_PEOPLE = (86_000, 2_500, 79_000, 41_000)
_LOST_DEALS = 105_000
_OUR_STAFF = 3_000
_SMALLEST_STAFF = 60


@dataclass(frozen=True)
class World:
    """One synthetic company. Volumes at scale 1 are those of requirement F1."""

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
    def rates(self) -> Rates:
        """Exchange rates."""
        return rates(self.chance("rates"), self.timeline)

    @cached_property
    def covered(self) -> Ints:
        """Employees that each company would bring to the product."""
        return np.maximum(np.power(self.companies.headcount, 0.8), 1).astype(np.int64)

    def _signed(self, name: str, buyer: Ints, known_at: Ints, country: Ints, months: float, period: Ints) -> Contracts:
        chance = self.chance("contracts", name)
        return signed(chance, self.timeline, buyer, known_at, currency_of(country), np.full(len(buyer), months), period)

    @cached_property
    def contracts(self) -> Contracts:
        """Contracts of companies that use the product."""
        chance, firms = self.chance("contracts"), self.companies
        buyer = np.flatnonzero((self.company_role == CUSTOMER) & chance.mask(0.88, len(firms)))
        period = np.array([1, 3, 12])[chance.index(len(buyer), (0.5, 0.2, 0.3))]
        return self._signed("companies", buyer, firms.known_at[buyer], firms.country[buyer], 90.0, period)

    @cached_property
    def contract_lines(self) -> Lines:
        """Their products."""
        headcount = self.companies.headcount[self.contracts.buyer]
        return product_lines(self.chance("lines"), self.timeline, self.contracts, headcount)

    @cached_property
    def segments(self) -> Segments:
        """Their seats over time."""
        seats = self.covered[self.contracts.buyer]
        return seat_segments(self.chance("segments"), self.timeline, self.contracts, self.contract_lines, seats)

    def private_contracts(self, role: int) -> tuple[Contracts, Lines, Segments]:
        """What private persons of a role buy: a plan by the year, or something once; card holders pay monthly."""
        chance, people = self.chance("private", str(role)), self.people
        buyer = np.flatnonzero(self.person_role == role)
        yearly = chance.mask(0.4, len(buyer))
        period = np.where(yearly, 12, 1) if role == PRIVATE else np.ones(len(buyer), dtype=np.int64)
        months = np.where(yearly, 34.0, 0.01) if role == PRIVATE else np.full(len(buyer), 20.0)
        signing = self.chance("private", str(role), "signed")
        agreed = signed(signing, self.timeline, buyer, people.known_at[buyer], currency_of(people.country[buyer]), months, period)
        return self._small(agreed, f"private{role}")

    @cached_property
    def card_contracts(self) -> tuple[Contracts, Lines, Segments]:
        """What small companies buy by card, month by month."""
        buyer = np.flatnonzero(self.company_role == SELF_SERVICE)
        firms = self.companies
        agreed = self._signed("card", buyer, firms.known_at[buyer], firms.country[buyer], 24.0, np.ones(len(buyer), dtype=np.int64))
        return self._small(agreed, "card")

    def _small(self, agreed: Contracts, name: str) -> tuple[Contracts, Lines, Segments]:
        nobody = np.zeros(len(agreed), dtype=np.int64)
        lines = product_lines(self.chance(name, "lines"), self.timeline, agreed, nobody)
        seats = 1 + self.chance(name, "seats").integers(0, 4, len(agreed))
        return agreed, lines, seat_segments(self.chance(name, "segments"), self.timeline, agreed, lines, seats)

    @cached_property
    def deals(self) -> tuple[pipeline.Deals, pipeline.DealLines]:
        """The sales pipeline."""
        firms = self.companies
        in_crm = int((self.company_role <= PROSPECT).sum())
        return pipeline.deals(
            self.chance("deals"), self.timeline, self.contracts, self.contract_lines, self.segments, firms.known_at[:in_crm],
            currency_of(firms.country), self.covered, self.size(_LOST_DEALS),
        )  # fmt: skip

    @cached_property
    def tenancy(self) -> tuple[Ints, Ints, Ints, Mask]:
        """Companies that use the product: position, since, until (seconds), and whether they leave before the horizon."""
        company, place = np.unique(self.contracts.buyer, return_inverse=True)
        begins = day_numbers(self.contracts.first, self.contracts.day) * DAY
        runs_on = self.contracts.to == FOREVER
        ends = np.where(runs_on, NEVER, day_numbers(np.where(runs_on, 0, self.contracts.to), self.contracts.day) * DAY)
        since = np.full(len(company), NEVER)
        until = np.zeros(len(company), dtype=np.int64)
        np.minimum.at(since, place, begins)
        np.maximum.at(until, place, ends)
        return company, since, until, until < NEVER

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
        pace = 0.62 * np.exp(self.chance("pace").rng.normal(0, 0.35, len(self.companies)))
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

    @cached_property
    def opening(self) -> tuple[billing.Invoices, billing.InvoiceLines]:
        """Invoices of company contracts."""
        return billing.invoices(self.chance("invoices"), self.timeline, self.contracts, self.contract_lines, self.segments)
