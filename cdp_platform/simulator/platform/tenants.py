"""Whom the product knows: its organizations and users as registers, and their versions.

Here: enrolment of parties in the product's database. Not here: its columns (`platform`).
"""

from functools import cached_property

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather
from cdp_platform.simulator.identifiers import uuids
from cdp_platform.simulator.population import CUSTOMER, PRIVATE, STAFF_OF_CUSTOMER
from cdp_platform.simulator.profiles import ORGANIZATION, USER
from cdp_platform.simulator.register import Register, enrol
from cdp_platform.simulator.timeline import DAY
from cdp_platform.simulator.versions import Versions, versions
from cdp_platform.simulator.views import company_view, person_view
from cdp_platform.simulator.world import World


class Tenants:
    """The product's registers; made once, for its streams refer to one another."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def organizations(self) -> Register:
        """Companies that signed up, at most some days before they pay; one in eight twice."""
        world = self.world
        chance, firms = world.chance("tenants", "organizations"), world.companies
        who = np.flatnonzero(world.company_role == CUSTOMER)
        created = firms.known_at[who] + chance.integers(7200, 4 * DAY, len(who))
        return enrol(chance, world.timeline, len(firms), who, created, 0.12)

    @cached_property
    def organization_versions(self) -> Versions:
        """Organizations as they were entered over time."""
        world, firms, who = self.world, self.world.companies, self.organizations.who
        truth = [("name", firms.renamed_at[who]), ("company", firms.renamed_at[who]), ("address", firms.moved_at[who])]
        see = company_view(world, ORGANIZATION, "tenants", "organization")
        return versions(
            self.organizations, world.timeline, world.chance("tenants", "organization", "versions"), see, truth
        )

    @cached_property
    def organization_ids(self) -> pl.Series:
        """Ids of organizations by record."""
        return uuids(self.world.chance("tenants", "ids"), len(self.organizations))

    def organization_of(self, company: Ints) -> pl.Series:
        """Id of the first organization of each company."""
        return gather(self.organization_ids, self.organizations.first_of[company])

    @cached_property
    def users(self) -> Register:
        """People who log in: employees of tenants, and private persons."""
        world = self.world
        chance, people, role = world.chance("tenants", "users"), world.people, world.person_role
        share = np.select([role == STAFF_OF_CUSTOMER, role == PRIVATE], [0.62, 0.07], 0.0)
        who = np.flatnonzero(world.presence > 1 - share)
        created = people.known_at[who] + (DAY * chance.exponential(30, len(who))).astype(np.int64)
        tenant = self.organizations.first_of[np.maximum(people.employer[who], 0)]
        opened = np.where(people.employer[who] >= 0, self.organizations.created_at[np.maximum(tenant, 0)], 0)
        created = np.maximum(created, opened + 600)
        return enrol(chance, world.timeline, len(people), who, created, 0.04, leaving=0.05)

    @cached_property
    def user_versions(self) -> Versions:
        """Users as they were entered over time."""
        world, people, who = self.world, self.world.people, self.users.who
        truth = [("name", people.married_at[who]), ("email", people.left_at[who])]
        see = person_view(world, USER, "tenants", "user")
        return versions(self.users, world.timeline, world.chance("tenants", "user", "versions"), see, truth)
