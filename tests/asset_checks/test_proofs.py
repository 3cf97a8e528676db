"""Every check of the live graph is proven: on planted defects it turns red, without them it is green.

Here: planting, asking, and completeness over the graph. Not here: the defects (`deliveries`, `damage`, `defects`).
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator

import dagster as dg
import duckdb
import pytest

from asset_checks.build import source_results
from cdp_platform.assets.manifest import manifest_file
from cdp_platform.definitions import build
from cdp_platform.environment import Settings, load_settings
from cdp_platform.warehouse.duckdb import Connection
from tests.asset_checks.damage import Case, cases, key_of
from tests.asset_checks.defects import PLANTERS, as_table, fill, subject
from tests.asset_checks.deliveries import STORY, stories, streams

Overlooked = dict[dg.AssetCheckKey, list[str]]
"""Per check that was put to the test: the defects that did not turn it red, and what did that should not have."""


@pytest.fixture(scope="module")
def definitions(built_company: Settings) -> dg.Definitions:
    return build(built_company)


@pytest.fixture(scope="module")
def connection(built_company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    file = tmp_path_factory.mktemp("damaged") / built_company.warehouse_file.name
    shutil.copy(built_company.warehouse_file, file)
    with duckdb.connect(str(file)) as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


def red(results: Iterable[dg.AssetCheckResult]) -> set[dg.AssetCheckKey]:
    return {key_of(result) for result in results if not result.passed}


def turns_red(connection: Connection, table: str, script: str, is_red: Callable[[], bool]) -> bool:
    """Whether it is red after the damage, which is undone."""
    connection.execute("BEGIN")
    try:
        as_table(connection, table)
        connection.execute(script)
        return is_red()
    finally:
        connection.execute("ROLLBACK")


@pytest.fixture(scope="module")
def by_defects(built_company: Settings, connection: Connection, definitions: dg.Definitions) -> Overlooked:
    """dbt tests: what each, as it was compiled for the company, says of its damaged table."""
    manifest = json.loads(manifest_file(built_company).read_text())
    compiled = built_company.dbt_target_path / "compiled" / manifest["metadata"]["project_name"]
    found: Overlooked = {}
    for key, unique_id in dbt_tests(definitions).items():
        node = manifest["nodes"][unique_id]
        sql = (compiled / node["original_file_path"] / node["path"]).read_text()
        asked = f"SELECT {node['config']['fail_calc']} FROM ({sql})"

        def fails(asked: str = asked) -> bool:
            return connection.execute(asked).fetchall() != [(0,)]

        what = subject(connection, manifest, node)
        found[key] = ["no defect at all"] if fails() else []
        for proof in PLANTERS[node["test_metadata"]["name"]](what):
            if not any(turns_red(connection, what.table, f"{fill(what)}; {script}", fails) for script in proof):
                found[key].append(" or ".join(proof))
    return found


def dbt_tests(definitions: dg.Definitions) -> dict[dg.AssetCheckKey, str]:
    """The checks that are dbt tests, with the tests' unique ids."""
    assets = [asset for asset in definitions.assets or () if isinstance(asset, dg.AssetsDefinition)]
    return {spec.key: spec.metadata["dagster_dbt/unique_id"] for asset in assets for spec in asset.check_specs}


@pytest.fixture(scope="module")
def by_deliveries(built_company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Overlooked:
    """Checks of raw streams: what they say after deliveries that are bad in one way each."""
    home = tmp_path_factory.mktemp("delivered")
    shutil.copy(built_company.warehouse_file, home)
    for controls in built_company.landing.glob("*/_control"):
        shutil.copytree(controls, home / "landing" / controls.relative_to(built_company.landing))
    found: Overlooked = {}
    with pytest.MonkeyPatch.context() as monkeypatch:
        for warehouse, what, name in stories(load_settings({"CDP_HOME": str(home)}), monkeypatch):
            with warehouse.writing("asking") as opened:
                results = [r for source, stream in streams() for r in source_results(opened, source, stream)]
            for result in results:
                key = key_of(result)
                overlooked = found.setdefault(key, []) if key.name in STORY else []
                if result.passed == (key.name == name):
                    overlooked.append(what)
                    found[key] = overlooked
    return found


@pytest.fixture(scope="module")
def by_damage(connection: Connection, definitions: dg.Definitions) -> Overlooked:
    """The other Python checks: what they say of damaged tables."""
    found: Overlooked = {}
    for case in cases(definitions):

        def is_red(case: Case = case) -> bool:
            return case.key in red(case.answer(connection))

        found[case.key] = ["no defect at all"] if is_red() else []
        found[case.key] += [s for s in case.scripts if not turns_red(connection, case.table, s, is_red)]
    return found


@pytest.mark.parametrize("proofs", ["by_defects", "by_deliveries", "by_damage"])
def test_no_check_overlooks_a_defect(proofs: str, request: pytest.FixtureRequest) -> None:
    found: Overlooked = request.getfixturevalue(proofs)
    assert {str(key): defects for key, defects in found.items() if defects} == {}


def test_every_check_is_proven(
    definitions: dg.Definitions, by_defects: Overlooked, by_deliveries: Overlooked, by_damage: Overlooked
) -> None:
    assert {*by_defects, *by_deliveries, *by_damage} == set(definitions.resolve_asset_graph().asset_check_keys)
