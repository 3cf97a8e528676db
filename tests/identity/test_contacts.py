"""E-mail addresses, domains, phones, tax ids and addresses, as the values in which they are compared."""

from typing import Any

import polars as pl
import pytest

from cdp_platform.identity.normalize import match_keys
from tests.identity.parties import company, frame


def key(name: str, **values: Any) -> str | None:
    return match_keys(frame([company("crm:account:1", "Acme", **values)])).get_column(name)[0]


@pytest.mark.parametrize(
    ("text", "email", "domain"),
    [
        (" AP@Acme.com ", "ap@acme.com", "acme.com"),
        ("<ap+may@mail.acme.co.uk>", "ap@mail.acme.co.uk", "acme.co.uk"),
        ("b.o.b+x@googlemail.com", "bob@gmail.com", None),
        ("b.ob@gmx.de", "b.ob@gmx.de", None),
        ("noreply@acme.com", None, None),
        ("acme.com", None, None),
        ("two@acme.com, three@acme.com", None, None),
        ("", None, None),
    ],
)
def test_a_mailbox_has_one_spelling_and_perhaps_a_company_domain(
    text: str, email: str | None, domain: str | None
) -> None:
    assert key("email", email=text) == email
    assert key("mail_domain", email=text) == domain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://user@www.Acme.co.uk:8080/about?x#y", "acme.co.uk"),
        ("acme.com/", "acme.com"),
        ("mailto", None),
        ("gmail.com", None),
        ("localhost", None),
    ],
)
def test_a_website_has_a_registrable_domain(text: str, expected: str | None) -> None:
    assert key("web_domain", website=text) == expected


@pytest.mark.parametrize("text", ["+49 (0)89 1234-5678", "0049 89 12345678", "089/12345678", "089 12345678 ext. 12"])
def test_a_phone_is_the_same_with_and_without_country_code(text: str) -> None:
    assert key("phone", phone=text) == "912345678"


@pytest.mark.parametrize("text", ["000 000 0000", "12345", "123-456-789", "n/a"])
def test_a_phone_that_is_none_is_no_key(text: str) -> None:
    assert key("phone", phone=text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12-3456788", "123456788"),
        ("DE 123 456 788", "123456788"),
        ("esb12345674", "12345674"),
        ("000000000", None),
        ("N/A", None),
    ],
)
def test_a_tax_id_is_letters_and_digits_without_country(text: str, expected: str | None) -> None:
    assert key("tax_id", tax_id=text) == expected


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("postal_code", "94107-1234", "94107"),
        ("postal_code", "SW1A 1AA", "sw1a1aa"),
        ("street", "12 Main Street", "Main St., 12"),
        ("street", "Hauptstraße 7", "Hauptstr. 7"),
        ("country", "Deutschland", "DE"),
        ("country", "United States of America", "us"),
        ("city", "München", "MUNCHEN"),
    ],
)
def test_an_address_is_the_same_however_it_is_written(column: str, one: str, other: str) -> None:
    name = column.removesuffix("_code")
    assert key(name, **{column: one}) == key(name, **{column: other}) is not None


def test_keys_keep_the_order_and_number_of_records() -> None:
    keys = match_keys(frame([company(f"crm:account:{i}", "Acme") for i in range(5)]))
    assert keys["row"].to_list() == list(range(5))
    assert keys.schema["row"] == pl.UInt32
