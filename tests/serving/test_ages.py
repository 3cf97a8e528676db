"""The age of what a published table rests on: written with the version, told with an answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cdp_platform.landing.tables import insert_row
from cdp_platform.landing.upgrade import prepare
from cdp_platform.serving.ages import Input, stale_tables, write_ages
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.duckdb import Connection, scratch

STREAMS = {source.raw_table(stream): (source, stream) for source in SOURCES for stream in source.streams}
INVOICE, ITEM, ACCOUNT = (STREAMS[name] for name in ("netsuite__invoice", "netsuite__item", "salesforce__account"))
BUILT = datetime(2026, 11, 27, 2, tzinfo=UTC)
DAY = timedelta(days=1)
ALLOWED = INVOICE[1].cadence.max_age or DAY


@pytest.fixture
def ops() -> Iterator[Connection]:
    with scratch() as connection:
        prepare(connection)
        loaded(connection, "invoice", high_water=BUILT - DAY, at=BUILT - timedelta(hours=1))
        yield connection


def of(table: str, stream: tuple[Source, Stream], moment: datetime = BUILT) -> Input:
    return Input(f"gold.{table}", *stream, moment)


def loaded(connection: Connection, stream: str, *, high_water: datetime | None, at: datetime) -> None:
    row = {"run_id": "run", "source_system": "netsuite", "stream": stream, "started_at": at, "high_water": high_water}
    insert_row(connection, "ops.load_audit", row)


def ages(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT table_name, source_system || '.' || stream, newest_record_at, stale_after, held_because "
        "FROM ops.table_age ORDER BY ALL"
    ).fetchall()


def test_every_table_carries_the_age_of_its_streams(ops: Connection) -> None:
    write_ages(ops, [of("fact_revenue", INVOICE), of("fact_revenue", ITEM), of("dim_product", ITEM)])
    assert ages(ops) == [
        ("dim_product", "netsuite.item", None, None, None),
        ("fact_revenue", "netsuite.invoice", BUILT - DAY, BUILT - DAY + ALLOWED, None),
        ("fact_revenue", "netsuite.item", None, None, None),
    ]


def test_a_source_that_is_not_in_use_has_no_age(ops: Connection) -> None:
    write_ages(ops, [of("dim_customer", ACCOUNT), of("dim_customer", INVOICE)])
    assert [stream for _, stream, *_ in ages(ops)] == ["netsuite.invoice"]


def test_what_landed_after_a_table_s_run_began_is_not_in_it(ops: Connection) -> None:
    loaded(ops, "invoice", high_water=BUILT + DAY, at=BUILT + timedelta(minutes=1))
    write_ages(ops, [of("fact_revenue", INVOICE), of("agg_revenue_month", INVOICE, moment=BUILT + DAY)])
    assert [(table, newest) for table, _, newest, *_ in ages(ops)] == [
        ("agg_revenue_month", BUILT + DAY),
        ("fact_revenue", BUILT - DAY),
    ]


def test_a_held_delivery_says_why(ops: Connection) -> None:
    held = {"delivery_id": 1, "source_system": "netsuite", "stream": "invoice", "status": "held", "reason": "no total"}
    insert_row(ops, "ops.landed_file", held)
    write_ages(ops, [of("fact_revenue", INVOICE)])
    assert ages(ops)[0][4] == "no total"


def test_an_answer_names_the_tables_that_rest_on_old_data(ops: Connection) -> None:
    write_ages(ops, [of("fact_revenue", INVOICE), of("fact_revenue", ITEM), of("agg_revenue_month", INVOICE)])
    query = 'WITH x AS (FROM gold.fact_revenue) SELECT * FROM x JOIN "gold"."dim_time" USING (day)'
    stale_from = BUILT - DAY + ALLOWED
    assert list(stale_tables(ops, query, stale_from)) == []
    [said] = stale_tables(ops, query, stale_from + timedelta(seconds=1))
    assert said == (
        "fact_revenue rests on old data: the newest record of netsuite.invoice is of 2026-11-26 02:00, "
        f"stale since {stale_from:%Y-%m-%d %H:%M} UTC; `cdp status` says why"
    )
    assert len(list(stale_tables(ops, "-- all of it\n; FROM fact_revenue;", stale_from + DAY))) == 1
    assert len(list(stale_tables(ops, "FROM Fact_Revenue, agg_revenue_month", stale_from + DAY))) == 2


def test_a_version_without_ages_says_nothing(ops: Connection) -> None:
    ops.execute("DROP TABLE ops.table_age")
    assert list(stale_tables(ops, "FROM fact_revenue", BUILT + 100 * DAY)) == []
