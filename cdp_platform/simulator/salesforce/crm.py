"""Whom the CRM knows: its accounts, contacts and leads as registers, their versions, and who owns them.

Here: enrolment of parties in the CRM. Not here: Salesforce's columns (`salesforce`).
"""

from functools import cached_property

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather
from cdp_platform.simulator.population import PROSPECT, STAFF_OF_CUSTOMER, STAFF_OF_PROSPECT
from cdp_platform.simulator.profiles import ACCOUNT, CONTACT, LEAD, Profile
from cdp_platform.simulator.register import Register, enrol
from cdp_platform.simulator.staff import DEPARTMENTS, staff_mail
from cdp_platform.simulator.timeline import DAY, NEVER
from cdp_platform.simulator.versions import Versions, versions
from cdp_platform.simulator.views import company_view, person_view
from cdp_platform.simulator.world import World


class Crm:
    """The CRM's registers; made once, for its streams refer to one another."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def accounts(self) -> Register:
        """Customers and prospects, one in eight of them twice."""
        chance, firms = self.world.chance("crm", "accounts"), self.world.companies
        who = np.flatnonzero(self.world.company_role <= PROSPECT)
        created = firms.known_at[who] + (DAY * chance.exponential(1.5, len(who))).astype(np.int64) + 60
        return enrol(chance, self.world.timeline, len(firms), who, created, 0.12)

    @cached_property
    def account_versions(self) -> Versions:
        """Accounts as the CRM wrote them down over time."""
        world, firms, who = self.world, self.world.companies, self.accounts.who
        since, until = (moments[who] for moments in self._tenancy)
        truth = [
            ("name", firms.renamed_at[who]),
            ("company", firms.renamed_at[who]),
            ("address", firms.moved_at[who]),
            ("touch", since),
            ("touch", until),
        ]
        see = company_view(world, ACCOUNT, "crm", "account")
        return versions(self.accounts, world.timeline, world.chance("crm", "account", "versions"), see, truth)

    def _people(self, name: str, customer: float, prospect: float, repeat: float, delay: float) -> Register:
        world = self.world
        chance, people, role = world.chance("crm", name), world.people, world.person_role
        share = np.select([role == STAFF_OF_CUSTOMER, role == STAFF_OF_PROSPECT], [customer, prospect], 0.0)
        who = np.flatnonzero(world.presence < share if name == "contacts" else chance.mask(share))
        created = people.known_at[who] + (DAY * chance.exponential(delay, len(who))).astype(np.int64)
        account = self.accounts.first_of[people.employer[who]]
        opened = self.accounts.created_at[np.maximum(account, 0)]
        created = np.where(account >= 0, np.maximum(created, opened + 3600), created)
        if name == "contacts":
            who, created = who[account >= 0], created[account >= 0]
        return enrol(chance, world.timeline, len(people), who, created, repeat, leaving=0.1 if name == "leads" else 0.0)

    @cached_property
    def contacts(self) -> Register:
        """People at accounts."""
        return self._people("contacts", 0.56, 0.80, 0.05, 20)

    @cached_property
    def leads(self) -> Register:
        """People who filled in a form or were met somewhere; many become contacts."""
        return self._people("leads", 0.12, 0.32, 0.08, 6)

    @cached_property
    def contact_versions(self) -> Versions:
        """Contacts as the CRM wrote them down over time."""
        return self._person_versions(self.contacts, CONTACT, "contact")

    @cached_property
    def lead_versions(self) -> Versions:
        """Leads as the CRM wrote them down over time; one more version when they are converted."""
        contact = self.contacts.first_of[self.leads.who]
        became = np.where(contact >= 0, self.contacts.created_at[np.maximum(contact, 0)], NEVER)
        return self._person_versions(self.leads, LEAD, "lead", became)

    def _person_versions(self, register: Register, profile: Profile, name: str, became: Ints | None = None) -> Versions:
        world, people, who = self.world, self.world.people, register.who
        truth = [
            ("name", people.married_at[who]),
            ("email", people.left_at[who]),
            ("address", people.moved_at[who]),
            *([] if became is None else [("touch", became)]),
        ]
        see = person_view(world, profile, "crm", name)
        return versions(register, world.timeline, world.chance("crm", name, "versions"), see, truth)

    @cached_property
    def contact_account(self) -> Ints:
        """Account of each contact: its first employer's, at times the duplicate."""
        employer = self.world.people.employer[self.contacts.who]
        return self.accounts.record_of(self.world.chance("crm", "contact account"), employer, self.contacts.created_at)

    @cached_property
    def _tenancy(self) -> tuple[Ints, Ints]:
        """The seconds at which each company begins and ceases to be a customer; NEVER where it does not."""
        company, since, until, _ = self.world.tenancy
        begins, ends = np.full((2, len(self.world.companies)), NEVER)
        begins[company], ends[company] = since, until
        return begins, ends

    def account_status(self, who: Ints, at: Ints) -> Ints:
        """0 prospect, 1 customer, 2 former customer, of companies at a moment."""
        begins, ends = self._tenancy
        return np.where(at < begins[who], 0, np.where(at < ends[who], 1, 2))

    @cached_property
    def sellers(self) -> Ints:
        """Positions in our staff of those who use the CRM."""
        sales = np.flatnonzero((self.world.staff.department == DEPARTMENTS.index("Sales")) & ~self.world.staff.ghost)
        return sales if len(sales) >= 3 else np.arange(3)

    @cached_property
    def logins(self) -> pl.Series:
        """Login of each seller."""
        ours = self.world.staff
        return staff_mail(gather(ours.given, self.sellers), gather(ours.family, self.sellers), self.sellers)

    def owner_of(self, company: Ints) -> Ints:
        """Number of the seller who owns a company; early hires own most, so that facts never precede their owner."""
        early = max(1, int((self.world.staff.hired_day[self.sellers] * DAY < self.world.timeline.start).sum()))
        return (company * 7919 + 13) % early
