"""`cdp identity explain`: why records are one customer, and why they are two."""

import json
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from cdp_platform.environment import Settings
from tests.cli.conftest import Said
from tests.cli.customers import (
    ACME,
    ALONE,
    ANN,
    BILLING,
    BUYER,
    CALLER,
    CROWD,
    GONE,
    NAMESAKES,
    NEVER,
    PARIS,
    PAYER,
    REGISTER,
    SECRET,
    SHOPPER,
)  # fmt: skip

KeysOf = Callable[[str, str], list[dict[str, Any]]]
Cdp = Callable[..., Said]


def explained(cdp: Cdp, *names: str) -> str:
    said = cdp("identity", "explain", *names)
    assert said.code == 0, said.err
    return said.out


@pytest.mark.usefixtures("customers")
def test_a_record_is_told_with_rule_weight_fields_and_model(cdp: Cdp) -> None:
    out = explained(cdp, ANN)
    answer, heading, pair, rule, head, *values = out.splitlines()
    assert answer.startswith(f"{ANN} is in cus_")
    assert "with 1 other record. Confidence 0.98 by person_email_name: Equal mailbox and agreeing names" in answer
    assert heading == "joined by"
    assert f"1. {ANN} – {SHOPPER}  person_email_name  confidence 0.98  weight +" in pair
    assert " by model " in pair
    assert rule.strip().startswith("Equal mailbox and agreeing names")
    assert head.split()[:3] == ["field", "weight", "column"]
    [email] = [line.split() for line in values if line.split()[0] == "email"]
    assert email[1].startswith("+")
    assert email[2:4] == ["email", "same"]


@pytest.mark.usefixtures("customers")
def test_personal_values_are_masked_unless_asked_for(cdp: Cdp) -> None:
    said = cdp("identity", "explain", ANN)
    assert "***" in said.out
    assert "--unmasked shows it" in said.err
    for names in ([ANN], [ANN, SHOPPER], [CROWD[0], CROWD[1]], [ACME, PARIS]):
        for output in ("table", "json"):
            said = cdp("identity", "explain", *names, "--format", output)
            assert not any(
                secret in (said.out + said.err).lower() for secret in (SECRET, "tree", "4930333333", "acme.com,")
            )
    assert SECRET in explained(cdp, ANN, "--unmasked")


@pytest.mark.usefixtures("customers")
def test_two_records_are_connected_step_by_step(cdp: Cdp) -> None:
    out = explained(cdp, REGISTER, ACME)
    assert out.startswith(f"{REGISTER} and {ACME} are one customer, cus_")
    assert "2 steps, the weakest of confidence 0.97." in out
    assert out.index(f"1. {REGISTER} – {BILLING}  organization_tax_id") < out.index(
        f"2. {BILLING} – {ACME}  organization_domain"
    )
    assert "one step, of confidence 0.99." in explained(cdp, BILLING, REGISTER)


@pytest.mark.usefixtures("customers")
def test_a_customer_is_told_as_a_whole_under_old_ids_too(cdp: Cdp) -> None:
    out = explained(cdp, "cus_old")
    assert "is 3 records; the weakest pair that holds it together has confidence 0.97." in out
    records = out[out.index("its records") : out.index("joined by")]
    assert all(name in records for name in (ACME, BILLING, REGISTER))
    assert f"{ACME} – {PARIS}" in out[out.index("alike, but not joined") :]
    customer_id = out.split()[0]
    assert explained(cdp, customer_id) == out
    alone = explained(
        cdp, json.loads(cdp("identity", "explain", ALONE[1], "--format", "json").out)[0]["answer"].split()[3][:-1]
    )
    assert " is 1 record." in alone


@pytest.mark.usefixtures("customers")
def test_a_record_alone_is_told_with_what_was_not_joined(cdp: Cdp) -> None:
    out = explained(cdp, PARIS)
    assert ", alone. No pair with it was accepted." in out
    assert f"{ACME} – {PARIS}" in out
    assert "But: Two countries." in out
    assert ", alone. A person decided it." in explained(cdp, ALONE[0])


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (ACME, PARIS, "But: Two countries."),
        (BUYER, PAYER, "Undecided: it weighs less than its rule accepts, so a person is asked"),
        (*NEVER, "Exception x1 forbids that these records become one."),
        (*ALONE, "Exception x2 leaves the record alone."),
        (*NAMESAKES, "Exception x3 declares these records to be one. It waits for an approver."),
        (*NAMESAKES, "All that they share is the name: one piece of evidence, and two are needed."),
        (*CROWD[:2], "They share the telephone, but 8 records of 8 different names have it, so it says nothing."),
        (ANN, CALLER, "They share nothing that is evidence"),
        (REGISTER, PARIS, "They have no pair of their own: other records of the two customers do."),
        (REGISTER, PARIS, f"{ACME} – {PARIS}"),
        (ANN, ACME, "Organisations and persons are never one customer."),
    ],
)
def test_two_customers_are_told_why(cdp: Cdp, one: str, other: str, why: str) -> None:
    for names in ((one, other), (other, one)):
        out = explained(cdp, *names)
        assert "are two customers." in out or " is of type " in out
        assert why in out


@pytest.mark.usefixtures("customers")
def test_a_pair_that_a_person_forbade_is_told_with_its_veto_once(cdp: Cdp) -> None:
    out = explained(cdp, *NEVER)
    assert "decided by people" in out
    assert "But: Exception x1 forbids" in out
    assert "what they share" not in out


@pytest.mark.usefixtures("customers")
def test_programs_get_a_row_per_reason(cdp: Cdp, has_the_keys_of: KeysOf) -> None:
    rows = has_the_keys_of("identity_explain", cdp("identity", "explain", REGISTER, ACME, "--format", "json").out)
    assert [row["part"] for row in rows] == ["path", "path"]
    [domain] = [value for value in rows[1]["values"] if value["field"] == "domain"]
    assert (domain["column"], domain["value_a"], domain["written"]) == ("website", "acme.com", "differs")
    header = cdp("identity", "explain", ANN, "--format", "csv").out.splitlines()[0]
    assert header.startswith("answer,part,record_a,record_b,why,rule,confidence,weight")


@pytest.mark.usefixtures("customers")
def test_more_than_the_limit_is_said_aside(cdp: Cdp) -> None:
    said = cdp("identity", "explain", "cus_old", "--limit", "1")
    assert "its records: 3, 1 shown; --limit N prints more" in said.err
    assert said.out.count("\n") < explained(cdp, "cus_old").count("\n")


@pytest.mark.usefixtures("customers")
def test_a_record_is_named_by_system_and_id_where_that_is_one(cdp: Cdp) -> None:
    assert explained(cdp, "erp:2") == explained(cdp, BILLING)


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["crm:1"], "'crm:1' may be any of 2 records: crm:account:1, crm:contact:1; name one of them in full"),
        (["nope"], "there is no record 'nope'; write <source>:<object>:<id> as `cdp trace` does, e.g. crm:account:1"),
        ([ACME, "nope"], "there is no record 'nope'"),
        ([GONE], f"{GONE} is gone from its source; it last belonged to cus_gone"),
        ([ACME, "crm:account:1"], f"{ACME} is one record: name two, or one alone"),
    ],
)
def test_what_cannot_be_explained_is_2(cdp: Cdp, names: list[str], said: str) -> None:
    found = cdp("identity", "explain", *names)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert "Traceback" not in found.err


def test_a_home_without_customers_says_what_to_run(cdp: Cdp, settings: Settings) -> None:
    assert "nothing has been refreshed in" in cdp("identity", "explain", ACME).err
    settings.home.mkdir()
    duckdb.connect(str(settings.warehouse_file)).close()
    said = cdp("identity", "explain", ACME)
    assert said.code == 2
    assert said.err.startswith("cdp: customers were never resolved in this home; run `cdp refresh` first")
