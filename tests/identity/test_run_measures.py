"""A run in numbers, and what the rules alone say of the pairs that people judged."""

from cdp_platform.identity import Resolution
from cdp_platform.identity.schema import RUN_SCHEMA
from tests.identity.parties import Runs, company, exception, groups, human, one

A, B, C, D = "crm:account:1", "erp:customer:1", "shop:store:1", "web:form:1"
ACME, ZENITH = {"company_name": "Acme", "website": "acme.com"}, {"company_name": "Zenith", "website": "zenith.com"}


def counts(found: Resolution, measure: str) -> dict[tuple[str, str | None], int]:
    """The values of a measure by record type and subject."""
    rows = found.measures.filter(found.measures["measure"] == measure)
    return {(kind, subject): value for kind, subject, value in rows.select("record_type", "subject", "value").rows()}


def test_a_run_counts_its_records_customers_and_accepted_pairs(run: Runs) -> None:
    run(company(A, **ACME), human(D, "Bob Smith"))
    found = run(company(A, **ACME), company(B, **ACME), company(C, **ZENITH))
    assert dict(found.measures.schema) == dict(RUN_SCHEMA)
    assert set(found.measures["run_id"]) == {"run 2"}
    assert counts(found, "records") == {("organization", None): 3, ("person", None): 0}
    assert counts(found, "records_known_before") == {("organization", None): 1, ("person", None): 0}
    assert counts(found, "customers") == {("organization", None): 2, ("person", None): 0}
    assert counts(found, "largest_customer") == {("organization", None): 2, ("person", None): 0}
    assert counts(found, "accepted_pairs") == {("organization", "organization_domain_name"): 1}


def test_labels_are_held_against_the_rules_and_not_against_the_decisions(run: Runs) -> None:
    decided = (
        exception("missed", "force_match", A, C),
        exception("confirmed", "force_match", A, B),
        exception("kept apart", "never_match", B, D),
    )
    records = [company(A, **ACME), company(B, **ACME), company(C, **ZENITH), company(D, **ACME)]
    found = run(*records, decided=decided)
    assert groups(found) == {one(A, B, C), one(D)}
    assert counts(found, "labelled_pairs") == {("organization", "force_match"): 2, ("organization", "never_match"): 1}
    assert counts(found, "labelled_pairs_joined") == {
        ("organization", "force_match"): 1,
        ("organization", "never_match"): 1,
    }


def test_what_nobody_approved_is_no_label(run: Runs) -> None:
    found = run(company(A, **ACME), company(B, **ACME), decided=(exception("x", "never_match", A, B, approver=None),))
    assert counts(found, "labelled_pairs") == {}
