"""One run of the identity step against what readers see: what may change, what a person accepts, what is too little."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import duckdb
import polars as pl
import pytest

from asset_checks.plausibility import plausibility_questions
from asset_checks.runs import run_questions
from cdp_platform.assets.identity import write
from cdp_platform.assets.new_ids import NothingToAccept, accept
from cdp_platform.identity import EXCEPTION_SCHEMA, Resolution
from cdp_platform.landing.tables import insert_row
from cdp_platform.landing.upgrade import prepare
from cdp_platform.warehouse.duckdb import Connection
from tests.identity.parties import Runs, human

START = datetime(2026, 11, 20, tzinfo=UTC)
ASKED = {check.name: ask for check, ask in (*run_questions(), *plausibility_questions())}
RUN, HISTORY = "customer_master.identity_run", "customer_master.customer_id_history"


@pytest.fixture
def warehouse() -> Iterator[Connection]:
    """Every table, and no row."""
    with duckdb.connect(":memory:") as connection:
        prepare(connection)
        yield connection


def resolve(connection: Connection, hour: int, *, known: int = 0, changed: int = 0, pairs: int = 0) -> None:
    """A run of the identity step at that hour."""
    moment = {"run_id": f"run at {hour}", "as_of": START, "resolved_at": START + timedelta(hours=hour)}
    for measure, subject, value in (
        ("records", None, known), ("records_known_before", None, known), ("accepted_pairs", "person_email_name", pairs),
    ):  # fmt: skip
        counted = {"measure": measure, "record_type": "person", "subject": subject, "value": value}
        insert_row(connection, RUN, moment | counted)
    event = {"customer_id": f"C-{hour}", "event": "move", "cause": "evidence lost", "run_id": f"run at {hour}"}
    if changed:
        insert_row(connection, HISTORY, event | {"record_count": changed})


def publish(connection: Connection, hour: int, *, is_published: bool = True) -> None:
    """What was resolved is shown to readers at that hour."""
    insert_row(
        connection, "ops.publication", {"published_at": START + timedelta(hours=hour), "is_published": is_published}
    )


def answer(connection: Connection, name: str) -> dg.AssetCheckResult:
    return ASKED[name](connection)


def is_green(connection: Connection) -> bool:
    return answer(connection, "keeps_customer_ids").passed


def test_the_first_run_changes_nothing_that_anybody_saw(warehouse: Connection) -> None:
    assert is_green(warehouse), "not even a first run"
    resolve(warehouse, 1)
    assert is_green(warehouse)
    resolve(warehouse, 2, known=10_000, changed=5_000)
    assert is_green(warehouse), "readers have no id yet"


@pytest.mark.parametrize(
    ("known", "changed", "passes"), [(10_000, 10, True), (10_000, 11, False), (50_000, 50, True), (50_000, 51, False)]
)
def test_one_in_a_thousand_may_change_its_id(warehouse: Connection, known: int, changed: int, passes: bool) -> None:
    resolve(warehouse, 1)
    publish(warehouse, 2)
    resolve(warehouse, 3, known=known, changed=changed)
    said = answer(warehouse, "keeps_customer_ids")
    assert (said.passed, said.severity) == (passes, dg.AssetCheckSeverity.ERROR)
    assert said.description == (
        f"{changed} of {known:,} records have another customer id than readers see: evidence lost {changed}"
    )


def test_of_a_few_records_ten_may_change(warehouse: Connection) -> None:
    resolve(warehouse, 1)
    publish(warehouse, 2)
    resolve(warehouse, 3, known=100, changed=10)
    assert is_green(warehouse)
    resolve(warehouse, 4, known=100, changed=1)
    assert not is_green(warehouse), "what was not published adds up"


def test_decisions_of_people_are_one_cause(warehouse: Connection) -> None:
    resolve(warehouse, 1)
    publish(warehouse, 2)
    resolve(warehouse, 3, known=100, changed=10)
    warehouse.execute(
        f"INSERT INTO {HISTORY} (customer_id, event, cause, record_count, run_id) "
        "SELECT 'C' || i, 'merge', 'exception E' || i, 1, 'run at 3' FROM range(20) AS r(i)"
    )
    said = answer(warehouse, "keeps_customer_ids").description
    assert said == (
        "30 of 100 records have another customer id than readers see: decisions of people 20, evidence lost 10"
    )


def test_refreshing_again_does_not_make_it_right(warehouse: Connection) -> None:
    resolve(warehouse, 1)
    publish(warehouse, 2)
    resolve(warehouse, 3, known=1000, changed=500)
    publish(warehouse, 4, is_published=False)
    resolve(warehouse, 5, known=1000)
    assert not is_green(warehouse)


def test_what_was_published_is_not_held_against_the_next_run(warehouse: Connection) -> None:
    resolve(warehouse, 1)
    publish(warehouse, 2)
    resolve(warehouse, 3, known=1000, changed=10)
    publish(warehouse, 4)
    resolve(warehouse, 5, known=1000, changed=10)
    assert is_green(warehouse)


def test_a_person_accepts_what_has_changed_and_not_what_will(warehouse: Connection) -> None:
    now = (datetime.now(UTC) - START) // timedelta(hours=1)
    resolve(warehouse, now - 4)
    publish(warehouse, now - 3)
    resolve(warehouse, now - 2, known=1000, changed=500)
    assert accept(warehouse, requester="Ada", reason="two CRMs became one").records == 500
    assert is_green(warehouse)
    with pytest.raises(NothingToAccept, match="accepted already"):
        accept(warehouse, requester="Ada", reason="again")
    resolve(warehouse, now + 1, known=1000, changed=500)
    assert not is_green(warehouse)
    kept = warehouse.execute(f"SELECT value, accepted_by FROM {RUN} WHERE measure = 'new_ids_accepted'").fetchall()
    assert kept == [(500, "Ada: two CRMs became one")]


@pytest.mark.parametrize(
    ("before", "now", "passes"),
    [(1000, 1200, True), (1000, 1201, False), (1000, 799, False), (10, 35, True), (10, 36, False)],
)
def test_a_fifth_more_or_fewer_pairs_of_a_rule_is_told_with_both_numbers(
    warehouse: Connection, before: int, now: int, passes: bool
) -> None:
    resolve(warehouse, 1, pairs=before)
    assert answer(warehouse, "finds_as_many_pairs_as_before").passed
    publish(warehouse, 2)
    resolve(warehouse, 3, pairs=5)
    resolve(warehouse, 4, pairs=now)
    said = answer(warehouse, "finds_as_many_pairs_as_before")
    assert (said.passed, said.severity) == (passes, dg.AssetCheckSeverity.WARN)
    assert passes or said.description == (
        f"since the last published run: person person_email_name {before:,} → {now:,}"
    )


def label(connection: Connection, one: int, joined: int, wrongly: int) -> dg.AssetCheckResult:
    resolve(connection, 1)
    for measure, subject, value in (
        ("labelled_pairs", "force_match", one), ("labelled_pairs_joined", "force_match", joined),
        ("labelled_pairs_joined", "never_match", wrongly),
    ):  # fmt: skip
        row = {"run_id": "run at 1", "measure": measure, "subject": subject, "value": value}
        insert_row(connection, RUN, row)
    return answer(connection, "agrees_with_people")


def test_too_few_labels_say_so(warehouse: Connection) -> None:
    said = label(warehouse, one=49, joined=0, wrongly=49)
    assert (said.passed, said.description) == (
        True, "too few labels: 49 pairs that the rules join and 49 that are one, 50 needed",
    )  # fmt: skip


@pytest.mark.parametrize(("one", "joined", "wrongly"), [(50, 24, 0), (25, 25, 26)])
def test_rules_that_are_wrong_more_often_than_right_are_a_warning(
    warehouse: Connection, one: int, joined: int, wrongly: int
) -> None:
    said = label(warehouse, one, joined, wrongly)
    assert (said.passed, said.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_crowd_warns_and_an_absurd_one_stops_unless_a_person_decided_it(warehouse: Connection) -> None:
    def crowd(records: int, method: str = "person_email_name") -> dg.AssetCheckResult:
        warehouse.execute("DELETE FROM customer_master.customer_crosswalk")
        warehouse.execute(
            "INSERT INTO customer_master.customer_crosswalk BY NAME SELECT 'r' || i AS source_record_id, "
            f"'person' AS record_type, if(i < {records}, 'C', 'C' || i) AS customer_id, '{method}' AS method "
            "FROM range(5000) AS r(i)"
        )
        return answer(warehouse, "joins_no_crowd")

    assert (crowd(30).passed, crowd(30).description) == (True, "99.9 % of persons have at most 1 records, one 30")
    assert [crowd(records).passed for records in (31, 200, 201)] == [False] * 3
    assert [crowd(records).severity.value for records in (31, 200, 201)] == ["WARN", "WARN", "ERROR"]
    assert crowd(201, "exception").severity is dg.AssetCheckSeverity.WARN


def test_a_run_that_is_tried_again_counts_once(warehouse: Connection) -> None:
    runs = Runs(*(pl.DataFrame(schema=dict(schema)) for schema in ({}, {})))
    found: Resolution = runs(human("crm:contact:1", "Bob Smith"))
    for _ in range(2):
        write(warehouse, found, pl.DataFrame(schema=dict(EXCEPTION_SCHEMA)), {})
    rows = warehouse.execute(f"SELECT value FROM {RUN} WHERE measure = 'records' ORDER BY 1").fetchall()
    assert rows == [(0,), (1,)]
    later: Resolution = runs(human("crm:contact:1", "Bob Smith"))
    write(warehouse, later, pl.DataFrame(schema=dict(EXCEPTION_SCHEMA)), {})
    assert warehouse.execute(f"SELECT count(DISTINCT run_id) FROM {RUN}").fetchall() == [(2,)]
