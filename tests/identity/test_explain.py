"""Why records are one customer, on graphs made by hand."""

from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import EDGE_SCHEMA
from cdp_platform.identity.explain import anchor, between, strongest_path, strongest_tree
from cdp_platform.identity.rules import RULES, UNDECIDED
from cdp_platform.identity.side_by_side import compared
from cdp_platform.identity.vetoes import said
from tests.identity.parties import Runs, company, exception, human


def edge(a: str, b: str, confidence: float, status: str = "accepted", **more: Any) -> dict[str, Any]:
    told = {"record_type": "person", "rule": "person_email_name", "confidence": confidence, "status": status}
    return {**dict.fromkeys(EDGE_SCHEMA), "record_a": a, "record_b": b, **told, **more}


def edges(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(EDGE_SCHEMA))


def way(found: pl.DataFrame) -> list[tuple[str, str]]:
    assert found["step"].to_list() == list(range(1, found.height + 1))
    return list(found.select("source", "target").iter_rows())


DIAMOND = edges(
    edge("a", "b", 0.9),
    edge("b", "d", 0.92),
    edge("a", "c", 0.98),
    edge("c", "d", 0.91),
    edge("a", "d", 0.85),
    edge("a", "e", 0.99, "vetoed", veto="tax_id"),
)


def test_the_way_is_the_one_whose_weakest_edge_is_strongest() -> None:
    assert way(strongest_path(DIAMOND, "a", "d")) == [("a", "c"), ("c", "d")]
    assert way(strongest_path(DIAMOND, "d", "a")) == [("d", "c"), ("c", "a")]
    assert way(strongest_path(DIAMOND, "b", "a")) == [("b", "d"), ("d", "c"), ("c", "a")]


def test_the_way_does_not_depend_on_the_order_of_rows_nor_of_a_pair() -> None:
    turned = DIAMOND.reverse().rename({"record_a": "record_b", "record_b": "record_a"}).select(DIAMOND.columns)
    assert way(strongest_path(turned, "b", "a")) == way(strongest_path(DIAMOND, "b", "a"))


def test_equally_confident_edges_are_chosen_by_weight() -> None:
    square = edges(edge("a", "b", 0.9, weight=9.0), edge("a", "c", 0.9, weight=20.0), edge("c", "b", 0.9, weight=11.0))
    assert way(strongest_path(square, "a", "b")) == [("a", "c"), ("c", "b")]


def test_of_two_rules_for_a_pair_the_stronger_is_told() -> None:
    twice = edges(edge("a", "b", 0.9), edge("a", "b", 0.95, rule="person_phone_name"))
    assert strongest_path(twice, "b", "a")["rule"].to_list() == ["person_phone_name"]
    assert strongest_tree(twice).height == 1


def test_where_nothing_leads_there_is_no_way() -> None:
    assert way(strongest_path(DIAMOND, "a", "e")) == []
    assert way(strongest_path(DIAMOND, "a", "a")) == []
    assert way(strongest_path(edges(), "a", "b")) == []
    apart = edges(edge("a", "b", 0.9), edge("c", "d", 0.9))
    assert way(strongest_path(apart, "a", "d")) == []


def test_the_anchor_is_where_most_strongest_edges_meet() -> None:
    assert anchor(edges(edge("x", "b", 0.9), edge("x", "c", 0.95), edge("b", "c", 0.8))) == "x"
    assert anchor(DIAMOND) == "c"
    assert anchor(edges()) is None


def test_between_two_clusters_vetoes_come_first() -> None:
    found = between(
        edges(
            edge("a", "c", 0.9, UNDECIDED),
            edge("d", "b", 0.8, "vetoed", veto="country"),
            edge("a", "b", 0.99),
            edge("a", "x", 0.99, "vetoed", veto="country"),
        ),
        ["a", "b"],
        ["c", "d"],
    )
    assert found.select("record_a", "record_b").rows() == [("d", "b"), ("a", "c")]


def test_values_are_those_behind_the_weighed_fields() -> None:
    one = human("crm:contact:1", "Bob Smith", email="BOB@gmx.de", street="Main St 1", city="Berlin")
    other = human("shop:user:2", first_name="Robert", last_name="Smith", email="bob@gmx.de ", city="berlin")
    found = list(compared(edge("x", "y", 0.9, fields="given +4.0, email +17.9, place -2.5"), one, other))
    assert [(each.field, each.weight, each.column, each.written) for each in found] == [
        ("given", 4.0, "first_name", "differs"),
        ("email", 17.9, "email", "same"),
        ("place", -2.5, "street", "only one has it"),
        ("place", None, "city", "same"),
    ]
    assert (found[0].value_a, found[0].value_b) == ("Bob Smith", "Robert")


def test_a_domain_is_shown_by_the_websites_or_by_the_mailboxes_that_have_it() -> None:
    one = company("a:b:1", "Acme", website="https://www.acme.com/en", email="ap@acme.com")
    same = company("a:b:2", "Acme", website="acme.com")
    mailed = company("a:b:3", "Acme", email="x@acme.com")
    domain = edge("x", "y", 0.9, fields="domain +13.0")
    assert [(each.column, each.weight) for each in compared(domain, one, same)] == [("website", 13.0)]
    assert [each.column for each in compared(domain, one, mailed)] == ["website", "email"]
    found = list(compared(domain, mailed, {**mailed, "email": "y@acme.com"}))
    assert [(each.column, each.weight) for each in found] == [("email", 13.0)]


def test_values_of_an_edge_without_weight_are_those_that_agree() -> None:
    one, other = company("a:b:1", "Acme", email="ap@acme.com"), company("a:b:2", None, email="ap@acme.com")
    attached = edge("x", "y", 0.9, rule="organization_attached", evidence="email")
    assert [each.column for each in compared(attached, one, other)] == ["email"]
    decided = {**edge("x", "y", 1.0, rule="exception", evidence="x1"), "record_type": "organization"}
    assert [each.column for each in compared(decided, one, other)] == ["company_name", "email"]


@pytest.mark.parametrize(
    ("one", "other", "veto"),
    [
        ({"tax_id": "DE811907980", "email": "ap@acme.com"}, {"tax_id": "DE129273398", "email": "ap@acme.com"}, "tax"),
        ({"website": "acme.com", "country": "DE"}, {"website": "acme.com", "country": "FR"}, "countries"),
    ],
)
def test_every_veto_that_a_run_gives_has_a_sentence(
    run: Runs, one: dict[str, Any], other: dict[str, Any], veto: str
) -> None:
    found = run(company("crm:account:1", "Acme", **one), company("erp:customer:2", "Acme", **other))
    vetoes = found.match_edge["veto"].drop_nulls().to_list()
    assert len(vetoes) == 1
    assert veto in said(vetoes[0])


def test_a_decision_is_told_by_its_id(run: Runs) -> None:
    pair = (human("crm:contact:1", "Ann Lee", email="ann@gmx.de"), human("shop:user:2", "Ann Lee", email="ann@gmx.de"))
    found = run(*pair, decided=(exception("x7", "never_match", "crm:contact:1", "shop:user:2"),))
    assert said(found.match_edge["veto"].item()) == "Exception x7 forbids that these records become one."
    assert said("new_one") == "Vetoed: new_one."


def test_every_rule_has_a_sentence_to_tell() -> None:
    assert all(rule.sentence.endswith(".") for rule in RULES.values())
