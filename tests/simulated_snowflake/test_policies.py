"""Personal data is published with a masking policy on every column, or not at all.

Here: the statements as they were reviewed (`python -m tests.simulated_snowflake.test_policies` writes them anew), and
publishing on a simulated account, which keeps the book of policies and masks nothing.
"""

import json
from pathlib import Path

import pytest

from cdp_platform.assets.manifest import manifest_file, parsed_manifest
from cdp_platform.assets.publish import personal_columns, published_assets
from cdp_platform.definitions import build
from cdp_platform.environment import load_settings
from cdp_platform.warehouse import snowflake_publish
from cdp_platform.warehouse.connection import Columns, scalar
from cdp_platform.warehouse.snowflake_connection import SnowflakeConnection
from cdp_platform.warehouse.snowflake_policies import NotMasked, masking_statements, policy_statements
from cdp_platform.warehouse.snowflake_publish import BESIDE, swap_in
from tests.dialect.lint import findings

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "masking.sql"
PEOPLE = {"gold.people": {"name": ("VARCHAR", True), "born": ("DATE", True), "city": ("VARCHAR", False)}}


def graph_relations() -> dict[str, Columns]:
    """What the graph publishes, with the columns' types and whether they hold personal data, as they are declared."""
    settings = load_settings({"CDP_HOME": "/nonexistent"})
    parsed_manifest(settings)
    manifest = json.loads(manifest_file(settings).read_text())
    personal = personal_columns(manifest)
    graph = build(settings).resolve_asset_graph()
    specs = {key: graph.get(key) for key in graph.materializable_asset_keys}
    published = {".".join(key.path) for key in published_assets(specs)}  # type: ignore[arg-type]
    found = {}
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        name = f"{node['config'].get('schema') or node.get('schema')}.{node['name']}"
        if node["resource_type"] in ("model", "source") and name in published:
            found[name] = {
                column: (said["data_type"].upper(), column in personal.get(name, set()))
                for column, said in sorted(node["columns"].items())
            }
    return dict(sorted(found.items()))


def rendered() -> str:
    return ";\n".join([*policy_statements(), *masking_statements(BESIDE, graph_relations())]) + ";\n"


def test_the_statements_are_as_reviewed() -> None:
    assert rendered() == SNAPSHOT.read_text()


def test_nothing_in_them_is_duckdb_only() -> None:
    assert [finding for statement in rendered().split(";\n") for finding in findings(statement or "SELECT 1")] == []
    planted = "CREATE MASKING POLICY p AS (value DATE) RETURNS VARCHAR -> strftime(value, '%Y')"
    assert [finding.what for finding in findings(planted)] == [
        "strftime() is no function that Snowflake is known to have"
    ]


def test_every_published_column_with_personal_data_is_named_with_its_table() -> None:
    text = SNAPSHOT.read_text()
    for relation, columns in graph_relations().items():
        line = next((line for line in text.splitlines() if f" {BESIDE}.{relation.split('.')[1].upper()} " in line), "")
        masked = {word.split(" ")[0].lower() for word in line.split("COLUMN ")[1:]}
        assert masked == {name for name, (_, is_personal) in columns.items() if is_personal}


def test_a_type_without_a_mask_is_an_error() -> None:
    with pytest.raises(NotMasked, match=r"gold\.people\.salary holds personal data as DOUBLE.*publish it as text"):
        masking_statements(BESIDE, {"gold.people": {"salary": ("DOUBLE", True)}})


def count(connection: SnowflakeConnection) -> int:
    return int(scalar(connection, "SELECT count(*) FROM PUBLISHED.people"))


def test_publish_is_withheld_while_a_column_has_no_policy(
    connection: SnowflakeConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("CREATE SCHEMA gold")
    connection.execute("CREATE TABLE gold.people AS SELECT 'Ann' AS name, DATE '1980-01-01' AS born, 'Bonn' AS city")
    assert swap_in(connection, PEOPLE) == 1
    connection.execute("INSERT INTO gold.people SELECT 'Bob', DATE '1990-01-01', 'Bern'")
    without_born = {"gold.people": {"name": ("VARCHAR", True)}}
    with monkeypatch.context() as planted:
        planted.setattr(
            snowflake_publish, "masking_statements", lambda schema, _: masking_statements(schema, without_born)
        )
        with pytest.raises(NotMasked, match=r"no masking policy on 1 columns .*: PEOPLE\.BORN;"):
            swap_in(connection, PEOPLE)
    assert count(connection) == 1, "readers keep the last version"
    assert swap_in(connection, PEOPLE) == 2
    assert count(connection) == 2


if __name__ == "__main__":
    SNAPSHOT.write_text(rendered())
