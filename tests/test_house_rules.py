"""What holds for every asset and every check, asked of the live graph and dbt's manifest (design, sections 3 and 4)."""

import json
import re
from typing import Any

import dagster as dg
import pytest

from cdp_platform.assets.lineage import specs_of
from cdp_platform.assets.manifest import manifest_file
from cdp_platform.definitions import build
from cdp_platform.environment import Settings, load_settings
from cdp_platform.sources import SOURCES

LAYERS = ["raw", "staging", "domain", "customer_master", "gold", "publish"]
NAME = {
    "raw": rf"({'|'.join(s.name for s in SOURCES)})__[a-z0-9_]+",
    "staging": rf"stg_({'|'.join(s.name for s in SOURCES)})__[a-z0-9_]+",
    "domain": r"[a-z]+(_[a-z]+)*",
    "customer_master": r"(int_customer__[a-z_]+|customer_[a-z_]+|match_edge|survivorship_rule|[a-z_]+)",
    "gold": r"(dim|fact|bridge|agg)_[a-z_]+",
    "publish": r"release",
}
CLASSES = {"public", "internal", "confidential", "restricted"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return build(settings)


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> dict[dg.AssetKey, dg.AssetSpec]:
    return {key: spec for key, spec in specs_of(definitions.assets or ()).items() if key.path[0] in LAYERS}


@pytest.fixture(scope="module")
def checks(definitions: dg.Definitions) -> dict[dg.AssetKey, list[dg.AssetCheckKey]]:
    found: dict[dg.AssetKey, list[dg.AssetCheckKey]] = {}
    for key in definitions.resolve_asset_graph().asset_check_keys:
        found.setdefault(key.asset_key, []).append(key)
    return found


@pytest.fixture(scope="module")
def manifest(settings: Settings) -> dict[str, Any]:
    return dict(json.loads(manifest_file(settings).read_text()))


def _models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]


def _described(specs: dict[dg.AssetKey, dg.AssetSpec], fault: str) -> list[str]:
    return sorted("/".join(key.path) for key, spec in specs.items() if not _keeps(spec, fault))


def _keeps(spec: dg.AssetSpec, rule: str) -> bool:
    first_line = (spec.description or "").strip().splitlines()[:1]
    return {
        "has a group": bool(spec.group_name) and spec.group_name != "default",
        "has an owner": bool(spec.owners),
        "has a kind": bool(spec.kinds),
        "has a first sentence of at most 120 characters": bool(first_line)
        and len(first_line[0]) <= 120
        and first_line[0].endswith("."),
        "has a freshness policy": spec.freshness_policy is not None,
    }[rule]


@pytest.mark.parametrize(
    "rule",
    [
        "has a group",
        "has an owner",
        "has a kind",
        "has a first sentence of at most 120 characters",
        "has a freshness policy",
    ],
)
def test_every_asset(specs: dict[dg.AssetKey, dg.AssetSpec], rule: str) -> None:
    assert _described(specs, rule) == []


def test_names_follow_the_law(specs: dict[dg.AssetKey, dg.AssetSpec]) -> None:
    wrong = [key for key in specs if len(key.path) != 2 or not re.fullmatch(NAME[key.path[0]], key.path[1])]
    assert wrong == []


def test_layers_point_one_way(specs: dict[dg.AssetKey, dg.AssetSpec]) -> None:
    rank = {layer: index for index, layer in enumerate(LAYERS)}
    backwards = [
        (key, dep.asset_key)
        for key, spec in specs.items()
        for dep in spec.deps
        if dep.asset_key.path[0] in rank and rank[dep.asset_key.path[0]] > rank[key.path[0]]
    ]
    assert backwards == []


def test_only_staging_reads_raw_and_gold_reads_no_vendor(specs: dict[dg.AssetKey, dg.AssetSpec]) -> None:
    wrong = [
        (key, dep.asset_key)
        for key, spec in specs.items()
        for dep in spec.deps
        if (dep.asset_key.path[0] == "raw" and key.path[0] != "staging")
        or (dep.asset_key.path[0] == "staging" and key.path[0] not in ("staging", "domain"))
    ]
    assert wrong == []


def test_every_asset_is_guarded(
    specs: dict[dg.AssetKey, dg.AssetSpec], checks: dict[dg.AssetKey, list[dg.AssetCheckKey]]
) -> None:
    seeds_have_no_age = {key for key in specs if not specs[key].deps and key.path[0] not in ("raw",)}
    without_age = [
        key for key in specs if key not in seeds_have_no_age and "is_fresh" not in {c.name for c in checks.get(key, [])}
    ]
    assert without_age == []
    unguarded = [
        key for key in specs if key.path[0] != "publish" and not {c.name for c in checks.get(key, [])} - {"is_fresh"}
    ]
    assert unguarded == []


def test_every_check_says_why_and_what_to_do(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    silent = [key for key in graph.asset_check_keys if len(graph.get(key).description or "") < 40]
    assert silent == []


def test_every_dbt_test_is_a_check(manifest: dict[str, Any], definitions: dg.Definitions) -> None:
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    seen = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert sorted(tests - seen) == []


def test_every_column_is_described_and_classified(manifest: dict[str, Any]) -> None:
    wrong = []
    for node in _models(manifest):
        for name, column in node["columns"].items():
            meta = column.get("config", {}).get("meta") or column.get("meta") or {}
            if not column["description"] or meta.get("classification") not in CLASSES:
                wrong.append(f"{node['name']}.{name}")
            elif meta.get("pii", "none") != "none" and meta["classification"] != "restricted":
                wrong.append(f"{node['name']}.{name}: personal but {meta['classification']}")
    assert wrong == []


def test_every_model_declares_columns_and_gold_enforces_them(manifest: dict[str, Any]) -> None:
    bare = [node["name"] for node in _models(manifest) if not node["columns"]]
    loose = [
        n["name"]
        for n in _models(manifest)
        if n["config"]["schema"] == "gold" and not n["config"]["contract"]["enforced"]
    ]
    assert (bare, loose) == ([], [])


def test_gold_says_its_grain_first(manifest: dict[str, Any]) -> None:
    vague = [
        n["name"]
        for n in _models(manifest)
        if n["config"]["schema"] == "gold" and not n["description"].startswith("One row per ")
    ]
    assert vague == []
