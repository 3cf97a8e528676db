"""A reader runs one statement, it only reads, and it reaches nothing but the file in front of it."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from cdp_platform.serving.answer import ask
from cdp_platform.serving.reader import open_locked
from cdp_platform.serving.statements import QueryRefused, checked
from cdp_platform.warehouse.duckdb import Connection


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.csv"
    file.write_text("word\nxyzzy\n")
    return file


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Connection]:
    file = tmp_path / "internal.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE SCHEMA gold; CREATE TABLE gold.fact AS SELECT range AS id, 'word' AS said FROM range(5)"
        )
    with open_locked(file) as connection:
        yield connection


READS = [
    "SELECT 1",
    "select * from gold.fact order by id desc",
    "FROM fact",
    "TABLE gold.fact",
    "VALUES (1)",
    "WITH a AS (SELECT 1 AS x) SELECT x FROM a -- said aside",
    "(SELECT 1) UNION ALL SELECT 2;",
    "DESCRIBE gold.fact",
    "SUMMARIZE gold.fact",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "SELECT * FROM range(3) AS t(x), generate_series(1, 2)",
    "SELECT unnest([1, 2])",
    "SELECT * FROM json_each('[1]')",
    "SELECT * FROM information_schema.columns",
    "SELECT said, count(*) FROM fact GROUP BY said",
]
REFUSED = [
    "",
    ";",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE gold.fact",
    "INSERT INTO gold.fact VALUES (1, 'x')",
    "DELETE FROM gold.fact",
    "WITH a AS (DELETE FROM gold.fact RETURNING *) SELECT * FROM a",
    "CREATE TABLE x AS SELECT 1",
    "DROP TABLE gold.fact",
    "ATTACH 'other.duckdb'",
    "COPY gold.fact TO 'out.csv'",
    "COPY (SELECT 1) TO 'out.csv'",
    "EXPORT DATABASE 'out'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "SET memory_limit = '10GB'",
    "RESET memory_limit",
    "USE gold",
    "EXPLAIN ANALYZE SELECT 1",
    "PREPARE p AS SELECT 1",
    "CHECKPOINT",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM '{secret}'",
    'SELECT * FROM "{secret}"',
    "SELECT * FROM glob('/*')",
    "SELECT (SELECT max(word) FROM read_csv_auto('{secret}'))",
    "SELECT * FROM gold.fact WHERE id IN (SELECT 1 FROM read_blob('{secret}'))",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM system.main.query('SELECT 1')",
    "SELECT * FROM gold.fact, LATERAL query('SELECT 1')",
    "SELECT * FROM gold.fact JOIN query_table('gold.fact') ON true",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM pragma_storage_info('gold.fact')",
    "SELECT getenv('HOME')",
    "SELECT sleep_ms(100000)",
]


@pytest.mark.parametrize("query", READS)
def test_a_reading_statement_is_run(reader: Connection, query: str) -> None:
    assert ask(reader, query, limit=100).columns


@pytest.mark.parametrize("query", REFUSED)
def test_anything_else_is_refused(reader: Connection, secret: Path, query: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        ask(reader, query.format(secret=secret), limit=100)
    said = str(refused.value)
    assert said
    assert "\n" not in said
    assert "xyzzy" not in said


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM '{secret}'",
        "COPY gold.fact TO '{secret}.out'",
        "ATTACH '{secret}.duckdb' AS other",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "CREATE TABLE gold.other (id INT)",
        "INSTALL httpfs",
    ],
)
def test_the_connection_is_locked_for_who_gets_past_the_judgement(reader: Connection, secret: Path, query: str) -> None:
    with pytest.raises(duckdb.Error):
        reader.execute(query.format(secret=secret))
    assert not secret.with_name("secret.csv.out").exists()


def test_a_python_variable_is_no_table(reader: Connection) -> None:
    rows = duckdb.sql("SELECT 1 AS id")  # noqa: F841
    with pytest.raises(QueryRefused, match="does not exist"):
        ask(reader, "SELECT * FROM rows", limit=1)


def test_a_failing_value_is_not_repeated(reader: Connection) -> None:
    with pytest.raises(QueryRefused) as refused:
        ask(reader, "SELECT said::INT FROM fact", limit=1)
    assert "word" not in str(refused.value)
    assert "fails on a value" in str(refused.value)


def test_a_misspelt_column_gets_what_there_is(reader: Connection) -> None:
    with pytest.raises(QueryRefused, match="SHOW ALL TABLES"):
        ask(reader, "SELECT sed FROM fact", limit=1)


def test_rows_are_cut_at_the_limit_in_their_order(reader: Connection) -> None:
    cut = ask(reader, "SELECT id FROM fact ORDER BY id DESC", limit=2)
    assert (cut.columns, cut.rows, cut.was_cut) == (["id"], [(4,), (3,)], True)
    assert not ask(reader, "SELECT id FROM fact", limit=5).was_cut


def test_what_is_judged_is_what_is_run() -> None:
    assert checked("SELECT 1 /* ; DROP TABLE x */ ;").strip().startswith("SELECT 1")
