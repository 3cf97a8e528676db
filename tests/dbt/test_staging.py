"""Which raw rows of a stream reach staging: one small story for each way in which a row may or may not count."""

from collections.abc import Callable
from typing import Any

import pytest

from cdp_platform.warehouse.duckdb import Connection
from tests.dbt.deliveries import BEYOND_MARK, FIRST, SECOND, Deliveries


def accounts(raw: Deliveries) -> None:
    def account(id: str, changed: str, name: str, extracted_at: str = FIRST, **other: Any) -> None:
        values = {"isdeleted": False, "createddate": "2025-12-01 00:00:00+00"} | other
        changed_at = f"{changed} 00:00:00+00"
        raw.add("salesforce__account", extracted_at, id=id, name=name, systemmodstamp=changed_at, **values)

    account("twice", "2026-01-01", "the same version delivered twice")
    account("twice", "2026-01-01", "the same version delivered twice", SECOND)
    account("changed", "2026-01-02", "new")
    account("changed", "2026-01-01", "old")
    account("late", "2026-01-02", "new")
    account("late", "2026-01-01", "old, delivered late", SECOND)
    account("deleted", "2026-01-01", "was here")
    account("deleted", "2026-01-02", "was here", isdeleted=True)
    account("restored", "2026-01-01", "was deleted", isdeleted=True)
    account("restored", "2026-01-02", "is back")
    account("mended", "2026-01-01", "good")
    account("mended", "2026-01-02", "bad", SECOND, rejected_by=("one_rule", "another_rule"))
    account("never_good", "2026-01-01", "bad", rejected_by=("one_rule",))
    account("held", "2026-01-01", "validated")
    account("held", "2026-01-02", "not yet validated", BEYOND_MARK)
    account("tidy", "2026-01-01", "  Acme  ", parentid="changed", billing_email__c=" ", billingcountry="de")


def other_deletes(raw: Deliveries) -> None:
    customer = {"isperson": False, "datecreated": FIRST}
    raw.add("netsuite__customer", FIRST, id="stays", lastmodifieddate=FIRST, **customer)
    raw.add("netsuite__customer", FIRST, id="goes", lastmodifieddate=FIRST, **customer)
    raw.add("netsuite__customer", SECOND, id="goes", lastmodifieddate=SECOND, deleteddate=SECOND, **customer)
    raw.add("bamboohr__employees", FIRST, id="left", lastchanged=FIRST)
    for id in ("stays", "newest_is_bad"):
        rejected_by = ("one_rule",) if id == "newest_is_bad" else ()
        raw.add("bamboohr__employees", FIRST, id=id, status="Active", lastchanged=FIRST)
        raw.add("bamboohr__employees", SECOND, id=id, status="Active", lastchanged=SECOND, rejected_by=rejected_by)
    raw.add("platform__users", FIRST, id="without_mark", updated_at=FIRST, created_at=FIRST)


def rows(raw: Deliveries) -> None:
    accounts(raw)
    other_deletes(raw)


@pytest.fixture(scope="module")
def warehouse(build: Callable[..., Connection]) -> Connection:
    return build(
        rows,
        select="+party stg_salesforce__account stg_netsuite__customer stg_platform__user stg_bamboohr__employee",
        unmarked=("platform__users",),
    )


@pytest.fixture(scope="module")
def account(warehouse: Connection) -> dict[str, tuple[str, str]]:
    found = warehouse.execute("SELECT account_id, company_name, raw_id FROM staging.stg_salesforce__account").fetchall()
    return {id: (name, raw_id) for id, name, raw_id in found}


def test_a_version_delivered_twice_is_one_row_from_the_newest_delivery(account: dict[str, tuple[str, str]]) -> None:
    assert account["twice"] == ("the same version delivered twice", "raw-0002")


@pytest.mark.parametrize("id", ["changed", "late"])
def test_the_newest_version_wins_in_whatever_order_they_arrive(account: dict[str, tuple[str, str]], id: str) -> None:
    assert account[id][0] == "new"


def test_a_deleted_record_is_gone_until_it_is_restored(account: dict[str, tuple[str, str]]) -> None:
    assert "deleted" not in account
    assert account["restored"][0] == "is back"


def test_a_rejected_version_does_not_hide_the_good_one_before_it(account: dict[str, tuple[str, str]]) -> None:
    assert account["mended"][0] == "good"
    assert "never_good" not in account


def test_rows_beyond_the_mark_do_not_count_yet(account: dict[str, tuple[str, str]], warehouse: Connection) -> None:
    assert account["held"][0] == "validated"
    assert warehouse.execute("SELECT * FROM staging.stg_platform__user").fetchall() == []


def test_a_tombstone_deletes(warehouse: Connection) -> None:
    assert warehouse.execute("SELECT customer_id FROM staging.stg_netsuite__customer").fetchall() == [("stays",)]


def test_absence_from_the_newest_delivery_deletes_and_a_rejected_row_is_not_absent(warehouse: Connection) -> None:
    found = warehouse.execute("SELECT employee_id, raw_id FROM staging.stg_bamboohr__employee ORDER BY 1").fetchall()
    assert [id for id, _ in found] == ["newest_is_bad", "stays"]
    good, bad = "SELECT min(_airbyte_raw_id)", "SELECT max(_airbyte_raw_id)"
    of_record = "FROM raw.bamboohr__employees WHERE id = 'newest_is_bad'"
    assert found[0][1] == warehouse.execute(f"{good} {of_record}").fetchall()[0][0]
    assert found[0][1] != warehouse.execute(f"{bad} {of_record}").fetchall()[0][0]


def test_a_full_list_that_airbyte_synced_begins_with_its_first_row(build: Callable[..., Connection]) -> None:
    def synced(raw: Deliveries) -> None:
        other_deletes(raw)
        of = "WHERE source_system = 'bamboohr' AND stream = 'employees'"
        raw.connection.execute(f"UPDATE ops.model_mark SET delivered_from = '{FIRST}' {of}")

    built = build(synced, select="stg_bamboohr__employee")
    found = built.execute("SELECT employee_id FROM staging.stg_bamboohr__employee ORDER BY 1").fetchall()
    assert found == [("left",), ("newest_is_bad",), ("stays",)]


def test_history_holds_every_counted_version_once_and_begins_when_the_record_was_created(warehouse: Connection) -> None:
    history = warehouse.execute(
        "SELECT source_id, valid_from::DATE::VARCHAR, is_current, is_deleted FROM domain.party_version "
        "WHERE source_id IN ('twice', 'changed', 'deleted', 'mended', 'held') ORDER BY ALL"
    ).fetchall()
    created = "2025-12-01"
    assert history == [
        ("changed", created, False, False),
        ("changed", "2026-01-02", True, False),
        ("deleted", created, False, False),
        ("deleted", "2026-01-02", True, True),
        ("held", created, True, False),
        ("mended", created, True, False),
        ("twice", created, True, False),
    ]
