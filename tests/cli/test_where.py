"""`cdp where`: an asset read off the live graph."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import orjson
import pytest

from cdp_platform.assets.manifest import manifest_file
from cdp_platform.cli.graph import LAYERS, Graph, UnknownAsset
from cdp_platform.definitions import build
from cdp_platform.environment import PROJECT, Settings, load_settings
from tests.cli.conftest import Said

KeysOf = Callable[[str, str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build(load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))}))


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    settings = load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))})
    return Graph(definitions, orjson.loads(manifest_file(settings).read_bytes()))


@pytest.fixture
def loaded(definitions: dg.Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds the graph loaded already."""

    def built(_: Settings) -> dg.Definitions:
        return definitions

    monkeypatch.setattr("cdp_platform.cli.asset.build", built)


def test_a_fact_is_described_from_its_extracts_to_its_readers(graph: Graph) -> None:
    found = graph.described(graph.named("fact_revenue"))
    assert found["asset"] == "gold/fact_revenue"
    assert found["file"] == "cdp_dbt/models/gold/finance/fact_revenue.sql"
    assert (found["group"], found["owners"]) == ("finance", ["team:finance"])
    assert "raw/netsuite__invoice" in found["extracts"]
    assert "domain/revenue" in found["built_from"]
    assert "gold/agg_revenue_month" in found["feeds"]
    assert found["published_as"] == "gold.fact_revenue"
    assert "SELECT" not in found["description"].upper().split()
    [daily] = [row for row in found["refreshed_by"] if row["job"] == "refresh_daily"]
    assert daily["started_by"] == "models_sensor"
    effects = {check["check"]: check["effect"] for check in found["checks"]}
    assert effects["is_fresh"] == "shows an error"
    assert effects["billed_reconciles_to_netsuite"] == "withholds publish"


def test_an_extract_is_refreshed_by_its_sources_schedule(graph: Graph) -> None:
    found = graph.described(graph.named("netsuite__invoice"))
    assert found["file"] == "cdp_platform/sources/netsuite.py"
    assert [row["started_by"] for row in found["refreshed_by"]] == ["refresh_netsuite_schedule"]
    assert found["extracts"] == []
    assert found["published_as"] is None


def test_every_asset_has_a_file_that_exists_and_a_check_that_explains_itself(graph: Graph) -> None:
    for key in graph.graph.get_all_asset_keys():
        found = graph.described(key)
        assert (PROJECT / found["file"]).is_file(), key
        assert all(check["description"] for check in found["checks"]), key


@pytest.mark.parametrize("name", ["fact_revenue", "gold/fact_revenue", "gold.fact_revenue"])
def test_an_asset_is_named_with_its_layer_or_without(graph: Graph, name: str) -> None:
    assert graph.named(name).path == ["gold", "fact_revenue"]


def test_a_misspelt_name_gets_what_is_near(graph: Graph) -> None:
    with pytest.raises(UnknownAsset, match="did you mean fact_revenue"):
        graph.named("fact_revenu")
    with pytest.raises(UnknownAsset, match="`cdp where` lists all"):
        graph.named("zzzzzz")


def test_all_assets_are_listed_layer_by_layer(graph: Graph) -> None:
    rows = graph.listed()
    layers = list(dict.fromkeys(row["layer"] for row in rows))
    assert layers == [layer for layer in LAYERS if layer in layers]
    assert all("\n" not in row["description"] for row in rows)


@pytest.mark.usefixtures("loaded")
def test_the_command_prints_what_the_graph_says(cdp: Callable[..., Said], has_the_keys_of: KeysOf) -> None:
    assert "gold/agg_revenue_month" in cdp("where", "fact_revenue").out
    has_the_keys_of("where", cdp("where", "fact_revenue", "--format", "json").out)
    has_the_keys_of("where_all", cdp("where", "--format", "json").out)
    said = cdp("where", "fact_revenu")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith("cdp: no asset is called 'fact_revenu'")
