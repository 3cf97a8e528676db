"""What every declared stream keeps, so that landing can rely on it."""

import pytest

from cdp_platform.landing.contract import schema_of
from cdp_platform.landing.controls import control_differences
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.tables import cursor_columns
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Deletes, Type
from cdp_platform.warehouse.duckdb import Connection, scratch

STREAMS = [(source, stream) for source in SOURCES for stream in source.streams]
each_stream = pytest.mark.parametrize(("source", "stream"), STREAMS, ids=[source.raw_table(s) for source, s in STREAMS])


@pytest.fixture(scope="module")
def connection() -> Connection:
    with scratch() as opened:
        prepare(opened)
        yield opened  # type: ignore[misc]


@each_stream
def test_keys_cursor_and_deletes_are_columns_of_the_right_type(source: Source, stream: Stream) -> None:
    assert all(stream.column(name).required and stream.column(name).critical for name in stream.key)
    assert all(column.type in (Type.TIMESTAMP, Type.INTEGER) for column in cursor_columns(stream))
    assert any(column.required for column in cursor_columns(stream)), (
        "a row without cursor has no place among its versions"
    )
    needs_column = stream.deletes in (Deletes.FLAG, Deletes.TOMBSTONE)
    assert needs_column == (stream.delete_column is not None)
    if stream.delete_column:
        wanted = Type.BOOLEAN if stream.deletes is Deletes.FLAG else Type.TIMESTAMP
        assert stream.column(stream.delete_column).type is wanted


@each_stream
def test_names_are_unique_and_not_raw_s_own(source: Source, stream: Stream) -> None:
    names = [column.raw_name for column in stream.columns]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith(("_airbyte_", "_cdp_"))]


@each_stream
def test_controls_compare_required_periods(source: Source, stream: Stream) -> None:
    for control in stream.controls:
        assert stream.column(control.period).required, "a row without period belongs to no month"
        assert stream.column(control.period).type in (Type.DATE, Type.TIMESTAMP)


@each_stream
def test_what_landing_makes_of_the_declaration_runs(source: Source, stream: Stream, connection: Connection) -> None:
    assert schema_of(stream).columns
    assert connection.execute(fate_sql(source, stream)).fetchall() == []
    for control in stream.controls:
        connection.execute(
            "INSERT INTO ops.control_total (source_system, stream, period, measure, currency_code, value) "
            "VALUES (?, ?, '2026-01-01', ?, 'EUR', 1)",
            [source.name, stream.table, control.name],
        )
    differences = control_differences(connection, source, stream)
    assert [d.difference for d in differences or []] == [-1] * len(stream.controls)
