"""Registers of payers, companies and private persons alike, as ERPs and payment systems keep them.

Here: entities of both kinds in one number range (companies first, then people), their enrolment and versions. Not
here: a vendor's columns.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, Mask
from cdp_platform.simulator.contracts import Contracts
from cdp_platform.simulator.profiles import Profile
from cdp_platform.simulator.register import Register, enrol
from cdp_platform.simulator.timeline import DAY, NEVER, day_numbers
from cdp_platform.simulator.versions import Versions, versions
from cdp_platform.simulator.views import company_view, person_view
from cdp_platform.simulator.world import World


@dataclass(frozen=True)
class Payers:
    """A register over both kinds of parties; a person's number is its position plus the number of companies."""

    world: World
    name: str
    register: Register
    company_profile: Profile
    person_profile: Profile

    def is_person(self, who: Ints) -> Mask:
        """Whether the numbers are of persons."""
        return who >= len(self.world.companies)

    def split(self, who: Ints) -> tuple[Ints, Ints]:
        """Positions in companies and in people; 0 where it is of the other kind."""
        firms = len(self.world.companies)
        return np.where(who < firms, who, 0), np.where(who >= firms, who - firms, 0)

    def entities(self, who: Ints) -> pl.Series:
        """True identities."""
        ids = pl.concat([self.world.companies.entity_ids(), self.world.people.entity_ids()])
        return ids.gather(who)

    def record_types(self, who: Ints) -> pl.Series:
        """organization or person."""
        return pl.Series(["organization", "person"]).gather(self.is_person(who).astype(np.int64))

    def versions(self) -> Versions:
        """Versions of all records; the party columns of both kinds."""
        world, who = self.world, self.register.who
        company, person = self.split(who)
        human = self.is_person(who)
        firms, people = world.companies, world.people
        renamed = np.where(human, people.married_at[person], firms.renamed_at[company])
        ends = world.until[company]
        truth = [
            ("name", renamed),
            ("company", np.where(human, NEVER, renamed)),
            ("address", np.where(human, people.moved_at[person], firms.moved_at[company])),
            ("touch", np.where(human | (ends == 0), NEVER, ends)),
        ]
        return versions(self.register, world.timeline, world.chance(self.name, "versions"), self._see, truth)

    def _see(self, who: Ints, at: Ints, fuller: bool) -> pl.DataFrame:
        company, person = self.split(who)
        human = self.is_person(who)
        kind = "again" if fuller else "first"
        as_company = company_view(self.world, self.company_profile, self.name, "company", kind)
        as_person = person_view(self.world, self.person_profile, self.name, "person", kind)
        firms, persons = np.flatnonzero(~human), np.flatnonzero(human)
        seen = pl.concat(
            [as_company(company[firms], at[firms], fuller), as_person(person[persons], at[persons], fuller)],
            how="diagonal_relaxed",
        )
        return seen[np.argsort(np.concatenate([firms, persons]), kind="stable")]


def enrol_payers(world: World, name: str, companies: tuple[Ints, Ints], people: tuple[Ints, Ints],
                 repeats: tuple[float, float], profiles: tuple[Profile, Profile]) -> Payers:  # fmt: skip
    """Enrol (positions, seconds) of companies and of people; each kind with its own share of duplicates."""
    chance, firms = world.chance(name, "enrolment"), len(world.companies)
    population = firms + len(world.people)
    who = np.concatenate([companies[0], people[0] + firms])
    created = np.concatenate([companies[1], people[1]])
    repeat = np.repeat(repeats, [len(companies[0]), len(people[0])])
    register = enrol(chance, world.timeline, population, who, created, repeat)
    return Payers(world, name, register, *profiles)


def first_contract(contracts: Contracts) -> tuple[Ints, Ints]:
    """Buyers, and the second at which the first contract of each begins."""
    buyer = np.unique(contracts.buyer)
    begins = np.full(len(buyer), NEVER)
    np.minimum.at(begins, np.searchsorted(buyer, contracts.buyer), day_numbers(contracts.first, contracts.day) * DAY)
    return buyer, begins
