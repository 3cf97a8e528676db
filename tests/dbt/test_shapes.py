"""Every model of staging and domain: its yml tells the truth, and each of its tests can turn red."""

from pathlib import Path

import duckdb
import pytest
from dbt.contracts.graph.nodes import ModelNode

from cdp_platform.warehouse.duckdb import Connection
from tests.dbt.deliveries import Deliveries, run_dbt

LAYERS = ("staging", "domain")


Models = dict[str, ModelNode]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with every raw table and no row."""
    file = tmp_path_factory.mktemp("shapes") / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        Deliveries(connection)
    return file


@pytest.fixture(scope="module")
def models(file: Path) -> Models:
    """Every model of both layers, built, by <schema>.<name>."""
    results = run_dbt(file, "run", "--select", *LAYERS)
    assert {result.status for result in results.values()} == {"success"}
    return {f"{result.node.schema}.{result.node.name}": result.node for result in results.values()}


def described(connection: Connection, sql: str) -> list[tuple[str, str]]:
    return [(name, type_) for name, type_, *_ in connection.execute(f"DESCRIBE {sql}").fetchall()]


def said(connection: Connection, model: ModelNode) -> list[tuple[str, str]]:
    columns = (f"CAST(NULL AS {column.data_type}) AS {column.name}" for column in model.columns.values())
    return described(connection, f"SELECT {', '.join(columns)}")


def test_the_yml_has_the_columns_of_the_table_in_order_and_with_their_types(file: Path, models: Models) -> None:
    with duckdb.connect(str(file), read_only=True) as connection:
        for name, model in models.items():
            assert described(connection, f"FROM {name}") == said(connection, model), name


def test_the_yml_of_a_model_that_is_no_table_has_its_columns_too(file: Path, models: Models) -> None:
    ephemeral = run_dbt(file, "compile", "--select", "staging,config.materialized:ephemeral")
    assert ephemeral
    with duckdb.connect(str(file), read_only=True) as connection:
        for name, result in ephemeral.items():
            columns = [column for column, _ in described(connection, f"({result.node.compiled_code})")]
            assert columns == list(result.node.columns), name


def test_every_table_says_its_grain_first(models: Models) -> None:
    assert [name for name, model in models.items() if not model.description.startswith("One row per ")] == []


def test_every_test_turns_red_on_a_row_that_is_there_twice_and_says_nonsense(file: Path, models: Models) -> None:
    with duckdb.connect(str(file)) as connection:
        for name, model in models.items():
            texts = (column.name for column in model.columns.values() if column.data_type == "varchar")
            nonsense = ", ".join(f"'{name}' AS {text}" for text in texts)
            connection.execute(f"CREATE TABLE planted AS FROM {name}")
            connection.execute(f"INSERT INTO planted BY NAME SELECT {nonsense} FROM range(2)")
            kind = "VIEW" if model.get_materialization() in ("view", "changing_view") else "TABLE"
            connection.execute(f"DROP {kind} {name}")
            connection.execute(f"CREATE TABLE {name} AS FROM planted; DROP TABLE planted")
    results = run_dbt(file, "test", "--select", *LAYERS, "--indirect-selection", "cautious")
    assert len(results) > len(models)
    assert {name: r.status for name, r in results.items() if r.status not in ("fail", "warn")} == {}
