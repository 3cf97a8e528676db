"""What customer_master and gold say of a small company by hand, and that every test of theirs can fail."""

import shutil
from pathlib import Path

import duckdb
import pytest

from cdp_platform.warehouse.duckdb import open_for_reading
from tests.dbt.defects import plant
from tests.dbt.deliveries import run_dbt
from tests.dbt.small_company import EXPECTED, build, rows

TABLES = sorted(f"{file.parent.name}.{file.stem}" for file in EXPECTED.rglob("*.csv"))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, built."""
    file = tmp_path_factory.mktemp("gold") / "warehouse.duckdb"
    statuses = build(file)
    assert {name: status for name, status in statuses.items() if status not in ("success", "pass")} == {}
    return file


@pytest.mark.parametrize("table", TABLES)
def test_says_what_is_expected(warehouse: Path, table: str) -> None:
    schema, name = table.split(".")
    with open_for_reading(warehouse) as connection:
        assert rows(connection, table) == (EXPECTED / schema / f"{name}.csv").read_text().splitlines()


def test_every_table_of_gold_is_expected(warehouse: Path) -> None:
    with open_for_reading(warehouse) as connection:
        built = connection.execute(
            "SELECT 'gold.' || table_name FROM duckdb_tables() WHERE schema_name = 'gold'"
        ).fetchall()
    assert {table for (table,) in built} <= set(TABLES)


def test_every_test_can_fail(warehouse: Path, tmp_path: Path) -> None:
    broken = tmp_path / warehouse.name
    shutil.copy(warehouse, broken)
    with duckdb.connect(str(broken)) as connection:
        plant(connection)
    selection = ["path:seeds", "path:models/customer_master", "path:models/gold"]
    results = run_dbt(broken, "test", "--select", *selection)
    passed = [name for name, result in results.items() if result.status != "fail"]
    assert (len(results) > 100, passed) == (True, [])
