"""What the parties of a world buy: contracts, their products and seats, what is billed for them, and the pipeline.

Here: how the parts of commerce hang together. Not here: the parts (`contracts`, `billing`, `pipeline`), use of the
product.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cdp_platform.simulator import billing, pipeline
from cdp_platform.simulator.chance import Ints, Mask
from cdp_platform.simulator.contracts import FOREVER, Contracts, Lines, Segments, product_lines, seat_segments, signed
from cdp_platform.simulator.population import CUSTOMER, PRIVATE, PROSPECT, SELF_SERVICE, Population
from cdp_platform.simulator.products import Rates, currency_of, rates
from cdp_platform.simulator.timeline import DAY, NEVER, day_numbers

_LOST_DEALS = 110_000


@dataclass(frozen=True)
class Commerce(Population):
    """The parties and everything they buy."""

    @cached_property
    def rates(self) -> Rates:
        """Exchange rates."""
        return rates(self.chance("rates"), self.timeline)

    def _signed(self, name: str, buyer: Ints, known_at: Ints, country: Ints, months: float, period: Ints) -> Contracts:
        chance = self.chance("contracts", name)
        return signed(chance, self.timeline, buyer, known_at, currency_of(country), np.full(len(buyer), months), period)

    @cached_property
    def contracts(self) -> Contracts:
        """Contracts of companies that use the product."""
        chance, firms = self.chance("contracts"), self.companies
        buyer = np.flatnonzero((self.company_role == CUSTOMER) & chance.mask(0.88, len(firms)))
        period = np.array([1, 3, 12])[chance.index(len(buyer), (0.58, 0.18, 0.24))]
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
        months = np.where(yearly, 60.0, 3.0) if role == PRIVATE else np.full(len(buyer), 20.0)
        signing = self.chance("private", str(role), "signed")
        agreed = signed(
            signing, self.timeline, buyer, people.known_at[buyer], currency_of(people.country[buyer]), months, period
        )
        return self._small(agreed, f"private{role}", changing=role == PRIVATE)

    @cached_property
    def card_contracts(self) -> tuple[Contracts, Lines, Segments]:
        """What small companies buy by card, month by month."""
        buyer = np.flatnonzero(self.company_role == SELF_SERVICE)
        firms = self.companies
        agreed = self._signed(
            "card", buyer, firms.known_at[buyer], firms.country[buyer], 24.0, np.ones(len(buyer), dtype=np.int64)
        )
        return self._small(agreed, "card", changing=False)

    def _small(self, agreed: Contracts, name: str, changing: bool) -> tuple[Contracts, Lines, Segments]:
        nobody = np.zeros(len(agreed), dtype=np.int64)
        lines = product_lines(self.chance(name, "lines"), self.timeline, agreed, nobody, more=changing)
        seats = 1 + self.chance(name, "seats").integers(0, 4, len(agreed))
        chance = self.chance(name, "segments")
        return agreed, lines, seat_segments(chance, self.timeline, agreed, lines, seats, moving=changing)

    @cached_property
    def opening(self) -> tuple[billing.Invoices, billing.InvoiceLines]:
        """Invoices of company contracts."""
        return billing.invoices(
            self.chance("invoices"), self.timeline, self.contracts, self.contract_lines, self.segments
        )

    @cached_property
    def deals(self) -> tuple[pipeline.Deals, pipeline.DealLines]:
        """The sales pipeline."""
        firms = self.companies
        in_crm = int((self.company_role <= PROSPECT).sum())
        return pipeline.deals(
            self.chance("deals"),
            self.timeline,
            self.contracts,
            self.contract_lines,
            self.segments,
            known_at=firms.known_at[:in_crm],
            currency=currency_of(firms.country),
            seats=self.covered,
            lost=self.size(_LOST_DEALS),
        )

    @cached_property
    def tenancy(self) -> tuple[Ints, Ints, Ints, Mask]:
        """Companies that use the product: position, since, until (seconds), and whether they leave before the
        horizon."""
        company, place = np.unique(self.contracts.buyer, return_inverse=True)
        begins = day_numbers(self.contracts.first, self.contracts.day) * DAY
        runs_on = self.contracts.to == FOREVER
        ends = np.where(runs_on, NEVER, day_numbers(np.where(runs_on, 0, self.contracts.to), self.contracts.day) * DAY)
        since = np.full(len(company), NEVER)
        until = np.zeros(len(company), dtype=np.int64)
        np.minimum.at(since, place, begins)
        np.maximum.at(until, place, ends)
        return company, since, until, until < NEVER
