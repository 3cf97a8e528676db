"""Parents that names, domains and offices tell, and what must not pass for one."""

from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import inferred_parents
from cdp_platform.identity.normalize import match_keys
from tests.identity.parties import company, frame

ONE: dict[str, Any] = {"phone": "+1 415 555 0101", "country": "US"}
OTHER: dict[str, Any] = {"phone": "+1 212 555 0177", "country": "US"}
SITE: dict[str, Any] = {"website": "sedoden.com"}


def parents(*records: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Parent and evidence by organisation, among sixty others; every record is a customer of its own."""
    others = [company(f"b:c:{number}", f"Z{'abcdefghijklmnopqrst'[number % 20]}ro {number}") for number in range(60)]
    table = frame([*records, *others])
    keys = match_keys(table).drop("row")
    found = inferred_parents(keys, table.select("source_record_id", customer_id="source_record_id"))
    return {child: (parent, evidence) for child, parent, evidence, _ in found.iter_rows()}


@pytest.mark.parametrize(
    ("parent", "child", "evidence"),
    [
        (("Sedoden", {**ONE, **SITE}), ("Sedoden Iberia", {**OTHER, **SITE}), "name, domain"),
        (("Sedoden Works", {**ONE, **SITE}), ("Works of Sedoden Iberia", {**OTHER, **SITE}), "name, domain"),
        (
            ("Sedoden", {**ONE, "tax_id": "12-3456788"}),
            ("Sedoden Iberia", {**ONE, "tax_id": "98-7654321"}),
            "name, office",
        ),
        (("Sedoden Works", ONE), ("Sedoden Works Iberia", OTHER), "name"),
    ],
)
def test_a_parent_is_part_of_the_name_at_the_same_domain_or_office_or_telling(
    parent: tuple[str, dict[str, Any]], child: tuple[str, dict[str, Any]], evidence: str
) -> None:
    records = [company("a:c:1", parent[0], **parent[1]), company("a:c:2", child[0], **child[1])]
    assert parents(*records) == parents(*reversed(records)) == {"a:c:2": ("a:c:1", evidence)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("Sedoden", SITE), ("Sedoden Iberia", SITE), id="perhaps one firm, recorded twice"),
        pytest.param(("Sedoden", ONE), ("Sedoden Iberia", OTHER), id="a name of one word"),
        pytest.param(("Sedoden North", {**ONE, **SITE}), ("Sedoden South", {**OTHER, **SITE}), id="two siblings"),
        pytest.param(
            ("Sedoden", {**ONE, "website": "sedodeniberia.com"}),
            ("Sedoden Iberia", {**OTHER, "website": "sedodeniberia.com"}),
            id="a domain that is the other's own",
        ),
        pytest.param(
            ("Sedoden", {**ONE, **SITE, "tax_id": "12-3456788"}),
            ("Sedoden Iberia", {**OTHER, **SITE, "tax_id": "12-3456788"}),
            id="one tax id",
        ),
        pytest.param(("Zero", {**ONE, **SITE}), ("Sedoden Iberia", {**OTHER, **SITE}), id="another name"),
    ],
)
def test_no_parent_is_inferred_of(one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]) -> None:
    assert parents(company("a:c:1", one[0], **one[1]), company("a:c:2", other[0], **other[1])) == {}


def test_the_nearest_of_two_above_is_the_parent_and_of_two_alike_neither() -> None:
    top, middle, bottom = (
        company(f"a:c:{number}", name, **SITE, phone=f"+1 415 555 010{number}")
        for number, name in enumerate(("Sedoden", "Sedoden Foods", "Sedoden Foods Iberia"), start=1)
    )
    assert parents(top, middle, bottom) == {
        "a:c:2": ("a:c:1", "name, domain"),
        "a:c:3": ("a:c:2", "name, domain"),
    }
    twin = company("a:c:4", "Sedoden Foods", **SITE, phone="+1 415 555 0109")
    assert "a:c:3" not in parents(top, middle, bottom, twin)


def test_without_organisations_there_is_nothing() -> None:
    nothing = frame([])
    assert inferred_parents(
        match_keys(nothing).drop("row"), pl.DataFrame(schema={"source_record_id": pl.String, "customer_id": pl.String})
    ).is_empty()
