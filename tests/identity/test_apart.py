"""Why two records have no edge: what they share is no evidence, or too little."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import HEALTH_SCHEMA
from cdp_platform.identity.apart import shared, verdict
from tests.identity.parties import Runs, company, frame, human

NONE = pl.DataFrame(schema=dict(HEALTH_SCHEMA))
Record = dict[str, Any]


def told(one: Record, other: Record, health: pl.DataFrame = NONE) -> str:
    return verdict(shared(frame([one, other]), health))


def test_nothing_is_shared() -> None:
    ann = human("crm:contact:1", "Ann Lee", email="ann@gmx.de", city="Berlin", country="DE")
    bea = human("crm:contact:2", "Bea Moor", email="bea@gmx.de", city="Berlin", country="DE")
    assert told(ann, bea).startswith("They share nothing that is evidence")


@pytest.mark.parametrize(
    ("one", "other", "piece"),
    [
        (human("a:b:1", "Bob Smith"), human("a:b:2", "Robert Smith"), "name"),
        (human("a:b:1", "Ann Lee", email="x@gmx.de"), human("a:b:2", "Bea Moor", email="X@gmx.de"), "mailbox"),
        (
            human("a:b:1", "Ann Lee", postal_code="10115"),
            human("a:b:2", "Bea Moor", postal_code="10115"),
            "postal code",
        ),
        (human("a:b:1", birth_date=date(1980, 4, 17)), human("a:b:2", birth_date=date(1980, 4, 17)), "birth date"),
        (human("a:b:1", company_name="Acme Inc"), human("a:b:2", company_name="ACME"), "employer"),
        (company("a:b:1", "Acme Inc"), company("a:b:2", "ACME GmbH"), "name"),
        (company("a:b:1", "Acme", website="www.acme.com"), company("a:b:2", "Bolt", email="ap@acme.com"), "domain"),
    ],
)
def test_one_piece_of_evidence_is_not_enough(one: Record, other: Record, piece: str) -> None:
    assert told(one, other) == f"All that they share is the {piece}: one piece of evidence, and two are needed."


def test_a_value_that_many_share_says_nothing(run: Runs) -> None:
    crowd = [human(f"crm:contact:{i}", f"{name} Tree", phone="+4930123456") for i, name in enumerate(NAMES)]
    found = run(*crowd)
    assert found.identifier_health.height == 1
    said = told(crowd[0], crowd[1], found.identifier_health)
    assert said.startswith("They share the telephone, but 8 records of 8 different names have it")
    namesake = human("shop:user:1", f"{NAMES[0]} Tree", phone="+4930123456")
    assert told(crowd[0], namesake, found.identifier_health).endswith(
        "What is left is the name: one piece of evidence, and two are needed."
    )


NAMES = ("Ann", "Bea", "Cleo", "Dora", "Emma", "Fay", "Gwen", "Hope")


def test_the_mailbox_of_a_role_is_nobodys_own() -> None:
    said = told(human("a:b:1", "Ann Lee", email="info@acme.com"), human("a:b:2", "Bea Moor", email="info@acme.com"))
    assert said.startswith("They share the mailbox, but it is the mailbox of a role")


def test_several_pieces_that_no_rule_takes_are_told() -> None:
    same = {"phone": "+4930123456", "postal_code": "10115"}
    said = told(human("a:b:1", "Ann Lee", **same), human("a:b:2", "Bea Moor", **same))
    assert said.startswith("They share the telephone and the postal code, but their names do not agree")
    home = {"street": "Main St 1", "postal_code": "10115"}
    said = told(
        human("a:b:1", "Ann Lee", email="a@gmx.de", **home), human("a:b:2", "Ann Lee", email="b@gmx.de", **home)
    )
    assert said.startswith("They share the name and the address, but that is no two independent pieces")
