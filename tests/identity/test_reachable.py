"""Which true pairs shared evidence connects, by hand."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import pairwise, reachable_parts
from cdp_platform.identity.reachable import EVIDENCE
from cdp_platform.identity.schema import RECORD_TYPES
from tests.identity.parties import BORN, frame, record

Row = dict[str, Any]

PEOPLE = {
    "same mailbox in another spelling": ({"email": "Ann@gmx.de"}, {"email": " ann@GMX.de"}),
    "same surname and postal code": (
        {"last_name": "Holm", "postal_code": "2100", "country": "DK"},
        {"last_name": "HOLM", "postal_code": "2100", "country": "DK"},
    ),
    "same birth date and given name": (
        {"first_name": "Ann", "last_name": "Holm", "birth_date": BORN},
        {"first_name": "Ann", "last_name": "Berg", "birth_date": BORN},
    ),
    "same names and employer": (
        {"first_name": "Ann", "last_name": "Holm", "company_name": "Acme Inc"},
        {"first_name": "Ann", "last_name": "Holm", "company_name": "ACME"},
    ),
}
"""Two records of a person each, with what connects them."""
APART = {
    "a name": ({"first_name": "Ann", "last_name": "Holm"}, {"first_name": "Ann", "last_name": "Holm"}),
    "a birth date": ({"birth_date": BORN}, {"birth_date": BORN}),
    "a postal code": (
        {"last_name": "Holm", "postal_code": "2100"},
        {"last_name": "Berg", "postal_code": "2100"},
    ),
    "a free-mail provider": (
        {"first_name": "Ann", "last_name": "Holm", "email": "ann@gmx.de"},
        {"first_name": "Ann", "last_name": "Holm", "email": "a.holm@gmx.de"},
    ),
}
"""Two records of a person each, with all that they share: too little."""
FIRMS = {
    "website and mailbox of one domain": ({"website": "www.acme.com"}, {"email": "ap@acme.com"}),
    "same name and street": (
        {"company_name": "Acme Inc", "street": "1 Main Street"},
        {"company_name": "ACME", "street": "1 Main St"},
    ),
}


def table_of(kind: str, rows: Sequence[Row]) -> pl.DataFrame:
    return frame([record(f"crm:record:{i}", kind, **row) for i, row in enumerate(rows)])


def parts(kind: str, *rows: Row, entity: str = "") -> list[str]:
    """The parts of records of one type, all of one party unless `entity` has a letter for each."""
    table = table_of(kind, rows)
    truth = pl.DataFrame({"source_record_id": table["source_record_id"], "entity_id": list(entity or "a" * len(rows))})
    return reachable_parts(table, truth).sort("source_record_id")["part"].to_list()


@pytest.mark.parametrize("shared", PEOPLE)
def test_evidence_connects_the_records_of_a_person(shared: str) -> None:
    assert len(set(parts("person", *PEOPLE[shared]))) == 1


@pytest.mark.parametrize("shared", APART)
def test_less_connects_nothing(shared: str) -> None:
    assert len(set(parts("person", *APART[shared]))) == 2


@pytest.mark.parametrize("shared", FIRMS)
def test_evidence_connects_the_records_of_an_organization(shared: str) -> None:
    assert len(set(parts("organization", *FIRMS[shared]))) == 1


def test_a_chain_connects_its_ends() -> None:
    chain = ({"email": "a@gmx.de"}, {"email": "a@gmx.de", "phone": "+4930123456"}, {"phone": "+49 30 123456"}, {})
    found = parts("person", *chain)
    assert len(set(found[:3])) == 1
    assert found[3] not in found[:3]


def test_evidence_that_two_parties_share_connects_neither_with_the_other() -> None:
    found = parts("person", *[{"email": "a@gmx.de"}] * 4, entity="abab")
    assert found[0] == found[2] != found[1] == found[3]


def test_every_kind_of_evidence_is_of_keys_that_records_have() -> None:
    assert set(EVIDENCE) == set(RECORD_TYPES)
    for kind, lines in EVIDENCE.items():
        assert len(set(lines)) == len(lines), kind


def test_recall_is_told_over_the_reachable_pairs_too() -> None:
    """Of three records of one person two share a mailbox; the third shares nothing, so two of three pairs cannot be."""
    table = table_of("person", [{"email": "a@gmx.de"}, {"email": "a@gmx.de"}, {"device_id": "d1"}])
    truth = table.select("source_record_id", entity_id=pl.lit("a"))
    together = table.with_columns(customer_id=pl.Series(["x", "x", "y"]))
    apart = table.with_columns(customer_id=pl.Series(["x", "y", "x"]))
    assert "reachable_pairs" not in pairwise(together, truth).columns
    found, missed = (
        pairwise(crosswalk, truth, reachable_parts(table, truth)).row(0, named=True) for crosswalk in (together, apart)
    )
    assert (found["reachable_pairs"], found["correct_reachable"], found["reachable_recall"]) == (1, 1, 1.0)
    assert (missed["reachable_pairs"], missed["correct_reachable"], missed["reachable_recall"]) == (1, 0, 0.0)
    assert found["recall"] == pytest.approx(1 / 3)
