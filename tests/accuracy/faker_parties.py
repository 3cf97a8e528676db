"""The parties of the second company: what a company and a person are, and the words they are named with.

Here: eleven European locales. Not here: how parties are drawn (`faker_population`).
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Country:
    """A locale with its share of the parties; `vat` has a digit for every #."""

    locale: str
    code: str
    dial: str
    share: float
    forms: tuple[str, ...]
    vat: str


COUNTRIES = (
    Country("de_DE", "DE", "+49", 0.22, ("GmbH", "AG", "KG", "GmbH & Co. KG", "UG"), "DE#########"),
    Country("de_AT", "AT", "+43", 0.06, ("GmbH", "AG"), "ATU########"),
    Country("de_CH", "CH", "+41", 0.05, ("AG", "GmbH", "SA"), "CHE#########"),
    Country("fr_FR", "FR", "+33", 0.16, ("SARL", "SAS", "SA", "EURL"), "FR###########"),
    Country("nl_NL", "NL", "+31", 0.10, ("B.V.", "N.V.", "VOF"), "NL#########B01"),
    Country("nl_BE", "BE", "+32", 0.05, ("BV", "NV", "SRL"), "BE0#########"),
    Country("es_ES", "ES", "+34", 0.10, ("S.L.", "S.A.", "SLU"), "ESB########"),
    Country("it_IT", "IT", "+39", 0.10, ("S.r.l.", "S.p.A.", "SNC"), "IT###########"),
    Country("en_GB", "GB", "+44", 0.10, ("Ltd", "PLC", "LLP"), "GB#########"),
    Country("sv_SE", "SE", "+46", 0.03, ("AB",), "SE##########01"),
    Country("da_DK", "DK", "+45", 0.03, ("A/S", "ApS"), "DK########"),
)
TRADES = ("Consulting", "Logistik", "Bau", "Software", "Foods", "Design", "Energie", "Medical", "Media", "Transport")
HEADS = ("Nova", "Alpha", "Euro", "Trans", "Medi", "Bio", "Tele", "Agri", "Cosmo", "Vita")
TAILS = ("tec", "plan", "line", "form", "san", "med", "data", "pack", "tron", "gas")
BORN = date(1940, 1, 1), date(2007, 12, 31)
BRANCHES = ("Holding", "Services", "Vertrieb", "Nord", "Deutschland", "Italia", "Iberia", "Logistics")
PROVIDERS = ("gmail.com", "gmx.de", "web.de", "orange.fr", "libero.it", "hotmail.com", "outlook.com", "telia.com")


@dataclass(frozen=True)
class Address:
    """Where a party is."""

    street: str
    city: str
    postal_code: str
    country: str


@dataclass(frozen=True)
class Company:
    """A company; `former` is the name before it was renamed."""

    number: int
    country: Country
    name: str
    form: str
    vat: str
    domain: str
    phone: str
    address: Address
    former: str | None


@dataclass(frozen=True)
class Person:
    """A person; two of a household share address and landline, and some a mailbox."""

    number: int
    country: Country
    first: str
    last: str
    maiden: str | None
    born: date
    employers: tuple[Company, Company]
    addresses: tuple[Address, Address]
    mailbox: str
    work_mailbox: str
    mobile: str
    landline: str
    device: str
