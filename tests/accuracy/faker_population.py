"""A second company, made by Faker instead of our own word lists: its companies, with subsidiaries, and its persons.

Here: who there is. Not here: what systems record of them (`faker_records`).
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count

from faker import Faker

from tests.accuracy.faker_parties import (
    BORN,
    BRANCHES,
    COUNTRIES,
    HEADS,
    PROVIDERS,
    TAILS,
    TRADES,
    Address,
    Company,
    Country,
    Person,
)
from tests.accuracy.slips import slug


class Population:
    """All parties behind about `size` records, by the seed."""

    def __init__(self, size: int, seed: int) -> None:
        self.rng, self._taken, self._number = random.Random(seed), set[str](), count()
        self._faker = {country: Faker(country.locale) for country in COUNTRIES}
        for faker in self._faker.values():
            faker.seed_instance(self.rng.random())
            for provider in faker.get_providers():
                if hasattr(provider, "cities"):  # in one locale a set, whose order no seed decides
                    provider.cities = sorted(provider.cities)
        self.companies: list[Company] = []
        while len(self.companies) < size * 0.068:
            self._add_company()
        self.persons: list[Person] = []
        while len(self.persons) < size * 0.612:
            self._add_person()

    def digits(self, pattern: str) -> str:
        return "".join(self.rng.choice("0123456789") if sign == "#" else sign for sign in pattern)

    def _once(self, make: Callable[[], str]) -> str:
        while (value := make()) in self._taken:
            pass
        self._taken.add(value)
        return value

    def _country(self) -> Country:
        return self.rng.choices(COUNTRIES, [country.share for country in COUNTRIES])[0]

    def _address(self, country: Country) -> Address:
        faker = self._faker[country]
        return Address(faker.street_address().replace("\n", " "), faker.city(), faker.postcode(), country.code)

    def _phone(self, country: Country, first: str) -> str:
        return self._once(lambda: country.dial + self.rng.choice(first) + self.digits("########"))

    def _company(
        self, country: Country, name: str, address: Address, domain: str | None, former: str | None
    ) -> Company:
        rng, code = self.rng, country.code.lower()

        def host() -> str:
            ending = rng.choice(("", "", f"-{code}", self.digits("##")))
            return f"{slug(name)[:22]}{ending}.{rng.choice(('com', 'eu', code))}"

        return Company(
            next(self._number), country, name, rng.choice(country.forms),
            self._once(lambda: self.digits(country.vat)),
            domain or self._once(host),
            self._phone(country, "123456789"), address, former,
        )  # fmt: skip

    def _add_company(self) -> None:
        country = self._country()
        name, rng = self._faker[country].last_name, self.rng
        core = rng.choice((
            lambda: f"{name()} {rng.choice(TRADES)}", lambda: f"{name()} & {name()}", name,
            lambda: rng.choice(HEADS) + rng.choice(TAILS) + rng.choice(("", " Group", " Systems", " International")),
        ))()  # fmt: skip
        former = f"{name()} {rng.choice(('Werke', 'Trading', 'Handel'))}" if rng.random() < 0.04 else None
        parent = self._company(country, core, self._address(country), None, former)
        self.companies.append(parent)
        if rng.random() < 0.06:
            for branch in rng.sample(BRANCHES, rng.randint(1, 2)):
                address = parent.address if rng.random() < 0.3 else self._address(country)
                domain = parent.domain if rng.random() < 0.6 else None
                self.companies.append(self._company(country, f"{core} {branch}", address, domain, None))

    def _add_person(self) -> None:
        country, rng = self._country(), self.rng
        faker, is_woman = self._faker[country], rng.random() < 0.5
        address, employer = self._address(country), rng.choice(self.companies)
        person = Person(
            next(self._number), country, self._given(country, is_woman), faker.last_name(),
            faker.last_name() if is_woman and rng.random() < 0.08 else None,
            faker.date_between_dates(*BORN),
            (employer, rng.choice(self.companies) if rng.random() < 0.1 else employer),
            (address, self._address(country) if rng.random() < 0.1 else address),
            "", "", self._phone(country, "67"), self._phone(country, "234"), self.digits("#" * 16),
        )  # fmt: skip
        self.persons.append(self._with_mailboxes(person))
        if rng.random() < 0.08:
            first = self._given(country, not is_woman)
            self._add_relative(person, first=first, born=faker.date_between_dates(*BORN))
        if not is_woman and rng.random() < 0.01:
            self._add_relative(person, born=person.born.replace(year=min(2008, person.born.year + 27), day=1))

    def _add_relative(self, person: Person, *, born: date, first: str = "") -> None:
        """Of the same surname at the same address: a partner, or a son of the same given name too."""
        employer = self.rng.choice(self.companies)
        other = replace(
            person, number=next(self._number), first=first or person.first, maiden=None, born=born,
            employers=(employer, employer), mobile=self._phone(person.country, "67"), device=self.digits("#" * 16),
        )  # fmt: skip
        theirs = self._with_mailboxes(other)
        shared = bool(first) and self.rng.random() < 0.2
        self.persons.append(replace(theirs, mailbox=self.persons[-1].mailbox) if shared else theirs)

    def _given(self, country: Country, is_woman: bool) -> str:
        faker = self._faker[country]
        return faker.first_name_female() if is_woman else faker.first_name_male()

    def _with_mailboxes(self, person: Person) -> Person:
        first, last, rng = slug(person.first), slug(person.last), self.rng
        forms = (f"{first}.{last}", f"{first[:1]}{last}", f"{last}.{first}", first + self.digits("###"))
        domain = person.employers[0].domain
        private = self._once(
            lambda: f"{rng.choice(forms)}{rng.choice(('', '', self.digits('##')))}@{rng.choice(PROVIDERS)}"
        )
        at_work = self._once(lambda: f"{rng.choice(forms[:2])}{rng.choice(('', self.digits('#')))}@{domain}")
        return replace(person, mailbox=private, work_mailbox=at_work)
