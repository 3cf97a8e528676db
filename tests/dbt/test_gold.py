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


OWNERS = """
    SELECT related_customer_id, is_current FROM customer_master.customer_relationship
    WHERE customer_id = 'C-BETA' AND relationship_type = 'subsidiary_of' ORDER BY valid_from"""
BY_OWNER_THEN = """
    SELECT revenue.source_record_id, owner.related_customer_id
    FROM gold.fact_revenue AS revenue
    LEFT JOIN customer_master.customer_relationship AS owner
        ON owner.customer_id = revenue.customer_id AND owner.relationship_type = 'subsidiary_of'
        AND owner.valid_from <= revenue.transaction_date
        AND coalesce(owner.valid_to > revenue.transaction_date, true)
    WHERE revenue.customer_id = 'C-BETA' ORDER BY ALL"""


def test_a_company_that_is_sold_keeps_its_id_and_what_it_brought_before_stays_with_the_old_parent(
    warehouse: Path,
) -> None:
    with open_for_reading(warehouse) as connection:
        assert connection.execute(OWNERS).fetchall() == [("C-ACME", False), ("C-GAMMA", True)]
        assert connection.execute(BY_OWNER_THEN).fetchall() == [
            ("salesforce:opportunity:2", "C-GAMMA"),
            ("stripe:invoice:1", "C-ACME"),
        ]


RULES = "customer_master.survivorship_rule"
SURVIVORS = """
    SELECT customer_id, attribute, value, source_record_id, rule, runner_up_source_record_id, source_updated_at
    FROM customer_master.customer_attribute"""
GOLDEN = """
    FROM (UNPIVOT (SELECT customer_id, COLUMNS(*)::VARCHAR FROM customer_master.customer_golden_record)
    ON COLUMNS(* EXCLUDE customer_id) INTO NAME attribute VALUE value)"""


@pytest.mark.parametrize(
    ("rule", "attributes"),
    [("email", {"email"}), ("address", {"street", "city", "region", "postal_code", "country"})],
)
def test_another_priority_changes_what_it_decides_and_nothing_else(
    warehouse: Path, tmp_path: Path, rule: str, attributes: set[str]
) -> None:
    other = tmp_path / warehouse.name
    shutil.copy(warehouse, other)
    with duckdb.connect(str(other)) as connection:
        connection.execute(f"UPDATE {RULES} SET priority = 9 WHERE attribute = '{rule}' AND source_system = 'netsuite'")
    run_dbt(other, "run", "--select", "int_customer__priority", "customer_attribute", "customer_golden_record")
    with open_for_reading(warehouse) as before, open_for_reading(other) as after:
        changed = [
            {attribute for _, attribute, *_ in {*before.execute(sql).fetchall()} ^ {*after.execute(sql).fetchall()}}
            for sql in (SURVIVORS, GOLDEN)
        ]
        survivors = after.execute(SURVIVORS).fetchall()
    assert [bool(found) and found <= attributes for found in changed] == [True, True]
    assert all(record and said and moment for *_, record, said, _, moment in survivors)
