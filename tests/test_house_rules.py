"""What holds for every asset and every check, asked of the live graph and dbt's manifest (design, sections 3 and 4).

Not here: rules of the repository's form (`test_repository`), runbooks (`test_runbooks`), that checks turn red
(`asset_checks/test_proofs`).
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import dagster as dg
import pytest

from cdp_platform.accounts import Airbyte
from cdp_platform.assets.lineage import specs_of
from cdp_platform.assets.manifest import manifest_file
from cdp_platform.definitions import build
from cdp_platform.environment import Settings, load_settings
from cdp_platform.sources import SOURCES
from tests.asset_checks.proofs import proof_of

LAYERS = ["raw", "staging", "domain", "customer_master", "gold", "publish"]
VENDOR = "|".join(source.name for source in SOURCES)
WORDS = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
NAME = {
    "raw": rf"({VENDOR})__[a-z0-9_]+",
    "staging": rf"stg_({VENDOR})__{WORDS}(__version)?",
    "domain": WORDS,
    "customer_master": rf"int_customer__{WORDS}|customer_{WORDS}|match_edge|{WORDS}",
    "gold": rf"(dim|fact|bridge|agg)_{WORDS}",
    "publish": "release",
}
CLASSES = {"public", "internal", "confidential", "restricted"}
Specs = dict[dg.AssetKey, dg.AssetSpec]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return build(settings)


@pytest.fixture(scope="module")
def synced(settings: Settings) -> dg.Definitions:
    """Where Airbyte is the source: the same assets, and more checks."""
    return build(replace(settings, airbyte=Airbyte("workspace")))


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> Specs:
    return {key: spec for key, spec in specs_of(definitions.assets or ()).items() if key.path[0] in LAYERS}


@pytest.fixture(scope="module")
def checks(synced: dg.Definitions) -> dict[dg.AssetCheckKey, dg.AssetCheckSpec]:
    holders = [*(synced.assets or ()), *(synced.asset_checks or ())]
    found = [holder for holder in holders if isinstance(holder, dg.AssetsDefinition)]
    return {spec.key: spec for holder in found for spec in holder.check_specs}


@pytest.fixture(scope="module")
def manifest(settings: Settings) -> dict[str, Any]:
    return dict(json.loads(manifest_file(settings).read_text()))


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]


@pytest.fixture(scope="module")
def dbt_tests(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {unique_id: n for unique_id, n in manifest["nodes"].items() if n["resource_type"] == "test"}


def first_line(spec: dg.AssetSpec) -> str:
    return (spec.description or "").strip().split("\n")[0]


ASSET_RULES: dict[str, Callable[[dg.AssetSpec], bool]] = {
    "has a group": lambda spec: (spec.group_name or "default") != "default",
    "has an owner": lambda spec: bool(spec.owners),
    "has a kind": lambda spec: bool(spec.kinds),
    "begins with a short sentence": lambda spec: 0 < len(first_line(spec)) <= 120 and first_line(spec).endswith("."),
    "has a freshness policy": lambda spec: spec.freshness_policy is not None,
    "knows its layer": lambda spec: spec.tags.get("cdp/layer") == spec.key.path[0],
    "is named after the law": lambda spec: (
        len(spec.key.path) == 2 and bool(re.fullmatch(NAME[spec.key.path[0]], spec.key.path[1]))
    ),
}


@pytest.mark.parametrize("rule", ASSET_RULES)
def test_every_asset(specs: Specs, rule: str) -> None:
    assert [key.to_user_string() for key, spec in specs.items() if not ASSET_RULES[rule](spec)] == []


COLUMN_RULES = {
    "varchar": r"(?!is_|has_).*(?<!_at)(?<!_date)(?<!_amount)|birth_date",
    "boolean": r"(is|has)_.+",
    "timestamptz": r".+_at|valid_from|valid_to|as_of",
    "date": r".+_date|date_day|valid_from|valid_to",
    "numeric(18, 2)": r".*amount|average_active_lives|lower_bound|upper_bound",
    "bigint": r"(?!is_|has_).*(?<!_at)(?<!_date)(?<!_amount)",
}
"""SQL type to the names that its columns may have; words besides the law's are standard terms, or no money, or text."""


@pytest.mark.parametrize("data_type", COLUMN_RULES)
def test_a_column_is_named_after_its_type(models: list[dict[str, Any]], data_type: str) -> None:
    columns = [
        (node["name"], column["name"])
        for node in models
        for column in node["columns"].values()
        if column["data_type"] == data_type
    ]
    assert len(columns) > 10
    assert [column for column in columns if not re.fullmatch(COLUMN_RULES[data_type], column[1])] == []


def test_money_has_a_currency(models: list[dict[str, Any]]) -> None:
    gold = [node for node in models if node["config"]["schema"] in ("domain", "gold")]
    assert [
        node["name"]
        for node in gold
        if any(name.endswith("amount") for name in node["columns"])
        and not any(name.endswith("currency_code") for name in node["columns"])
    ] == []


def test_a_seed_is_made_anew(models: list[dict[str, Any]]) -> None:
    """dbt would only empty it, and a warehouse of an earlier version would keep the columns it had."""
    seeds = {node["name"]: node["config"]["full_refresh"] for node in models if node["resource_type"] == "seed"}
    assert len(seeds) > 3
    assert set(seeds.values()) == {True}


def test_layers_point_one_way(specs: Specs) -> None:
    read = [(key, dep.asset_key) for key, spec in specs.items() for dep in spec.deps if dep.asset_key in specs]
    assert [(key, dep) for key, dep in read if LAYERS.index(dep.path[0]) > LAYERS.index(key.path[0])] == []


def test_only_staging_reads_raw_and_gold_reads_no_vendor(specs: Specs) -> None:
    readers = {"raw": {"staging"}, "staging": {"staging", "domain"}}
    read = [(key, dep.asset_key) for key, spec in specs.items() for dep in spec.deps]
    assert [(key, dep) for key, dep in read if key.path[0] not in readers.get(dep.path[0], LAYERS)] == []


def test_every_asset_is_guarded(specs: Specs, checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec]) -> None:
    names = {key: {check.name for check in checks if check.asset_key == key} for key in specs}
    # A seed is as old as the repository; what is published was checked where it was built.
    ageless = {key for key in specs if key.path[0] != "raw" and not specs[key].deps}
    assert [key for key in specs if key not in ageless and "is_fresh" not in names[key]] == []
    assert [key for key in specs if key.path[0] != "publish" and not names[key] - {"is_fresh"}] == []


def test_what_stops_a_source_or_only_ages_never_stops_the_line(
    checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec],
) -> None:
    gentle = [spec for key, spec in checks.items() if key.asset_key.path[0] == "raw" or key.name == "is_fresh"]
    assert [spec.key for spec in gentle if spec.blocking] == []


def test_every_error_test_stops_the_line(
    checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec], dbt_tests: dict[str, dict[str, Any]]
) -> None:
    blocking = {spec.metadata.get("dagster_dbt/unique_id"): spec.blocking for spec in checks.values()}
    assert {id for id, node in dbt_tests.items() if node["config"]["severity"].lower() == "error"} == {
        id for id in dbt_tests if blocking[id]
    }


def test_every_dbt_test_is_a_check(
    checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec], dbt_tests: dict[str, dict[str, Any]]
) -> None:
    seen = [spec.metadata.get("dagster_dbt/unique_id") for spec in checks.values()]
    assert sorted(dbt_tests) == sorted(filter(None, seen))


def test_every_check_says_in_a_sentence_what_holds_and_why_it_matters(
    checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec],
) -> None:
    assert [key for key in checks if not re.fullmatch(WORDS, key.name) or "_" not in key.name] == []
    assert [key for key, spec in checks.items() if len((spec.description or "").split("Runbook:")[0]) < 80] == []


def test_every_check_is_proven(
    checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec], dbt_tests: dict[str, dict[str, Any]]
) -> None:
    kinds = {id: node["test_metadata"]["name"] for id, node in dbt_tests.items()}
    assert [
        key
        for key, spec in checks.items()
        if proof_of(key, kinds.get(spec.metadata.get("dagster_dbt/unique_id", ""))) is None
    ] == []


def test_jobs_schedules_and_sensors_are_named_after_the_law(definitions: dg.Definitions) -> None:
    jobs = {job.name for job in definitions.jobs or ()}
    assert [name for name in jobs if not re.fullmatch(rf"refresh_{WORDS}", name)] == []
    assert [s.name for s in definitions.schedules or () if s.name.removesuffix("_schedule") not in jobs] == []
    assert [s.name for s in definitions.sensors or () if not re.fullmatch(rf"{WORDS}_sensor", s.name)] == []


def test_every_column_is_described_and_classified_where_people_look(specs: Specs) -> None:
    assert list(_faulty_columns(specs)) == []


def _faulty_columns(specs: Specs) -> Iterator[str]:
    for key, spec in specs.items():
        schema = spec.metadata.get("dagster/column_schema")
        if key.path[0] == "publish":
            continue
        if not isinstance(schema, dg.TableSchema) or not schema.columns:
            yield f"{key.to_user_string()} has no columns"
            continue
        for column in schema.columns:
            tags = column.tags
            if not column.description or tags.get("classification") not in CLASSES:
                yield f"{key.to_user_string()}.{column.name} is not described or not classified"
            if tags.get("pii") and tags["classification"] != "restricted":
                yield f"{key.to_user_string()}.{column.name} is personal but {tags['classification']}"


def test_no_description_loses_words_where_it_is_shown(
    specs: Specs, checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec]
) -> None:
    """The UI takes <word> for markup, and shows nothing, unless it is written as code."""
    schemas = [spec.metadata.get("dagster/column_schema", dg.TableSchema([])) for spec in specs.values()]
    columns = [column.description for schema in schemas for column in schema.columns]
    texts = [spec.description for spec in (*specs.values(), *checks.values())] + columns
    assert [text for text in texts if re.search("<[a-z]", re.sub("`[^`]*`", "", text or ""))] == []


def test_gold_enforces_its_columns_and_says_its_grain_first(models: list[dict[str, Any]]) -> None:
    gold = [node for node in models if node["config"]["schema"] == "gold"]
    assert [node["name"] for node in gold if not node["config"]["contract"]["enforced"]] == []
    assert [node["name"] for node in gold if not node["description"].startswith("One row per ")] == []
