"""`cdp identity review`, `approve` and `decline`: what a person must decide, and that the next run does it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import polars as pl
import pytest

from cdp_platform.assets.exceptions_file import read_exceptions
from cdp_platform.environment import Settings
from cdp_platform.identity import ALIAS_SCHEMA, EXCEPTION_SCHEMA, LEDGER_SCHEMA, resolve
from tests.cli.conftest import Said
from tests.cli.customers import ACME, ANN, BILLING, BUYER, CALLER, PAYER, RECORDS, REGISTER, SECRET, SHOPPER, WRITER
from tests.identity.parties import frame, ids

KeysOf = Callable[[str, str], list[dict[str, Any]]]
Cdp = Callable[..., Said]
WHO = ("--approver", "Ann Lee", "--rationale", "says the account manager")
HEADER = ",".join(EXCEPTION_SCHEMA)


def queue(cdp: Cdp, *more: str) -> list[tuple[str, str]]:
    said = cdp("identity", "review", "--format", "csv", *more)
    assert said.code == 0
    rows = [line.split(",") for line in said.out.splitlines()[1:]]
    return [(row[5], row[6]) for row in rows]


def decide(cdp: Cdp, action: str, *arguments: str) -> Said:
    said = cdp("identity", action, *arguments, *WHO)
    assert said.code == 0, said.err
    return said


def next_run(settings: Settings) -> dict[str, str]:
    """Who every record is after the next run with the file as it is."""
    return ids(
        resolve(
            frame(RECORDS),
            ledger=pl.DataFrame(schema=dict(LEDGER_SCHEMA)),
            exceptions=read_exceptions(settings.exceptions_file),
            aliases=pl.DataFrame(schema=dict(ALIAS_SCHEMA)),
            as_of=datetime.now(UTC),
            run_id="next",
        )
    )


@pytest.mark.usefixtures("customers")
def test_the_queue_is_ranked_by_what_was_billed_to_both(cdp: Cdp, has_the_keys_of: KeysOf) -> None:
    said = cdp("identity", "review", "--format", "json")
    rows = has_the_keys_of("identity_review", said.out)
    assert [(row["rank"], row["record_a"], row["record_b"], row["revenue"], row["currency"]) for row in rows] == [
        (1, BUYER, PAYER, 900.0, "USD"),
        (2, CALLER, WRITER, 90.0, "USD"),
    ]
    assert {row["status"] for row in rows} == {"undecided"}
    assert rows[0]["approve"].startswith(f"cdp identity approve {BUYER} {PAYER} --approver NAME")
    assert queue(cdp, "--limit", "1") == [(BUYER, PAYER)]


@pytest.mark.usefixtures("customers")
def test_a_pair_is_printed_with_values_and_commands(cdp: Cdp) -> None:
    said = cdp("identity", "review")
    assert " or cus_" in said.out
    assert "900.00 USD at stake" in said.out
    assert f"{BUYER} – {PAYER}  person_linked_name  undecided, probable to 0.80  weight +4.0" in said.out
    assert "Agreeing names, and a record without a name has a value of each. Undecided: it weighs less" in said.out
    assert f"→ cdp identity decline {CALLER} {WRITER} --approver NAME" in said.out
    assert "2 of 2 shown; 0 more with a decision in the file already" in said.err
    assert "4930222222" not in said.out
    assert "4930222222" in cdp("identity", "review", "--unmasked").out


def test_without_gold_the_surer_pair_is_first(cdp: Cdp, customers: Settings) -> None:
    with duckdb.connect(str(customers.warehouse_file)) as connection:
        connection.execute("DROP TABLE gold.fact_revenue")
        connection.execute("UPDATE customer_master.match_edge SET confidence = 0.9 WHERE record_a = ?", [CALLER])
    assert queue(cdp) == [(CALLER, WRITER), (BUYER, PAYER)]
    assert "revenue unknown: gold is not built" in cdp("identity", "review").out


def test_customers_that_several_pairs_connect_are_asked_about_once(cdp: Cdp, customers: Settings) -> None:
    with duckdb.connect(str(customers.warehouse_file)) as connection:
        connection.execute(
            "INSERT INTO customer_master.match_edge BY NAME SELECT * REPLACE ('person_work_name' AS rule, 0.9 AS "
            "confidence) FROM customer_master.match_edge WHERE record_a = ?",
            [CALLER],
        )
        connection.execute(
            "INSERT INTO customer_master.match_edge BY NAME SELECT * REPLACE (? AS record_a, ? AS record_b) "
            "FROM customer_master.match_edge WHERE record_a = ?",
            [ANN, SHOPPER, BUYER],
        )
    assert queue(cdp) == [(BUYER, PAYER), (CALLER, WRITER)]


def test_approved_records_are_one_in_the_next_run(cdp: Cdp, customers: Settings) -> None:
    said = decide(cdp, "approve", BUYER, PAYER)
    assert said.out.startswith(f"exception x1: {BUYER} and {PAYER} (cus_")
    assert said.out.rstrip().endswith("are one customer")
    assert "next: `cdp refresh`" in said.err
    [row] = read_exceptions(customers.exceptions_file).to_dicts()
    assert (row["action"], row["source_system_a"], row["source_id_a"]) == ("force_match", "crm", "contact:9")
    assert (row["requester"], row["approver"], row["rationale"]) == ("Ann Lee", "Ann Lee", WHO[-1])
    assert row["valid_from"] == datetime.now(UTC).date()
    assert queue(cdp) == [(CALLER, WRITER)]
    after = next_run(customers)
    assert after[BUYER] == after[PAYER]


def test_declined_records_are_two_in_the_next_run(cdp: Cdp, customers: Settings) -> None:
    assert next_run(customers)[ANN] == next_run(customers)[SHOPPER]
    said = decide(cdp, "decline", "crm:5", "shop:6")
    assert said.out.rstrip().endswith("now) are two customers")
    after = next_run(customers)
    assert after[ANN] != after[SHOPPER]


def test_a_request_waits_and_says_so(cdp: Cdp, customers: Settings) -> None:
    said = cdp("identity", "decline", BUYER, PAYER, "--requester", "Bo Ek", "--rationale", "two branches")
    assert said.code == 0
    assert "it waits: fill in its approver" in said.err
    [row] = read_exceptions(customers.exceptions_file).to_dicts()
    assert (row["requester"], row["approver"]) == ("Bo Ek", None)
    assert queue(cdp) == [(CALLER, WRITER)]
    again = cdp("identity", "approve", PAYER, BUYER, *WHO)
    assert again.code == 2
    assert "exception x1 (never_match) in customer_match_exceptions.csv" in again.err
    assert "fill in its approver" in again.err


def test_what_people_wrote_stays_as_it_is(cdp: Cdp, customers: Settings) -> None:
    before = f"{HEADER}\r\nDEC-07,exclude,crm,contact:11,,,,ann, bea ,'her own',,\r\n"
    customers.exceptions_file.write_bytes(before.encode())
    decide(cdp, "approve", CALLER, WRITER)
    after = customers.exceptions_file.read_bytes().decode()
    assert after.startswith(before)
    assert after[len(before) :].startswith("DEC-08,force_match,crm,contact:7,shop,user:8,")


def test_a_pair_with_an_excluded_record_is_not_asked_about(cdp: Cdp, customers: Settings) -> None:
    customers.exceptions_file.write_text(f"{HEADER}\nx1,exclude,shop,user:10,,,,ann,bea,why,,\n")
    assert queue(cdp) == [(CALLER, WRITER)]


def test_what_is_over_may_be_decided_anew(cdp: Cdp, customers: Settings) -> None:
    over = f"{HEADER}\nx1,never_match,crm,contact:9,shop,user:10,,ann,bea,why,2026-01-01,2026-01-02\n"
    customers.exceptions_file.write_text(over)
    assert queue(cdp) == [(BUYER, PAYER), (CALLER, WRITER)]
    assert "exception x2:" in decide(cdp, "approve", BUYER, PAYER).out


DECIDED = (
    f"{HEADER}\n"
    "x1,never_match,crm,contact:9,shop,user:10,,ann,bea,why,,\n"
    "x2,force_match,crm,account:1,erp,customer:2,,ann,bea,why,,\n"
    "x3,force_match,erp,customer:2,web,client:3,,ann,bea,why,,\n"
    "x4,exclude,crm,contact:7,,,,ann,bea,why,,\n"
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["approve", "nope", PAYER, *WHO], "there is no record 'nope'"),
        (["approve", "crm:1", PAYER, *WHO], "'crm:1' may be any of 2 records"),
        (["approve", ACME, PAYER, *WHO], f"{ACME} is of type organization, {PAYER} of type person"),
        (["approve", ACME, ACME, *WHO], f"{ACME} is one record; a decision is about two"),
        (["approve", PAYER, BUYER, *WHO], "exception x1 (never_match) in customer_match_exceptions.csv has decided"),
        (["decline", PAYER, BUYER, *WHO], "exception x1 (never_match) in customer_match_exceptions.csv has decided"),
        (["decline", REGISTER, ACME, *WHO], "exceptions x2, x3, x5: never_match forbids what force_match"),
        (["approve", CALLER, WRITER, *WHO], "exceptions x4, x5: exclude leaves a record alone"),
        (
            ["approve", CALLER, WRITER, *WHO[2:], "--requester", "Bo"],
            "exceptions x4, x5: exclude leaves a record alone",
        ),
        (["approve", CALLER, WRITER, *WHO[2:]], "nobody decides: give --approver, or --requester"),
        (["approve", CALLER, WRITER, *WHO[:2], "--rationale", " "], "--rationale is empty"),
        (["approve", CALLER, WRITER, *WHO[:2]], "Missing option '--rationale'"),
    ],
)
def test_what_may_not_be_decided_is_2_and_not_written(
    cdp: Cdp, customers: Settings, arguments: list[str], said: str
) -> None:
    customers.exceptions_file.write_text(DECIDED)
    found = cdp("identity", *arguments)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert "Traceback" not in found.err
    assert customers.exceptions_file.read_text() == DECIDED


@pytest.mark.parametrize("command", [["review"], ["approve", BUYER, PAYER, *WHO]])
def test_a_file_that_cannot_be_read_is_told_and_left(cdp: Cdp, customers: Settings, command: list[str]) -> None:
    customers.exceptions_file.write_text(f"exception_id,action\nx1,{SECRET}\n")
    found = cdp("identity", *command)
    assert found.code == 2
    assert "customer_match_exceptions.csv: the header lacks" in found.err
    assert SECRET not in found.err
    assert customers.exceptions_file.read_text().endswith(f"x1,{SECRET}\n")
    assert BILLING not in found.out
