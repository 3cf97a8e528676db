"""Who lives together, and what must not make a household."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import households
from cdp_platform.identity.normalize import match_keys
from tests.identity.parties import company, frame, human

HOME: dict[str, Any] = {"street": "12 Elm Street", "postal_code": "94107", "city": "San Francisco", "country": "US"}
AWAY: dict[str, Any] = {"street": "9 Oak Road", "postal_code": "10115", "city": "New York", "country": "US"}
MOBILE = {"phone": "+1 415 555 0123"}
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def lived(records: list[dict[str, Any]], owners: dict[str, str] | None = None) -> dict[str, tuple[str, str]]:
    """Household and evidence of every person; a record is a customer of its own where `owners` names none.

    Records are made one day after the other.
    """
    made = [FIRST + timedelta(days=day) for day in range(len(records))]
    table = frame(records).with_columns(created_at=pl.Series(made), updated_at=pl.Series(made))
    customers = table.select("source_record_id", "created_at", "updated_at", customer_id="source_record_id")
    customers = customers.with_columns(pl.col("customer_id").replace(owners or {}))
    parts = [match_keys(part).drop("row") for _, part in table.group_by("record_type", maintain_order=True)]
    found = households(pl.concat(parts), customers)
    return {customer: (household, evidence) for household, customer, evidence in found.iter_rows()}


def together(records: list[dict[str, Any]], owners: dict[str, str] | None = None) -> bool:
    found = lived(records, owners)
    return found.keys() >= {"a:p:1", "a:p:2"} and found["a:p:1"][0] == found["a:p:2"][0]


FAMILIES: dict[str, tuple[Any, Any, Any, str]] = {
    "a surname and a home": (HOME, "Bob Miller", HOME, "surname, home"),
    "a home without postal code": (HOME, "Bob Miller", {**HOME, "postal_code": None}, "surname, home"),
    "father and son": (HOME, "Ann Miller", HOME, "surname, home"),
    "half of a double name": (
        HOME,
        None,
        {"first_name": "Bob", "last_name": "Miller Sedoden", **HOME},
        "surname, home",
    ),
    "a short surname": (HOME, "Bo Li", HOME, "surname, home"),
    "a home and a telephone": ({**HOME, **MOBILE}, "Bob Jones", {**HOME, **MOBILE}, "home, contact"),
    "a surname and a telephone": (MOBILE, "Bob Miller", MOBILE, "surname, contact"),
    "a surname and a mailbox": ({"email": "us@gmail.com"}, "Bob Miller", {"email": "us@gmail.com"}, "surname, contact"),
}


@pytest.mark.parametrize("case", FAMILIES)
def test_two_of_surname_home_and_contact_make_a_household(case: str) -> None:
    ann, name, other, evidence = FAMILIES[case]
    first = "An Li" if name == "Bo Li" else "Ann Miller"
    found = lived([human("a:p:1", first, **ann), human("a:p:2", name, **other)])
    assert found == {"a:p:1": ("hh_a:p:1", evidence), "a:p:2": ("hh_a:p:1", evidence)}


STRANGERS: dict[str, tuple[Any, str, Any]] = {
    "neighbours": (HOME, "Bob Jones", HOME),
    "namesakes in two towns": (HOME, "Bob Miller", AWAY),
    "namesakes in two districts": (HOME, "Bob Miller", {**HOME, "postal_code": "94118"}),
    "a telephone alone": (MOBILE, "Bob Jones", MOBILE),
    "colleagues": ({**HOME, "company_name": "Ajax"}, "Bob Miller", {**HOME, "company_name": "Ajax Inc"}),
    "the post room": ({"email": "info@gmail.com"}, "Bob Miller", {"email": "info@gmail.com"}),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_one_of_them_or_work_makes_none(case: str) -> None:
    ann, name, other = STRANGERS[case]
    assert not together([human("a:p:1", "Ann Miller", **ann), human("a:p:2", name, **other)])


@pytest.mark.parametrize("shared", [HOME, MOBILE, {"email": "office@ajax.com"}])
def test_what_an_organisation_has_is_no_home_and_not_private(shared: dict[str, Any]) -> None:
    firm = company("a:c:1", "Ajax", **{"website": "ajax.com", **shared})
    assert not together([human("a:p:1", "Ann Miller", **shared), human("a:p:2", "Bob Miller", **shared), firm])


def tenants(count: int) -> list[dict[str, Any]]:
    """People of one block of flats, and as many elsewhere, among whom every twentieth is a Miller."""
    surnames = ["Miller" if number % 20 == 0 else f"Q{chr(97 + number % 26)}x{number:04}y" for number in range(count)]
    words = [
        name if name == "Miller" else "".join(chr(97 + int(c)) if c.isdigit() else c for c in name) for name in surnames
    ]
    block = {**AWAY, "postal_code": "60601"}
    return [
        human(f"b:p:{number}", f"Al {word}", **(HOME if number % 2 else block | {"street": f"{number} Low Way"}))
        for number, word in enumerate(words)
    ]


@pytest.mark.parametrize(("surname", "expected"), [("Miller", False), ("Sedoden", True)])
def test_in_a_block_of_flats_a_rare_surname_is_a_family_and_a_common_one_is_not(surname: str, expected: bool) -> None:
    two = [human(f"a:p:{number}", f"{name} {surname}", **HOME) for number, name in ((1, "Ann"), (2, "Bob"))]
    few = [person | {"street": f"{number} High Way"} for number, person in enumerate(tenants(4000)) if number > 30]
    assert together([*two, *tenants(30), *few]) is expected


GIVEN = ("Ann", "Bob", "Carl", "Dora", "Emil", "Fritz", "Greta", "Hans", "Ida", "Jack", "Karen", "Louis", "Mary")


def test_a_crowd_of_one_name_is_no_family() -> None:
    crowd = [human(f"a:p:{number}", f"{name} Miller", **HOME) for number, name in enumerate(GIVEN, start=1)]
    assert not together(crowd)
    assert together(crowd[:12])


def test_who_moved_away_has_a_household_of_its_own() -> None:
    ann, bob = human("a:p:1", "Ann Miller", **HOME), human("a:p:2", "Bob Miller", **HOME)
    moved = human("b:p:2", "Bob Miller", **AWAY)
    assert together([ann, bob], {"b:p:2": "a:p:2"})
    assert lived([ann, bob, moved], {"b:p:2": "a:p:2"}) == {
        "a:p:1": ("hh_a:p:1", "home"),
        "a:p:2": ("hh_a:p:2", "home"),
    }


def test_the_id_stays_when_others_come_and_go_and_nobody_without_a_home_has_one() -> None:
    ann, bob, cid = (human(f"a:p:{n}", f"{name} Miller", **HOME) for n, name in ((9, "Ann"), (2, "Bob"), (1, "Cid")))
    runs = [lived(records) for records in ([ann], [ann, bob], [ann, bob, cid], [ann, cid])]
    assert {household for run in runs for household, _ in run.values()} == {"hh_a:p:9"}
    assert [len(run) for run in runs] == [1, 2, 3, 2]
    assert lived([human("a:p:5", "Eve Stone", email="eve@gmail.com"), ann]).keys() == {"a:p:9"}
