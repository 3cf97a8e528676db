"""Personal data is published with a masking policy on every column, customers with one on their rows, or not at all.

Here: the statements as they were reviewed (`python -m tests.simulated_snowflake.test_policies` writes them anew), what
the policies' bodies say of each role, asked of DuckDB, and publishing on a simulated account, which keeps the book of
policies and hides nothing.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from cdp_platform.assets.manifest import manifest_file, parsed_manifest
from cdp_platform.assets.publish import classified_columns, published_assets
from cdp_platform.definitions import build
from cdp_platform.environment import load_settings
from cdp_platform.warehouse import snowflake_publish
from cdp_platform.warehouse.connection import Column, Columns, scalar
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection
from cdp_platform.warehouse.snowflake_policies import (
    RESTRICTED,
    NotProtected,
    country_statement,
    policy_statements,
    protecting_statements,
)
from cdp_platform.warehouse.snowflake_publish import BESIDE, CUSTOMERS, swap_in
from cdp_platform.warehouse.snowflake_tags import tag_statements, tagging_statements
from tests.dialect.lint import findings

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "policies.sql"
PEOPLE = {
    "gold.people": {
        "name": Column("VARCHAR", "restricted", "name"),
        "born": Column("DATE", "restricted", "birth_date"),
        "city": Column("VARCHAR"),
        "customer_id": Column("VARCHAR"),
    }
}


def graph_relations() -> dict[str, Columns]:
    """What the graph publishes, with the columns' types and classification, as they are declared."""
    settings = load_settings({"CDP_HOME": "/nonexistent"})
    parsed_manifest(settings)
    manifest = json.loads(manifest_file(settings).read_text())
    classified = classified_columns(manifest)
    graph = build(settings).resolve_asset_graph()
    specs = {key: graph.get(key) for key in graph.materializable_asset_keys}
    published = {".".join(key.path) for key in published_assets(specs)}  # type: ignore[arg-type]
    found = {}
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        name = f"{node['config'].get('schema') or node.get('schema')}.{node['name']}"
        if node["resource_type"] in ("model", "source") and name in published:
            found[name] = {
                column: Column(said["data_type"].upper(), **classified[name][column])
                for column, said in sorted(node["columns"].items())
            }
    return dict(sorted(found.items()))


def rendered() -> str:
    relations = graph_relations()
    statements = [
        *(*policy_statements(), *tag_statements()),
        *(*protecting_statements(BESIDE, relations), *tagging_statements(BESIDE, relations)),
        country_statement(CUSTOMERS.upper()),
    ]
    return ";\n".join(statements) + ";\n"


def test_the_statements_are_as_reviewed() -> None:
    assert rendered() == SNAPSHOT.read_text()


def test_nothing_in_them_is_duckdb_only() -> None:
    assert [finding for statement in rendered().split(";\n") for finding in findings(statement or "SELECT 1")] == []
    planted = "CREATE MASKING POLICY p AS (value DATE) RETURNS VARCHAR -> strftime(value, '%Y')"
    assert [finding.what for finding in findings(planted)] == [
        "strftime() is no function that Snowflake is known to have"
    ]


def _said(table: str, verb: str) -> str:
    """What the reviewed statements say of a table, after `verb`."""
    start = f"ALTER TABLE {BESIDE}.{table} "
    lines = [line.removeprefix(start) for line in SNAPSHOT.read_text().splitlines() if line.startswith(start)]
    return next((line for line in lines if verb in line), "")


def test_every_published_column_is_named_with_its_classification() -> None:
    for relation, columns in graph_relations().items():
        table = relation.split(".")[1].upper()
        masked = {word.split(" ")[0].lower() for word in _said(table, "MASKING POLICY").split("COLUMN ")[1:]}
        assert masked == {name for name, column in columns.items() if column.is_personal}
        assert ("customer_id" in columns) == ("ON (CUSTOMER_ID)" in _said(table, "ROW ACCESS POLICY"))
        tags = _said(table, "SET TAG").rstrip(";")
        for name, column in columns.items():
            kind = f", POLICIES.PERSONAL_DATA = '{column.pii}'" if column.is_personal else ""
            tag = f"COLUMN {name.upper()} SET TAG POLICIES.CLASSIFICATION = '{column.classification}'{kind}"
            assert f" {tag}," in f" {tags}," or f", {tag}," in f"{tags},"


def test_a_type_without_a_mask_is_an_error() -> None:
    with pytest.raises(NotProtected, match=r"gold\.people\.salary holds personal data as DOUBLE.*publish it as text"):
        protecting_statements(BESIDE, {"gold.people": {"salary": Column("DOUBLE", pii="name")}})


def body(policy: str) -> str:
    """The condition or value of a policy, as SQL."""
    [set_body] = [s for s in policy_statements() if s.startswith("ALTER") and f"POLICIES.{policy} " in s]
    return set_body.split(" SET BODY -> ")[1]


def session(*roles: str) -> duckdb.DuckDBPyConnection:
    """DuckDB with what the policies look up, and the roles of a session."""
    opened = duckdb.connect()
    listed = ", ".join(f"'{role}'" for role in roles)
    opened.execute(f"CREATE MACRO is_role_in_session(name) AS list_contains([{listed}], name)")
    for statement in policy_statements()[:3]:
        opened.execute(statement)
    limits = "('CDP_EMEA', 'DE'), ('CDP_EMEA', 'FR'), ('CDP_US', 'US'), ('CDP_FINANCE', '*')"
    opened.execute(f"INSERT INTO POLICIES.TERRITORY VALUES {limits}")
    opened.execute("INSERT INTO POLICIES.CUSTOMER_COUNTRY VALUES ('1', 'DE'), ('2', 'US'), ('3', NULL)")
    return opened


@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        (["CDP_READER"], ["1", "2", "3", "unknown"]),
        (["CDP_READER", "CDP_EMEA"], ["1"]),
        (["CDP_EMEA", "CDP_US"], ["1", "2"]),
        (["CDP_US", "CDP_FINANCE"], ["1", "2", "3", "unknown"]),
    ],
)
def test_a_role_with_a_territory_sees_the_customers_in_it(roles: Sequence[str], seen: Sequence[str]) -> None:
    asked = f"FROM (VALUES ('1'), ('2'), ('3'), ('unknown')) AS t (of_customer) WHERE {body('CUSTOMERS_OF_TERRITORY')}"
    assert [row[0] for row in session(*roles).execute(f"SELECT of_customer {asked} ORDER BY 1").fetchall()] == seen


def test_one_role_sees_personal_data() -> None:
    asked = f"SELECT {body('MASK_VARCHAR')} FROM (VALUES ('Ann'), (NULL)) AS t (value)"
    assert session("CDP_READER").execute(asked).fetchall() == [("***",), (None,)]
    assert session("CDP_READER", RESTRICTED).execute(asked).fetchall() == [("Ann",), (None,)]
    asked = f"SELECT {body('MASK_DATE')} FROM (VALUES (DATE '1980-01-01')) AS t (value)"
    assert session("CDP_READER").execute(asked).fetchall() == [(None,)]


def count(connection: SnowflakeConnection) -> int:
    return int(scalar(connection, "SELECT count(*) FROM PUBLISHED.people"))


def test_publish_is_withheld_while_a_policy_is_missing(
    connection: SnowflakeConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("CREATE SCHEMA gold")
    ann = "'Ann' AS name, DATE '1980-01-01' AS born, 'Bonn' AS city, '1' AS customer_id"
    connection.execute(f"CREATE TABLE gold.people AS SELECT {ann}")
    assert swap_in(connection, PEOPLE) == 1
    connection.execute("INSERT INTO gold.people SELECT 'Bob', DATE '1990-01-01', 'Bern', '2'")
    for forgotten, named in {"born": r"PEOPLE\.BORN", "customer_id": "PEOPLE"}.items():
        left = {"gold.people": {name: said for name, said in PEOPLE["gold.people"].items() if name != forgotten}}
        statements = protecting_statements(BESIDE, left)
        with monkeypatch.context() as planted:
            planted.setattr(snowflake_publish, "protecting_statements", lambda *_, planned=statements: planned)
            with pytest.raises(NotProtected, match=rf"no policy on 1 columns .* or tables of customers.*: {named};"):
                swap_in(connection, PEOPLE)
        assert count(connection) == 1, "readers keep the last version"
    assert swap_in(connection, PEOPLE) == 2
    assert count(connection) == 2


if __name__ == "__main__":
    SNAPSHOT.write_text(rendered())
