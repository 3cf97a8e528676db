"""When two records of organisations are one, and when they are not."""

from typing import Any

import pytest

from cdp_platform.identity.relation import relation
from cdp_platform.identity.rules import RULES
from tests.identity.parties import Runs, company, groups, one

A, B = "crm:account:1", "erp:customer:1"
PLACE: dict[str, Any] = {"postal_code": "94107", "street": "1 Main St", "country": "US"}


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("data works", "dataworks", "same"),
        ("works data", "data works", "same"),
        ("north star logistics", "north star logistcs", "similar"),
        ("acme techno", "acme technologies", "similar"),
        ("acme eng", "acme engineering", "similar"),
        ("acme hldgs", "acme holdings", "similar"),
        ("acme art", "acme arts", "sibling"),
        ("ibm", "international business machines", "acronym"),
        ("acme", "acme logistics", "subsidiary"),
        ("acme north", "acme south", "sibling"),
        ("store 12", "store 13", "sibling"),
        ("acme", "zenith", "different"),
    ],
)
def test_names_relate(x: str, y: str, expected: str) -> None:
    assert relation(x, y) == relation(y, x) == expected


@pytest.mark.parametrize(
    ("a", "b", "rule"),
    [
        (("Acme", {"tax_id": "12-3456788"}), ("Zenith", {"tax_id": "123456788"}), "organization_tax_id"),
        (
            ("Acme", {"email": "ap@acme.com", "website": "acme.com", "country": "US"}),
            ("Zenith", {"email": "ap@acme.com", "website": "acme.com", "country": "US"}),
            "organization_domain_email",
        ),
        (("Acme Inc", {"email": "a@gmx.de"}), ("ACME", {"email": "a@gmx.de"}), "organization_email_name"),
        (("Acme Inc", {"website": "www.acme.com"}), ("ACME Ltd", {"email": "x@acme.com"}), "organization_domain_name"),
        (("Acme Inc", {"phone": "4155550123"}), ("ACME", {"phone": "+1 415 555 0123"}), "organization_phone_name"),
        (("Acme Inc", {"postal_code": "94107"}), ("ACME", {"postal_code": "94107"}), "organization_place_name"),
        (
            ("Acme Inc", {"street": "1 Main St", "city": "Reno"}),
            ("ACME", {"street": "Main St 1", "city": "RENO"}),
            "organization_place_name",
        ),
        (
            ("Acme", {"phone": "4155550123", "website": "acme.com"}),
            ("Zenith", {"phone": "4155550123", "website": "acme.com"}),
            "organization_contacts",
        ),
        (("Acme", {"country": "US"}), ("ACME Inc.", {"country": "USA"}), "organization_country_name"),
        (
            ("Acme", {"website": "acme.com", "phone": "4155550123"}),
            ("Acme Logistics", {"website": "acme.com", "phone": "4155550123"}),
            "organization_domain_name",
        ),
    ],
)
def test_a_rule_makes_two_records_one(run: Runs, a: Any, b: Any, rule: str) -> None:
    found = run(company(A, a[0], **a[1]), company(B, b[0], **b[1]))
    assert groups(found) == {one(A, B)}
    assert found.crosswalk["method"].unique().to_list() == [rule]
    assert 0.5 < found.crosswalk["confidence"].unique().item() <= RULES[rule].confidence
    assert found.match_edge.row(0)[:2] == (A, B)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(("Acme", {}), ("Acme", {}), id="a name alone is no evidence"),
        pytest.param(("Acme", {"website": "acme.com"}), ("Zenith", {"website": "acme.com"}), id="nor is a domain"),
        pytest.param(
            ("Acme", {"email": "x@gmail.com"}), ("Acme", {"email": "y@gmail.com"}), id="nor a free-mail provider"
        ),
        pytest.param(("Acme", PLACE), ("Zenith", PLACE), id="nor an address"),
        pytest.param(("Acme", {"tax_id": "000000000"}), ("Zenith", {"tax_id": "000000000"}), id="nor a placeholder"),
        pytest.param(
            ("Acme", {"website": "acme.com", "country": "US"}),
            ("Acme", {"website": "acme.com", "country": "DE"}),
            id="a namesake in another country",
        ),
        pytest.param(
            ("Acme", {"website": "acme.com", "email": "ap@acme.com"}),
            ("Acme Logistics", {"website": "acme.com", "email": "ap@acme.com"}),
            id="a subsidiary",
        ),
        pytest.param(
            ("Acme Energy", {"website": "acme.com", "email": "ap@acme.com"}),
            ("Acme Logistics", {"website": "acme.com", "email": "ap@acme.com"}),
            id="siblings",
        ),
        pytest.param(
            ("Acme", {"website": "acme.com", "tax_id": "123456780"}),
            ("Acme", {"website": "acme.com", "tax_id": "987654320"}),
            id="two tax ids",
        ),
    ],
)
def test_records_stay_two(run: Runs, a: Any, b: Any) -> None:
    found = run(company(A, a[0], **a[1]), company(B, b[0], **b[1]))
    assert groups(found) == {one(A), one(B)}
    assert found.crosswalk.select("confidence", "method").unique().row(0) == (1.0, "alone")


def test_a_veto_is_told(run: Runs) -> None:
    found = run(company(A, "Acme", website="acme.com"), company(B, "Acme Logistics", website="acme.com"))
    edge = found.match_edge.row(0, named=True)
    assert (edge["status"], edge["veto"], edge["evidence"]) == ("vetoed", "subsidiary", "name, domain")


@pytest.mark.parametrize("shared", [{"tax_id": "123456780"}, {"email": "mail@books.com", "website": "books.com"}])
def test_what_many_names_share_is_no_evidence(run: Runs, shared: dict[str, str]) -> None:
    names = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir"]
    found = run(*(company(f"crm:account:{i}", name, **shared) for i, name in enumerate(names)))
    assert len(groups(found)) == len(names)


def test_a_record_without_a_name_joins_the_one_cluster_with_its_domain(run: Runs) -> None:
    nameless = company("shop:store:1", None, website="acme.com")
    acme, zenith = company(A, "Acme", website="acme.com"), company(B, "Zenith", website="acme.com")
    assert groups(run(nameless, acme)) == {one(A, "shop:store:1")}
    assert groups(run(nameless, acme, zenith)) == {one(A), one(B), one("shop:store:1")}
