"""How loud a check is, and what it says: warnings, errors, and rows that are named without being shown."""

from collections.abc import Iterator

import dagster as dg
import duckdb
import pytest

from asset_checks.contract import contract_results
from asset_checks.controls import control_results
from asset_checks.duplicates import duplicate_questions
from asset_checks.verdict import NAMED, LineStopped, hashed, spec, stopping, verdict
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources.netsuite import NETSUITE
from cdp_platform.warehouse.duckdb import Connection

INVOICE = NETSUITE.stream("invoice")
ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN


@pytest.fixture
def warehouse() -> Iterator[Connection]:
    """Every table, and no row."""
    with duckdb.connect(":memory:") as connection:
        prepare(connection)
        yield connection


CROSSWALK = dg.AssetKey(["customer_master", "customer_crosswalk"])


def test_a_stopped_line_says_in_its_first_line_what_is_wrong_and_what_to_run() -> None:
    checks = [spec(CROSSWALK, name, why="w", action="a", blocking=True) for name in ("is_green", "is_red", "is_too")]
    warns = spec(CROSSWALK, "only_warns", why="w", action="a", blocking=True)
    results = [
        verdict(check, f"3 rows of {check.name}", passed=check.name == "is_green", expected=0, actual=3)
        for check in checks
    ]
    results.append(verdict(warns, "loud", passed=False, expected=0, actual=1, warn=True))
    told = []
    with pytest.raises(LineStopped) as stopped:
        told.extend(stopping(results, {check.key for check in (*checks, warns)}))
    assert stopped.value.description == (
        "customer_master/customer_crosswalk: is_red: 3 rows of is_red; and 1 more; run: cdp where customer_crosswalk"
    )
    assert len(told) == len(list(stopping(results, {warns.key}))) == 4


def of_invoices(connection: Connection) -> dict[str | None, dg.AssetCheckResult]:
    answers = [*contract_results(connection, NETSUITE, INVOICE), *control_results(connection, NETSUITE, INVOICE)]
    return {answer.check_name: answer for answer in answers}


def deliver(connection: Connection, status: str, cause: str | None = None, columns: str | None = None) -> None:
    connection.execute(
        "INSERT INTO ops.landed_file (delivery_id, source_system, stream, status, cause, reason, new_columns) SELECT "
        "coalesce(max(delivery_id), 0) + 1, 'netsuite', 'invoice', ?, ?, 'why', ? FROM ops.landed_file",
        [status, cause, columns],
    )
    connection.execute(
        "INSERT INTO ops.load_audit (source_system, stream, started_at, files) VALUES ('netsuite', 'invoice', now(), 1)"
    )


def test_a_source_that_is_not_in_use_is_green(warehouse: Connection) -> None:
    assert {name for name, answer in of_invoices(warehouse).items() if not answer.passed} == set()


def test_a_source_in_use_without_control_totals_is_a_warning(warehouse: Connection) -> None:
    deliver(warehouse, "validated")
    answer = of_invoices(warehouse)["reconciles_to_control_total"]
    assert (answer.passed, answer.severity, answer.description) == (False, WARN, "no control total")


@pytest.mark.parametrize("status", ["held", "unreadable"])
def test_a_delivery_that_does_not_count_is_an_error(warehouse: Connection, status: str) -> None:
    deliver(warehouse, status, "contract")
    answer = of_invoices(warehouse)["keeps_its_contract"]
    assert (answer.passed, answer.severity, answer.description) == (
        False, ERROR, "models keep the last good data: why",
    )  # fmt: skip


def test_a_rejected_row_in_a_delivery_that_counts_is_a_warning(warehouse: Connection) -> None:
    deliver(warehouse, "validated")
    for rule in ("required", "value"):
        warehouse.execute(
            "INSERT INTO quarantine.rejected_row (source_system, stream, rule, raw_id, status) "
            "VALUES ('netsuite', 'invoice', ?, 'one', 'open')",
            [rule],
        )
    answer = of_invoices(warehouse)["keeps_its_contract"]
    assert (answer.passed, answer.severity) == (False, WARN)
    assert answer.description == "accepted without 1 rows, which wait in quarantine"


def test_a_new_column_is_told_once(warehouse: Connection) -> None:
    deliver(warehouse, "validated", columns="colour, size")
    assert of_invoices(warehouse)["brings_no_new_column"].description == "new and undeclared: colour, size"
    deliver(warehouse, "validated", columns="colour, weight")
    assert of_invoices(warehouse)["brings_no_new_column"].description == "new and undeclared: weight"
    deliver(warehouse, "validated", columns="colour")
    assert of_invoices(warehouse)["brings_no_new_column"].passed


@pytest.mark.parametrize(
    ("duplicates", "passed", "severity"), [(5, True, WARN), (6, False, WARN), (8, False, WARN), (9, False, ERROR)]
)
def test_duplicates_left_warn_above_the_target_and_stop_above_the_limit(
    warehouse: Connection, duplicates: int, passed: bool, severity: dg.AssetCheckSeverity
) -> None:
    warehouse.execute(
        "CREATE TABLE customer_master.int_customer__record AS SELECT 'record' || i AS source_record_id, "
        f"'organization' AS record_type, 'FR' || (10000 + greatest(i, {duplicates})) AS tax_id FROM range(100) AS r(i)"
    )
    warehouse.execute(
        "INSERT INTO customer_master.customer_crosswalk BY NAME "
        "SELECT source_record_id, source_record_id AS customer_id FROM customer_master.int_customer__record"
    )
    check, ask = duplicate_questions()[0]
    answer = ask(warehouse)
    assert (check.name, answer.passed) == ("leaves_few_duplicates", passed)
    assert answer.severity is severity or answer.passed


def test_offending_rows_are_named_by_their_hash_and_at_most_a_few() -> None:
    check = spec(dg.AssetKey("table"), "is_right", why="It matters.", action="mend it.")
    keys = [f"salesforce:account:{number}" for number in range(NAMED + 5)]
    answer = verdict(check, "wrong", passed=False, expected=0, actual=len(keys), offenders=keys)
    named = answer.metadata["offending_rows"].value
    assert named == ", ".join(hashed(key) for key in keys[:NAMED])
    assert duckdb.sql(f"SELECT left(md5('{keys[0]}'), 12)").fetchall() == [(hashed(keys[0]),)]
    assert answer.metadata["difference"].value == len(keys)
    assert check.description == "It matters. On failure: mend it. Runbook: docs/runbooks/is_right.md"
