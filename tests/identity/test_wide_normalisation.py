"""What records of many countries and hands have in common, and what only looks alike."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import taken
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.organization_names import organization_name, other_name
from cdp_platform.identity.relation import relation
from tests.identity.parties import Runs, company, frame, groups, human, one

A, B = "crm:account:1", "erp:customer:1"


def keys(*records: dict[str, Any]) -> pl.DataFrame:
    return match_keys(frame(list(records)))


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+32 2 710 35 00", None, "27103500"),
        ("02 710 35 00", "BE", "27103500"),
        ("0044 7721 450629", None, "721450629"),
        ("49 201 390 0811", "DE", "013900811"),
        ("+33 (0)3 34 66 56 55", "FR", "334665655"),
        ("0541 862 874 DW 944", "DE", "541862874"),
        ("(055) 7041680", "Italia", "557041680"),
        ("+39 055 7041680 int. 12", None, "557041680"),
    ],
)
def test_a_phone_is_read_by_its_country(text: str, country: str | None, expected: str) -> None:
    assert keys(human(A, "Ann Lee", phone=text, country=country))["phone"].item() == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("FR-34025", None, "34025"),
        ("PL-00-424", None, "00424"),
        ("IT - 10169", None, "10169"),
        ("4064", "Germany", "04064"),
        ("4064", "AT", "4064"),
        ("EH18 5HE", "UK", "EH185HE"),
        ("00000", None, None),
    ],
)
def test_a_postal_code_has_no_country_and_all_its_zeros(text: str, country: str | None, expected: str | None) -> None:
    assert keys(human(A, "Ann Lee", postal_code=text, country=country))["postal"].item() == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [("Munich", "München"), ("Duesseldorf", "Düsseldorf"), ("PARIS CEDEX 08", "Paris"), ("Gothenburg", "Göteborg")],
)
def test_a_town_has_one_name_in_all_languages(a: str, b: str) -> None:
    assert keys(human(A, "Ann Lee", city=a), human(B, "Ann Lee", city=b))["city"].n_unique() == 1


@pytest.mark.parametrize(
    "text", ["USt-IdNr. DE687685988", "687685988", "DE 687 685 988", "VAT DE687685988", "687685988MVA", "UID 687685988"]
)
def test_a_tax_id_has_no_words_around_it(text: str) -> None:
    assert keys(company(A, "Acme", tax_id=text))["tax_id"].item() == "687685988"


def test_a_tax_id_of_letters_and_digits_keeps_its_letters() -> None:
    assert keys(human(A, "Mario Rossi", tax_id="rss mra 85t10 a562s"))["tax_id"].item() == "RSSMRA85T10A562S"


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("11.06.61", "DE", date(1961, 6, 11)),
        ("06/11/61", "US", date(1961, 6, 11)),
        ("1/2/05", "GB", date(2005, 2, 1)),
        ("0061-01-01", None, None),
    ],
)
def test_a_year_of_two_digits_is_the_nearer_one(text: str, country: str | None, expected: date | None) -> None:
    row = {"source_system": "crm", "source_id": "1", "record_type": "person", "birth_date": text, "country": country}
    found = taken(pl.DataFrame([row]))
    assert found.records["birth_date"].item() == expected
    assert found.unreadable_birth_dates == (expected is None)


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("Östling Plåt AB (f.d. Arsys LIS)", "ostling plat", "arsys lis"),
        ("Bähr Fenster GmbH (vormals Miltratron)", "bahr fenster", "miltratron"),
        ("Tartini e Figli S.p.A. (già Tessuti Tartaglia)", "tartini figli", "tessuti tartaglia"),
        ("Acme Inc d/b/a Zenith Foods", "acme", "zenith foods"),
        ("The Antes Group", "antes group", None),
        ("AOE S.r.l.", "aoe", None),
        ("Jaje Maszyny, Sp. z o. o.", "jaje maszyny", None),
    ],
)
def test_a_remark_holds_the_other_name(text: str, name: str, other: str | None) -> None:
    assert (organization_name(text), other_name(text)) == (name, other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Martin Weiss Boulangerie, Comptabilité", "martin weiss boulangerie"),
        ("Jaje Maszyny SP ZOO - Dział Zakupów", "jaje maszyny"),
        ("Vetrarix / Oddział Gdańsk", "vetrarix"),
        ("Kohl Gartenbau, Reno", "kohl gartenbau"),
        ("Smith, Jones", "smith jones"),
    ],
)
def test_an_office_or_a_town_set_off_is_no_part_of_a_name(text: str, expected: str) -> None:
    assert keys(company(A, text), company(B, "Other", city="Reno"))["name"][0] == expected


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("orimidata installatietechniek", "orimidata install techniek", "similar"),
        ("ss", "savage sons", "acronym"),
        ("rcsn", "rosendo coll seguros maquinaria", "different"),
        ("acme 1", "acme 12", "sibling"),
    ],
)
def test_letters_left_out_make_no_other_name(x: str, y: str, expected: str) -> None:
    assert relation(x, y) == relation(y, x) == expected


@pytest.mark.parametrize(
    ("a", "b", "together"),
    [
        pytest.param(
            {"company_name": "Miltratron GmbH", "phone": "+49 721 4488511"},
            {"company_name": "Bähr Fenster GmbH (vormals Miltratron)", "phone": "0721 4488511", "country": "DE"},
            True,
            id="the name that it had",
        ),
        pytest.param(
            {"company_name": "Christen Medien", "website": "janicchristenmedien.ch"},
            {"company_name": "Janic Medien", "email": "office@janicchristenmedien.ch"},
            True,
            id="words left out of what the domain spells",
        ),
        pytest.param(
            {"company_name": "Christen Medien", "website": "christen.ch"},
            {"company_name": "Christen Holz", "email": "office@christen.ch"},
            False,
            id="two subsidiaries at one domain",
        ),
        pytest.param(
            {"company_name": "Dellux Haulage", "phone": "+353 1 8194654", "street": "31 Main St", "city": "Dublin"},
            {
                "company_name": "Dellux Manufacturing",
                "phone": "+353 1 8194654",
                "street": "31 Main St",
                "city": "Dublin",
            },
            False,
            id="two subsidiaries in one office",
        ),
        pytest.param(
            {"company_name": "Amancio Bodegas", "email": "bodegas@hotmail.com", "postal_code": "07077"},
            {"company_name": "Amancio Bodegas Export", "email": "bodegas@hotmail.com", "postal_code": "07077"},
            True,
            id="a mailbox at a provider of mail",
        ),
        pytest.param(
            {"company_name": "Modig Konsult AB", "street": "Bäckvägen 7"},
            {"company_name": "Modig Konsult", "street": "Bäckvägen 7", "city": "Uppsala"},
            True,
            id="a street without a town",
        ),
        pytest.param(
            {"company_name": "Modig Konsult AB", "street": "Bäckvägen 7", "city": "Lund"},
            {"company_name": "Modig Konsult", "street": "Bäckvägen 7", "city": "Uppsala"},
            False,
            id="a street in two towns",
        ),
    ],
)
def test_organizations(run: Runs, a: dict[str, Any], b: dict[str, Any], together: bool) -> None:
    found = groups(run(company(A, **a), company(B, **b)))
    assert (one(A, B) in found) is together


@pytest.mark.parametrize(
    ("a", "b", "together"),
    [
        pytest.param(
            {"full_name": "Dott.ssa Bianca Verdi", "email": "b@x.com"},
            {"full_name": "Sig.ra Bianca Verdi", "email": "b@x.com"},
            True,
            id="titles",
        ),
        pytest.param(
            {"full_name": "Montserrat Jiménez Aguado", "phone": "+34 643 555 705"},
            {"first_name": "Montserrat", "last_name": "Jiménez", "phone": "643555705", "country": "Spain"},
            True,
            id="the first of two surnames",
        ),
        pytest.param(
            {"first_name": "Lizz", "last_name": "vanLoon", "phone": "+31 6 76465573"},
            {"first_name": "Lizz", "last_name": "van Loon", "phone": "+31 6 76465573"},
            True,
            id="a particle joined to the surname",
        ),
        pytest.param(
            {"full_name": "Ann Lee", "email": "ann.lee@x.com", "birth_date": date(1908, 2, 6)},
            {"full_name": "Ann Lee", "email": "ann.lee@x.com", "birth_date": date(1980, 2, 6)},
            True,
            id="two digits of a birth date exchanged",
        ),
        pytest.param(
            {"full_name": "Ann Lee", "street": "1 Main St", "postal_code": "94107", "email": "annlee77@aol.com"},
            {"full_name": "Ann Lee", "street": "1 Main St", "postal_code": "94107", "email": "anlee77@aol.com"},
            True,
            id="a slip in the mailbox",
        ),
        pytest.param({"email": "ann@x.com", "first_name": "Ann"}, {"email": "ann@x.com", "full_name": "Bob Roe"}, False,
                     id="a given name that excludes"),
    ],
)  # fmt: skip
def test_persons(run: Runs, a: dict[str, Any], b: dict[str, Any], together: bool) -> None:
    found = groups(run(human(A, **a), human(B, **b)))
    assert (one(A, B) in found) is together


def test_a_record_without_a_surname_joins_whom_its_given_name_fits(run: Runs) -> None:
    couple = [human(f"crm:contact:{name}", f"{name} Martin", email="fam.martin84@gmx.de") for name in ("Ada", "Esther")]
    found = groups(run(*couple, human(A, first_name="Esther", email="fam.martin84@gmx.de")))
    assert found == {one("crm:contact:Ada"), one("crm:contact:Esther", A)}


def test_a_mailbox_spells_a_name_that_others_bear() -> None:
    bearers = [human("crm:contact:1", "Sabri Noor"), human("crm:contact:2", "Ida Wohlgemut")]
    found = keys(*bearers, human(A, email="Wohlgemut.Sabri3@web.de"), human(B, email="foo.bar@web.de"))
    assert found.select("first", "last").rows()[2:] == [("sabri", "wohlgemut"), (None, None)]


def _at_home(number: int, name: str, **values: Any) -> dict[str, Any]:
    place = {"street": f"{number} Main St", "postal_code": "94107"}
    return human(f"crm:contact:{number}{values.get('email')}", name, **place, **values)


@pytest.mark.parametrize("generation", ["", " Jr"])
def test_two_mailboxes_part_namesakes_at_home_where_there_are_such(run: Runs, generation: str) -> None:
    """Bob Roe has two mailboxes at one address; so has another name, of whom one may be the other's father."""
    twice = [_at_home(1, "Bob Roe", email=email) for email in ("roe@aol.com", "bob@gmx.de")]
    others = [_at_home(2, "Al Kim", email="al@aol.com"), _at_home(2, f"Al Kim{generation}", email="kim@gmx.de")]
    together = {one(*(record["source_record_id"] for record in pair)) for pair in (twice, others)}
    apart = {one(record["source_record_id"]) for record in (*twice, *others)}
    assert groups(run(*twice, *others)) == (apart if generation else together)


def test_birth_dates_show_that_namesakes_share_homes(run: Runs) -> None:
    known = [
        _at_home(number, f"Bob Roe{letter}", email=f"{name}@aol.com", birth_date=born)
        for number, letter in enumerate("abcdef", start=2)
        for name, born in (("father", date(1950, 1, 2)), ("son", date(1981, 9, 20)))
    ]
    twice = [_at_home(1, "Al Kim", email=email) for email in ("al@aol.com", "kim@gmx.de")]
    assert one(*(record["source_record_id"] for record in twice)) not in groups(run(*twice, *known))
