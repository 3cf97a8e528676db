"""People's decisions: what each does, when it waits, and when it is refused."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import ConflictingExceptions, MalformedExceptions, check_exceptions
from cdp_platform.identity.decide import forbidden
from cdp_platform.identity.rules import UNDECIDED, edges
from cdp_platform.identity.vetoes import said
from tests.identity.parties import DAY, Runs, company, exception, exceptions, frame, groups, human, ids, one

A, B, C = "crm:account:1", "erp:customer:1", "shop:store:1"
ACME = [company(A, "Acme", website="acme.com"), company(B, "Acme", website="acme.com")]
ZENITH = company(C, "Zenith", website="zenith.com")
BOB = human("crm:contact:1", "Bob Smith")


def test_force_match_wins(run: Runs) -> None:
    found = run(*ACME, ZENITH, decided=(exception("x1", "force_match", A, C),))
    assert groups(found) == {one(A, B, C)}
    methods = dict(found.crosswalk.select("source_record_id", "method").iter_rows())
    assert methods == {A: "exception", B: "organization_domain_name", C: "exception"}
    forced = found.match_edge.filter(pl.col("rule") == "exception").row(0, named=True)
    assert (forced["evidence"], forced["confidence"], forced["status"]) == ("x1", 1.0, "accepted")


def test_never_match_parts_a_pair(run: Runs) -> None:
    found = run(*ACME, decided=(exception("x1", "never_match", A, B),))
    assert groups(found) == {one(A), one(B)}
    assert found.match_edge["veto"].to_list() == ["never_match x1"]


@pytest.mark.parametrize(("action", "other"), [("never_match", "shop:user:2"), ("exclude", None)])
def test_a_decision_hides_no_veto_of_the_records_own(run: Runs, action: str, other: str | None) -> None:
    born = (date(1980, 4, 17), date(1951, 9, 2))
    records = [
        human(name, "Bob Smith", email="bob.smith@gmx.de", birth_date=day)
        for name, day in zip(("crm:contact:1", "shop:user:2"), born, strict=True)
    ]
    assert run(*records).match_edge["veto"].to_list() == ["birth_date"]
    edge = run(*records, decided=(exception("x1", action, "crm:contact:1", other),)).match_edge
    assert edge.select("status", "veto").rows() == [("vetoed", f"{action} x1; birth_date")]
    assert said(edge["veto"].item()).startswith("Exception x1 ")
    assert said(edge["veto"].item()).endswith(" Two birth dates, more than a slip apart.")


def test_a_decision_about_an_undecided_pair_leaves_nothing_undecided(run: Runs) -> None:
    found = edges(pl.DataFrame({"a": [0], "b": [1]}), "person_phone_name", "phone").with_columns(veto=pl.lit(UNDECIDED))
    never = pl.DataFrame({"action": ["never_match"], "exception_id": ["x1"], "row_a": [1], "row_b": [0]})
    assert forbidden(found, never)["veto"].to_list() == ["never_match x1"]
    assert forbidden(found, never.clear())["veto"].to_list() == [UNDECIDED]


def test_never_match_parts_a_cluster_that_holds_both_through_others(run: Runs) -> None:
    between = company("web:form:1", "Acme", website="acme.com", phone="4155550123")
    far = company(C, "Acme", phone="4155550123")
    near = company(A, "Acme", website="acme.com")
    assert groups(run(near, between, far)) == {one(A, "web:form:1", C)}
    found = run(near, between, far, decided=(exception("x1", "never_match", A, C),))
    assert groups(found) == {one(A, "web:form:1"), one(C)}


def test_exclude_leaves_a_record_alone(run: Runs) -> None:
    found = run(*ACME, ZENITH, decided=(exception("x1", "exclude", A),))
    assert groups(found) == {one(A), one(B), one(C)}
    assert dict(found.crosswalk.select("source_record_id", "method").iter_rows())[A] == "exception"
    assert found.match_edge["veto"].to_list() == ["exclude x1"]


def test_pin_id_gives_a_cluster_its_id_while_it_holds(run: Runs) -> None:
    before = ids(run(*ACME))[A]
    found = run(*ACME, decided=(exception("x1", "pin_id", A, customer_id="cus_chosen"),))
    assert set(ids(found).values()) == {"cus_chosen"}
    assert found.id_alias.select("retired_customer_id", "customer_id").row(0) == (before, "cus_chosen")
    ended = run(*ACME)
    assert set(ids(ended).values()) == {before}
    assert ended.id_alias.select("retired_customer_id", "customer_id").row(0) == ("cus_chosen", before)


def test_records_pinned_to_one_id_are_one_and_to_two_ids_are_two(run: Runs) -> None:
    pins = [exception("x1", "pin_id", A, customer_id="cus_a"), exception("x2", "pin_id", C, customer_id="cus_a")]
    assert groups(run(*ACME, ZENITH, decided=tuple(pins))) == {one(A, B, C)}
    pins = [exception("x1", "pin_id", A, customer_id="cus_a"), exception("x2", "pin_id", B, customer_id="cus_b")]
    assert ids(run(*ACME, decided=tuple(pins))) == {A: "cus_a", B: "cus_b"}


def test_a_pin_brings_a_retired_id_back(run: Runs) -> None:
    first = ids(run(*ACME, ZENITH))
    run(*ACME, ZENITH, decided=(exception("x1", "force_match", A, C),))
    found = run(*ACME, ZENITH, decided=(exception("x2", "pin_id", C, customer_id=first[C]),))
    assert ids(found) == first
    assert found.id_alias.is_empty()


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"approver": None}, "waiting_for_approval"),
        ({"approver": "  "}, "waiting_for_approval"),
        ({"valid_from": date(2026, 11, 21)}, "not_yet_valid"),
        ({"valid_to": date(2026, 11, 20)}, "expired"),
        ({"source_id_b": "store:404"}, "unknown_record"),
        ({"valid_from": date(2026, 11, 20), "valid_to": date(2026, 11, 21)}, "applied"),
        ({"source_id_b": "1"}, "applied"),
    ],
)
def test_an_exception_waits_or_applies(run: Runs, values: dict[str, Any], status: str) -> None:
    decided = {**exception("x1", "force_match", A, C), **values}
    found = check_exceptions(exceptions(decided), frame([*ACME, ZENITH]), as_of=DAY)
    assert found["status"].to_list() == [status]
    assert (one(A, B, C) in groups(run(*ACME, ZENITH, decided=(decided,)))) is (status == "applied")


def test_a_plain_source_id_must_mean_one_record() -> None:
    records = [company("shop:store:1", "Acme"), company("shop:partner:1", "Acme"), company(A, "Acme")]
    decided = [
        exception("x1", "exclude", A) | {"source_system_a": "shop", "source_id_a": "1"},
        exception("x2", "exclude", "shop:partner:1"),
    ]
    found = check_exceptions(exceptions(*decided), frame(records))
    assert found["status"].to_list() == ["ambiguous_record", "applied"]


@pytest.mark.parametrize(
    ("decided", "named"),
    [
        ([exception("x1", "force_match", A, B), exception("x2", "never_match", B, A)], "x1, x2"),
        (
            [
                exception("x1", "force_match", A, B),
                exception("x2", "force_match", B, C),
                exception("x3", "never_match", A, C),
            ],
            "x1, x2, x3",
        ),
        ([exception("x1", "force_match", A, B), exception("x2", "exclude", B)], "x1, x2"),
        (
            [
                exception("x1", "force_match", A, B),
                exception("x2", "pin_id", A, customer_id="cus_a"),
                exception("x3", "pin_id", B, customer_id="cus_b"),
            ],
            "x1, x2, x3",
        ),
        ([exception("x1", "pin_id", A, customer_id="c"), exception("x2", "pin_id", A, customer_id="d")], "x1, x2"),
        (
            [
                exception("x1", "pin_id", A, customer_id="c"),
                exception("x2", "pin_id", B, customer_id="c"),
                exception("x3", "never_match", A, B),
            ],
            "x2, x3",
        ),
        ([exception("x1", "force_match", A, "crm:contact:1")], "x1"),
        (
            [
                exception("x1", "pin_id", A, customer_id="c"),
                exception("x2", "pin_id", "crm:contact:1", customer_id="c"),
            ],
            "x1, x2",
        ),
    ],
)
def test_contradicting_exceptions_are_refused_by_name(decided: list[dict[str, Any]], named: str) -> None:
    other = exception("x9", "exclude", "crm:lead:1")
    records = frame([*ACME, ZENITH, BOB, human("crm:lead:1", "Ann Lee")])
    with pytest.raises(ConflictingExceptions, match=f"^exceptions {named}: "):
        check_exceptions(exceptions(*decided, other), records, as_of=DAY)


def test_a_contradiction_that_waits_is_none() -> None:
    waiting = exception("x2", "never_match", A, B, approver=None)
    check_exceptions(exceptions(exception("x1", "force_match", A, B), waiting), frame(ACME))


def test_a_pin_to_an_id_of_the_other_type_is_refused(run: Runs) -> None:
    person = ids(run(*ACME, BOB))["crm:contact:1"]
    with pytest.raises(ConflictingExceptions, match="x1"):
        run(*ACME, BOB, decided=(exception("x1", "pin_id", A, customer_id=person),))


@pytest.mark.parametrize(
    "bad",
    [
        exception("x1", "merge", A, B),
        exception("x1", "force_match", A),
        exception("x1", "force_match", A, A),
        exception("x1", "pin_id", A),
        exception("x1", "exclude", A) | {"source_id_a": None},
    ],
)
def test_a_malformed_exception_is_refused_by_name(bad: dict[str, Any]) -> None:
    with pytest.raises(MalformedExceptions, match="x1"):
        check_exceptions(exceptions(bad), frame(ACME))


def test_every_exception_has_an_id_of_its_own() -> None:
    twice = exceptions(exception("x1", "exclude", A), exception("x1", "exclude", B))
    with pytest.raises(MalformedExceptions, match="x1"):
        check_exceptions(twice, frame(ACME))
