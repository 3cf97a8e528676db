"""When two records of persons are one, and when they are not."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from cdp_platform.identity.compare_names import agreement, name_levels
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.rules import RULES
from tests.identity.parties import BORN, Runs, frame, groups, human, one

A, B = "crm:contact:1", "shop:buyer:1"
FATHER = date(1950, 1, 2)
NONE = pl.DataFrame(schema={"word": pl.String, "records": pl.UInt32})


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("bob smith", "robert smith", "strong"),
        ("robert smith", "robret smith", "strong"),
        ("robert smith", "robert smyth", "strong"),
        ("smith robert", "robert smith", "strong"),
        ("smith robert", "robret smith", "strong"),
        ("a smith", "mandy smith", "weak"),
        ("jean-pierre blanc", "jean blanc", "strong"),
        ("r smith", "robert smith", "weak"),
        ("robert s", "robert smith", "weak"),
        ("r s", "robert smith", "incomplete"),
        ("anna smith", "anna jones", "renamed"),
        ("john smith", "mary smith", "other"),
        ("paul smith", "paula smith", "other"),
        ("r smith", "robert jones", "renamed"),
        ("bob smith", "robert jones", "renamed"),
        ("kye smith", "kyle smith", "weak"),
        ("kye smith", "kyle jones", "other"),
    ],
)
def test_names_agree(a: str, b: str, expected: str) -> None:
    (first_a, last_a), (first_b, last_b) = (name.replace("-", "_").split(" ") for name in (a, b))
    assert _agreement((first_a.replace("_", " "), last_a), (first_b, last_b), NONE) == expected


def test_a_common_spelling_is_a_name_of_its_own_and_no_typo() -> None:
    often = pl.DataFrame({"word": ["jane", "jana"], "records": [400, 300]})
    rarely = pl.DataFrame({"word": ["jane", "jana"], "records": [400, 3]})
    assert _agreement(("jane", "smith"), ("jana", "smith"), often) == "other"
    assert _agreement(("jane", "smith"), ("jana", "smith"), rarely) == "strong"


def _agreement(a: tuple[str, str], b: tuple[str, str], frequency: pl.DataFrame) -> str:
    schema = {"first": pl.String, "last": pl.String, "middle": pl.String}
    sides = [pl.DataFrame([(*name, None)], schema=schema, orient="row") for name in (a, b)]
    return str(name_levels(*sides, frequency).select(agreement()).item())


@pytest.mark.parametrize(
    ("a", "b", "rule"),
    [
        (("Bob Smith", {"tax_id": "123456780"}), ("Robert Smith", {"tax_id": "123456780"}), "person_tax_id"),
        (("Bob Smith", {"email": "b.s@x.com"}), ("Robert Smith", {"email": "B.S@x.com"}), "person_email_name"),
        (("Ann Smith", {"email": "a@x.com"}), ("Ann Jones", {"email": "a@x.com"}), "person_email_name"),
        (("Bob Smith", {"phone": "4155550123"}), ("B Smith", {"phone": "4155550123"}), "person_phone_name"),
        (("Bob Smith", {"device_id": "f00"}), ("Rob Smith", {"device_id": "F00"}), "person_device_name"),
        (
            ("Bob Smith", {"birth_date": BORN, "city": "Bonn"}),
            ("Robert Smith", {"birth_date": BORN, "city": "BONN"}),
            "person_birth_name",
        ),
        (
            ("Bob Smith", {"street": "1 Main St", "postal_code": "94107"}),
            ("Robert Smith", {"street": "1 Main Street", "postal_code": "94107"}),
            "person_address_name",
        ),
    ],
)
def test_a_rule_makes_two_records_one(run: Runs, a: Any, b: Any, rule: str) -> None:
    crowd = [human(f"crowd:user:{i}", f"Given{i} Family{i}") for i in range(3)]
    found = run(human(A, a[0], **a[1]), human(B, b[0], **b[1]), *crowd)
    assert one(A, B) in groups(found)
    joined = found.crosswalk.filter(pl.col("source_record_id").is_in([A, B]))
    assert joined["method"].unique().to_list() == [rule]
    assert 0.5 < joined["confidence"].unique().item() <= RULES[rule].confidence


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(("Bob Smith", {}), ("Bob Smith", {}), id="a name alone is no evidence"),
        pytest.param(("John Smith", {"email": "s@x.com"}), ("Mary Smith", {"email": "s@x.com"}), id="a couple"),
        pytest.param(
            ("Bob Smith Jr", {"email": "s@x.com"}), ("Bob Smith Sr.", {"email": "s@x.com"}), id="father and son"
        ),
        pytest.param(
            ("Bob Smith", {"email": "s@x.com", "birth_date": BORN}),
            ("Bob Smith", {"email": "s@x.com", "birth_date": FATHER}),
            id="two birth dates",
        ),
        pytest.param(
            ("Bob Smith", {"email": "s@x.com", "tax_id": "123456780"}),
            ("Bob Smith", {"email": "s@x.com", "tax_id": "987654320"}),
            id="two tax ids",
        ),
        pytest.param(
            ("Bob Smith", {"email": "info@gmx.de"}), ("Bob Smith", {"email": "info@gmx.de"}), id="a role mailbox"
        ),
        pytest.param(("Bob Smith", {"phone": "4155550123"}), ("Ann Lee", {"phone": "4155550123"}), id="a switchboard"),
    ],
)
def test_records_stay_two(run: Runs, a: Any, b: Any) -> None:
    assert groups(run(human(A, a[0], **a[1]), human(B, b[0], **b[1]))) == {one(A), one(B)}


@pytest.mark.parametrize("typed", [date(1980, 4, 11), date(1980, 4, 17)])
def test_a_wrong_digit_is_no_other_birth_date(run: Runs, typed: date) -> None:
    first = human(A, "Bob Smith", email="s@x.com", birth_date=BORN)
    assert groups(run(first, human(B, "Bob Smith", email="s@x.com", birth_date=typed))) == {one(A, B)}


def test_day_and_month_exchanged_are_no_other_birth_date(run: Runs) -> None:
    first = human(A, "Bob Smith", email="s@x.com", birth_date=date(1980, 4, 7))
    assert groups(run(first, human(B, "Bob Smith", email="s@x.com", birth_date=date(1980, 7, 4)))) == {one(A, B)}


def test_a_mailbox_that_many_names_share_is_no_evidence(run: Runs) -> None:
    shared = [human(f"crm:contact:{i}", f"{c}ob {c}mith", email="desk@gmx.de") for i, c in enumerate("ABCDEFG")]
    twice = human("crm:contact:9", "Aob Amith", email="desk@gmx.de")
    assert len(groups(run(*shared, twice))) == 8


@pytest.mark.parametrize(("namesakes", "expected"), [(1, True), (30, False)])
def test_a_common_name_at_a_large_employer_is_chance(run: Runs, namesakes: int, expected: bool) -> None:
    crowd = [human(f"crowd:user:{i}", f"Given{i} Family{i}", company_name=f"Firm {i % 9}") for i in range(60)]
    others = [human(f"other:user:{i}", "Bob Smith", company_name="Acme") for i in range(namesakes)]
    found = run(human(A, "Bob Smith", company_name="Acme Inc"), *others, *crowd)
    assert (one(A, "other:user:0") in groups(found)) is expected


def test_a_record_without_a_name_joins_the_one_person_with_its_mailbox(run: Runs) -> None:
    nameless = human("mail:subscriber:1", None, email="s@x.com")
    john, mary = human(A, "John Smith", email="s@x.com"), human(B, "Mary Smith", email="s@x.com")
    assert groups(run(nameless, john)) == {one(A, "mail:subscriber:1")}
    assert groups(run(nameless, john, mary)) == {one(A), one(B), one("mail:subscriber:1")}


def test_records_without_a_name_share_a_mailbox_that_nobody_bears(run: Runs) -> None:
    names = ["mail:subscriber:1", "app:user:1"]
    assert groups(run(*(human(name, None, email="s@x.com") for name in names))) == {one(*names)}


def test_half_a_name_must_not_contradict(run: Runs) -> None:
    john, half = human(A, "John Smith", email="s@x.com"), human(B, "Mary", email="s@x.com")
    assert groups(run(john, half)) == {one(A), one(B)}
    assert groups(run(john, human(B, "Johnny", email="s@x.com"))) == {one(A, B)}


def test_exchanged_names_are_found_from_the_data(run: Runs) -> None:
    crowd = [human(f"crowd:user:{i}", first_name="Keira", last_name=f"Family{i}") for i in range(30)]
    crowd += [human(f"crowd:user:{30 + i}", first_name=f"Given{i}", last_name="Dumont") for i in range(30)]
    exchanged = human(A, first_name="Dumont", last_name="Keira")
    for records, expected in (([exchanged, *crowd], ("keira", "dumont")), ([exchanged], ("dumont", "keira"))):
        assert match_keys(frame(records)).select("first", "last").row(0) == expected


def test_exchanged_names_are_one_even_with_an_initial(run: Runs) -> None:
    first = human(A, first_name="K.", last_name="Dumont", phone="4155550123")
    assert groups(run(first, human(B, first_name="Dumont", last_name="Keira", phone="4155550123"))) == {one(A, B)}


def test_equal_tax_ids_and_more_overrule_a_given_name_and_a_birth_date(run: Runs) -> None:
    same = {"tax_id": "123456780", "street": "1 Main St", "city": "Reno", "birth_date": BORN}
    other = {**same, "birth_date": FATHER, "email": "s@x.com"}
    assert groups(run(human(A, "Bob Smith", **same), human(B, "Zoe Smith", **same))) == {one(A, B)}
    assert groups(run(human(A, "Bob Smith", **same), human(B, "Bob Smith", **other))) == {one(A, B)}


def test_half_a_name_and_a_birth_date_need_one_thing_more(run: Runs) -> None:
    home = {"birth_date": BORN, "street": "1 Main St", "city": "Reno"}
    full, half = human(A, "Bob Smith", **home), human(B, last_name="Smith", **home)
    assert groups(run(full, half)) == {one(A, B)}
    assert len(groups(run(full, {**half, "street": None}))) == 2


def test_one_slip_is_no_other_tax_id(run: Runs) -> None:
    bob = human(A, "Bob Smith", email="s@x.com", tax_id="123456780")
    assert groups(run(bob, human(B, "Bob Smith", email="s@x.com", tax_id="123456870"))) == {one(A, B)}


def test_a_nameless_record_that_has_a_value_of_each_links_two_of_one_name(run: Runs) -> None:
    link = human("app:user:1", email="b@x.com", device_id="f00")
    left, right = human(A, "Bob Smith", email="b@x.com"), human(B, "Bob Smith", device_id="f00")
    assert groups(run(left, right, link)) == {one(A, B, "app:user:1")}
    assert len(groups(run(left, human(B, "Zoe Smith", device_id="f00"), link))) == 2
