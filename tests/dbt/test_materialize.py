"""How tables and views are replaced on DuckDB: as a whole or not at all, whatever stood there before."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from cdp_platform.environment import PROJECT

MODEL = "{{ config(materialized=var('kind'), contract={'enforced': var('kind') == 'table'}) }}\n{{ var('query') }}\n"
PROPERTIES = """
models:
  - name: thing
    columns:
      - name: number
        data_type: integer
"""
Build = Callable[[str, str], bool]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds the one model of a project that has our materializations: as what, from which query; whether it worked."""
    (tmp_path / "macros").mkdir()
    (tmp_path / "models").mkdir()
    shutil.copy(PROJECT / "cdp_dbt" / "macros" / "engine" / "materialize.sql", tmp_path / "macros")
    shutil.copy(PROJECT / "cdp_dbt" / "profiles.yml", tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: cdp\nprofile: cdp\nversion: '1.0'\nconfig-version: 2\n")
    (tmp_path / "models" / "thing.sql").write_text(MODEL)
    (tmp_path / "models" / "thing.yml").write_text(PROPERTIES)
    monkeypatch.setenv("CDP_WAREHOUSE_FILE", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")

    def run(kind: str, query: str) -> bool:
        places = ["--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path), "--log-path", str(tmp_path)]
        try:
            return (
                dbtRunner().invoke(["--quiet", "run", *places, "--vars", f"{{kind: {kind}, query: {query}}}"]).success
            )
        finally:
            DuckDBConnectionManager.close_all_connections()

    return run


def relations(folder: Path) -> list[tuple[str, str]]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute("SELECT table_name, table_type FROM information_schema.tables").fetchall()


def number(folder: Path) -> int:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        [(found,)] = connection.execute("SELECT number FROM main.thing").fetchall()
    return int(found)


def test_the_new_replaces_the_old_and_nothing_else_is_left(build: Build, tmp_path: Path) -> None:
    for count, kind in enumerate(["table", "table", "view", "view", "table"]):
        assert build(kind, f"select {count} as number")
        assert relations(tmp_path) == [("thing", {"table": "BASE TABLE", "view": "VIEW"}[kind])]
        assert number(tmp_path) == count


def test_a_model_that_fails_leaves_what_was_there(build: Build, tmp_path: Path) -> None:
    assert build("table", "select 1 as number")
    for failing in ("select error('x')::integer as number", "select 'breaks the contract' as number"):
        assert not build("table", failing)
        assert relations(tmp_path) == [("thing", "BASE TABLE")]
        assert number(tmp_path) == 1
