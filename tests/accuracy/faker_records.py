"""What seven systems record of the second company: which fields they hold, and in whose spelling.

Here: `second_company`, records and truth. Not here: the parties (`faker_parties`), slips of the pen (`slips`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from cdp_platform.identity.intake import COLUMNS
from tests.accuracy.faker_parties import Address, Company, Person
from tests.accuracy.faker_population import Population
from tests.accuracy.sample import Sample
from tests.accuracy.slips import SHORT, Hand, slug

Row = dict[str, str]


@dataclass(frozen=True)
class System:
    """Shares of records that have a field; `organizations` and `persons` are shares of the records of each type."""

    organizations: float = 0.0
    persons: float = 0.0
    email: float = 0.0
    work: float = 0.0
    phone: float = 0.0
    address: float = 0.0
    website: float = 0.0
    tax_id: float = 0.0
    birth_date: float = 0.0
    employer: float = 0.0
    device: float = 0.0
    nameless: float = 0.0
    is_in_one_field: bool = False


SYSTEMS: Mapping[str, System] = {
    "crm": System(0.50, 0.18, 0.85, 0.8, 0.7, 0.40, 0.7, 0.40, 0.1, 0.9),
    "erp": System(0.30, 0.10, 0.70, 0.2, 0.6, 0.95, 0.2, 0.85, 0.3, 0.2),
    "shop": System(0.08, 0.20, 0.98, 0.1, 0.6, 0.90, 0.0, 0.10, 0.1, 0.1, 0.1),
    "desk": System(0.12, 0.12, 0.95, 0.5, 0.3, 0.00, 0.6, 0.00, 0.0, 0.4, is_in_one_field=True),
    "news": System(0.00, 0.20, 0.99, 0.3, employer=0.1, nameless=0.2),
    "app": System(0.00, 0.15, 0.70, 0.3, 0.2, birth_date=0.1, device=0.97, nameless=0.25),
    "survey": System(0.00, 0.05, 0.90, 0.4, 0.1, 0.1, birth_date=0.4, employer=0.2, is_in_one_field=True),
}
SECOND, SECOND_SIZE = ((61, 1.0), (62, 0.5), (63, 1.5)), 20_000
"""Seeds with their noise, and about how many records, of the report."""
SOMEBODY = {"email", "phone", "device_id", "street", "full_name", "last_name"}
OFFICES = ("info", "office", "kontakt", "buchhaltung", "contact", "invoices")
BOOKKEEPERS = ("rechnung@steuerbuero-nord.de", "compta@fiduciaire-sud.fr")


def second_company(size: int, seed: int, noise: float = 1.0) -> Sample:
    """About `size` records, a third of them duplicates, with the truth; the same for the same arguments."""
    return _Clerk(Population(size, seed), noise).sample(f"Faker company, seed {seed}, noise {noise:g}")


class _Clerk:
    """Records every party once or several times, each time in some system."""

    def __init__(self, population: Population, noise: float) -> None:
        self.people, self.rng, self.hand = population, population.rng, Hand(population.rng, noise)

    def sample(self, name: str) -> Sample:
        rows = []
        for company in self.people.companies:
            rows += [self._row(company, "organization", f"o{company.number}") for _ in range(self._times())]
        for person in self.people.persons:
            rows += [self._row(person, "person", f"p{person.number}") for _ in range(self._times())]
        self.rng.shuffle(rows)
        table = pl.DataFrame(rows, schema=dict.fromkeys([*COLUMNS, "entity_id"], pl.String))
        table = table.with_columns(source_id=pl.int_range(1, pl.len() + 1).cast(pl.String))
        return Sample.of(name, table.drop("entity_id"), table)

    def _times(self) -> int:
        times = 1
        while times < 8 and self.rng.random() < 0.3:
            times += 1
        return times

    def _row(self, party: Company | Person, kind: str, entity: str) -> Row:
        shares = [system.organizations if kind == "organization" else system.persons for system in SYSTEMS.values()]
        name = self.rng.choices(list(SYSTEMS), shares)[0]
        system = SYSTEMS[name]
        row = self._company(party, system) if isinstance(party, Company) else self._person(party, system)
        if isinstance(party, Person) and not row.keys() & SOMEBODY:
            row["email"] = party.mailbox
        return {"source_system": name, "record_type": kind, "entity_id": entity, **row}

    def _has(self, share: float) -> bool:
        return self.rng.random() < share

    def _company(self, company: Company, system: System) -> Row:
        name = company.former if company.former and self._has(0.3) else company.name
        kind, form = self.rng.random(), company.form
        form = self.rng.choice(company.country.forms) if self.hand.slips(0.03) else form
        form = form if kind < 0.55 else "" if kind < 0.8 else form.replace(".", "").upper() if kind < 0.9 else form
        name = self.hand.name(name.replace("&", "und") if self.hand.slips(0.05) else name)
        name = f"{name} - {company.address.city}" if self.hand.slips(0.03) else name
        row = {"company_name" if self._has(0.8) else "full_name": f"{name} {form}".strip()}
        if self._has(system.email):
            own = f"{self.rng.choice(OFFICES)}@{company.domain}"
            row["email"] = own if self._has(0.85) else self.rng.choice(BOOKKEEPERS)
        if self._has(system.phone):
            row["phone"] = self.hand.phone(company.phone, company.country.dial)
        if self._has(system.website):
            row["website"] = self.rng.choice(("", "www.", "https://www.", "http://")) + company.domain
        if self._has(system.tax_id):
            row["tax_id"] = self.hand.tax_id(company.vat)
        return row | self._place(company.address, system)

    def _person(self, person: Person, system: System) -> Row:
        row = {} if self._has(system.nameless) else self._name(person, system)
        employer = person.employers[1] if self._has(0.3) else person.employers[0]
        if self._has(system.employer):
            row["company_name"] = f"{self.hand.name(employer.name)} {self.rng.choice((employer.form, ''))}".strip()
        if self._has(system.email):
            box = person.work_mailbox if self._has(system.work) else person.mailbox
            row["email"] = self.hand.mailbox(f"info@{employer.domain}" if self.hand.slips(0.01) else box)
        if self._has(system.phone):
            number = self.rng.choices((person.mobile, person.landline, employer.phone), (6, 2, 1))[0]
            row["phone"] = self.hand.phone(number, person.country.dial)
        if self._has(system.birth_date):
            row["birth_date"] = self.hand.birth_date(person.born)
        if self._has(system.device):
            row["device_id"] = person.device
        return row | self._place(person.addresses[1] if self._has(0.3) else person.addresses[0], system)

    def _name(self, person: Person, system: System) -> Row:
        slips, rng = self.hand.slips, self.rng
        first, last = person.first, person.last
        first = SHORT.get(slug(first), first) if slips(0.06) else first
        first = f"{first[0]}." if slips(0.03) else f"{first} {rng.choice('ABCDEFGHJKLM')}." if slips(0.03) else first
        if person.maiden and self._has(0.5):
            last = rng.choice((person.maiden, person.maiden, f"{person.maiden}-{last}"))
        first, last = self.hand.name(first), self.hand.name(last)
        first, last = (last, first) if slips(0.01) else (first, last)
        first = f"{rng.choice(('Dr.', 'Prof.', 'Herr', 'Mme'))} {first}" if slips(0.02) else first
        if not system.is_in_one_field and not self._has(0.15):
            return {"first_name": first, "last_name": last}
        return {"full_name": rng.choice((*[f"{first} {last}"] * 4, f"{last}, {first}", f"{last.upper()} {first}"))}

    def _place(self, address: Address, system: System) -> Row:
        if not self._has(system.address):
            return {"country": address.country} if self._has(0.7) else {}
        street = address.street.replace("straße", self.rng.choice(("straße", "str.", "strasse")))
        street = self.hand.typo(street) if self.hand.slips(0.03) else street
        written = {"street": street, "postal_code": address.postal_code, "country": address.country}
        kept = {name: value for name, value in written.items() if not self.hand.slips(0.05)}
        return kept | {"city": self.hand.name(address.city)}
