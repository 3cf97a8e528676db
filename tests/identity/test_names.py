"""Names of organisations and persons, as the words in which they are compared."""

import pytest

from cdp_platform.identity.organization_names import organization_name
from cdp_platform.identity.person_names import person_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme Inc.", "acme"),
        ("ACME, L.L.C.", "acme"),
        ("The Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("Mueller und Soehne", "muller sohne"),
        ("Acme Intl. Mfg Corp", "acme international manufacturing"),
        ("SARL Dupont", "dupont"),
        ("SAS Institute Inc.", "sas institute"),
        ("Dupont S.A.R.L.", "dupont"),
        ("Ørsted A/S", "orsted"),
        ("Kowalski Sp. z o.o.", "kowalski"),
        ("Zenith Pty Ltd", "zenith"),
        ("Zenith Ltd (formerly Apex Ltd)", "zenith"),
        ("Apex Holdings LLC dba Zenith", "apex holdings"),
        ("Apex Holdings LLC d/b/a Zenith", "apex holdings"),
        ("Apex, c/o Miller", "apex"),
        ("Velant Inc - Seattle", "velant"),
        ("Yarford S L", "yarford"),
        ("McDonald's", "mcdonalds"),
        ("Limited", "limited"),
        ("Ελλάδα", "ellada"),
        ("N/A", None),
        ("unknown", None),
        ("  ", None),
    ],
)
def test_an_organisation_is_named_by_its_telling_words(text: str, expected: str | None) -> None:
    assert organization_name(text) == expected


@pytest.mark.parametrize(
    ("first", "last", "full", "expected"),
    [
        ("Bob", "Smith", None, ("bob", "smith", None)),
        (None, None, "Smith, Bob A.", ("bob", "smith", None)),
        (None, None, "Dr. Bob A. Smith, PhD", ("bob", "smith", None)),
        (None, None, "Bob Smith, Jr.", ("bob", "smith", "jr")),
        ("Bob", "Smith III", None, ("bob", "smith", "3")),
        (None, None, "Ludwig van der Berg", ("ludwig", "berg", None)),
        ("Jean-Pierre", "Lefèvre", None, ("jean pierre", "lefevre", None)),
        ("J.", "Smith", None, ("j", "smith", None)),
        (None, None, "Jürgen Groß", ("jurgen", "gross", None)),
        (None, None, "Juergen Gross", ("jurgen", "gross", None)),
        (None, None, "DUPONT Jean", ("jean", "dupont", None)),
        (None, None, "Jean-Paul DE LA TOUR", ("jean paul", "tour", None)),
        (None, None, "den Haag Alexander", ("alexander", "hag", None)),
        (None, None, "Al Pacino", ("al", "pacino", None)),
        (None, None, "Bob Smith PhD", ("bob", "smith", None)),
        (None, None, "Bob SMITH III", ("bob", "smith", "3")),
        ("Maria", "Garcia Lopez", "ignored", ("maria", "garcia lopez", None)),
        (None, None, "Cher", ("cher", None, None)),
        (None, None, "Test User", (None, None, None)),
        (None, None, "12345", (None, None, None)),
        ("", "", "", (None, None, None)),
    ],
)
def test_a_person_has_given_names_surname_and_generation(
    first: str | None, last: str | None, full: str | None, expected: tuple[str | None, ...]
) -> None:
    assert person_name(first, last, full)[:3] == expected
