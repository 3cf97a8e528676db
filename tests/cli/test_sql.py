"""`cdp sql`: the published data, in three formats, and nothing else."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cdp_platform.environment import Settings
from cdp_platform.landing.tables import insert_row
from cdp_platform.serving.publish import publish
from cdp_platform.warehouse.connection import Column
from cdp_platform.warehouse.duckdb import Connection
from tests.cli.conftest import Said

pytestmark = pytest.mark.usefixtures("versions")
KeysOf = Callable[[str, str], list[dict[str, Any]]]


def test_a_table_for_people_shows_numbers_as_they_are(cdp: Callable[..., Said]) -> None:
    said = cdp("sql", "SELECT year, email FROM fact ORDER BY year LIMIT 1")
    assert said == Said(0, said.out, "")
    assert said.out.split() == ["year", "email", "2020", "***"]


def test_json_for_programs_keeps_types_and_nesting(cdp: Callable[..., Said], has_the_keys_of: KeysOf) -> None:
    query = (
        "SELECT 1 AS id, 1.50::DECIMAL(9, 2) AS amount, DATE '2026-11-20' AS day, [1, 2] AS list, 'nan'::DOUBLE AS no"
    )
    [row] = has_the_keys_of("sql", cdp("sql", query, "--format", "json").out)
    assert row == {"id": 1, "amount": 1.5, "day": "2026-11-20", "list": [1, 2], "no": "nan"}


def test_csv_for_spreadsheets_has_a_header_always(cdp: Callable[..., Said]) -> None:
    assert cdp("sql", "SELECT year FROM fact WHERE false", "--format", "csv").out == "year\n"
    printed = cdp("sql", "SELECT {'a': [1]} AS nested, 'x,\"y' AS text", "--format", "csv").out
    assert list(csv.reader(io.StringIO(printed))) == [["nested", "text"], ['{"a": [1]}', 'x,"y']]


def test_a_cut_is_said_aside(cdp: Callable[..., Said]) -> None:
    said = cdp("sql", "SELECT year FROM fact ORDER BY 1", "--limit", "2", "--format", "csv")
    assert said == Said(0, "year\n2020\n2021\n", "cut after 2 rows; --limit N prints more\n")


def test_columns_of_one_name_are_told_apart(cdp: Callable[..., Said]) -> None:
    assert cdp("sql", "SELECT 1 AS a, 2 AS a, 3 AS b", "--format", "csv").out == "a_1,a_2,b\n1,2,3\n"


def test_the_restricted_role_sees_personal_data(cdp: Callable[..., Said]) -> None:
    query = "SELECT DISTINCT email FROM fact"
    assert cdp("sql", query, "--role", "restricted", "--format", "csv").out == "email\nada@example.org\n"


def test_a_query_comes_from_standard_input(cdp: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 7 AS n\n"))
    assert cdp("sql", "-", "--format", "csv").out == "n\n7\n"


def test_data_does_not_steer_the_terminal(cdp: Callable[..., Said]) -> None:
    said = cdp("sql", "SELECT '[/x] [bold]' || chr(27) || '[2J' AS \"[/q]\"")
    assert said.code == 0
    assert "[/x] [bold]" in said.out
    assert "\x1b" not in said.out


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DROP TABLE gold.fact", "cdp: only a statement that reads can be run"),
        ("SELECT nope FROM fact", "cdp: Binder Error: Referenced column"),
        ("SELECT * FROM read_csv('x')", "cdp: read_csv() is refused"),
        ("SELECT 'ada'::INT", "cdp: the query fails on a value"),
    ],
)
def test_what_is_refused_is_2_in_one_line(cdp: Callable[..., Said], query: str, said: str) -> None:
    answer = cdp("sql", query)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(said)
    assert answer.err.count("\n") == 1


def test_nothing_is_written_by_reading(cdp: Callable[..., Said], settings: Settings) -> None:
    before = {path: path.stat().st_mtime_ns for path in settings.home.rglob("*")}
    cdp("sql", "SELECT * FROM fact")
    assert {path: path.stat().st_mtime_ns for path in settings.home.rglob("*")} == before


def test_stale_data_is_said_aside(cdp: Callable[..., Said], settings: Settings, warehouse: Connection) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    age = {"table_name": "fact", "source_system": "netsuite", "stream": "invoice", "newest_record_at": at}
    insert_row(warehouse, "ops.table_age", age | {"stale_after": at})
    columns = {name: {} for name in ("gold.fact", "ops.table_age")}
    for name in columns:
        described = warehouse.execute(f"DESCRIBE {name}").fetchall()
        columns[name] = {column: Column(type_) for column, type_, *_ in described}
    publish(settings, warehouse, columns, name="v4", as_of=at, published_at=datetime.now(UTC))
    said = cdp("sql", "SELECT count(*) AS rows FROM fact", "--format", "csv")
    assert said.out == "rows\n5\n"
    assert said.err.startswith("fact rests on old data: the newest record of netsuite.invoice is of 2026-01-01 00:00")
    assert cdp("sql", "SELECT 1 AS one").err == ""
