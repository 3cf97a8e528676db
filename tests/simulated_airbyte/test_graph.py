"""Where Airbyte is the source, the graph has the same keys, loads without it and hides its secret."""

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from cdp_platform.accounts import Airbyte
from cdp_platform.assets.airbyte import UnknownSyncedSource
from cdp_platform.automation.jobs import LONGEST_EXTRACT
from cdp_platform.definitions import build
from cdp_platform.environment import PROJECT, Settings, load_settings
from cdp_platform.landing.quarantine import NotReplayable, replay
from cdp_platform.sources import SOURCES
from cdp_platform.sources.stripe import STRIPE
from cdp_platform.warehouse import open_warehouse
from tests.simulated_airbyte.conftest import configured

NOBODY = "http://127.0.0.1:9"
ENVIRON = {"AIRBYTE_WORKSPACE_ID": "w", "AIRBYTE_CLIENT_ID": "c", "AIRBYTE_CLIENT_SECRET": "hidden"}
TARGET = {"CDP_TARGET": "production"}
LOAD = """
import json, socket, sys

def refuse(*args, **kwargs):
    raise AssertionError("network at load")

socket.socket.connect = socket.create_connection = refuse
from dataclasses import replace

from cdp_platform.definitions import build
from cdp_platform.accounts import Airbyte
from cdp_platform.environment import load_settings

graph = build(replace(load_settings(), airbyte=Airbyte("w"))).resolve_asset_graph()
print(json.dumps(["dagster_airbyte" in sys.modules, len(graph.materializable_asset_keys)]))
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(scope="module")
def synced(settings: Settings) -> dg.Definitions:
    """With nobody listening at the address."""
    return build(configured(settings, NOBODY))


def test_the_keys_are_the_same_and_each_synced_source_has_two_checks_more(
    settings: Settings, synced: dg.Definitions
) -> None:
    dg.Definitions.validate_loadable(synced)
    landed, other = build(settings).resolve_asset_graph(), synced.resolve_asset_graph()
    assert other.get_all_asset_keys() == landed.get_all_asset_keys()
    assert {key: other.get(key).parent_keys for key in other.get_all_asset_keys()} == {
        key: landed.get(key).parent_keys for key in landed.get_all_asset_keys()
    }
    added = other.asset_check_keys - landed.asset_check_keys
    assert landed.asset_check_keys <= other.asset_check_keys
    assert sorted((key.asset_key.path[-1], key.name) for key in added) == sorted(
        (source.raw_table(source.streams[0]), name)
        for source in SOURCES
        for name in ("catalogue_matches_airbyte", "rows_synced_are_in_raw")
    )


def test_each_source_is_a_run_that_takes_no_place_in_the_writers_queue(synced: dg.Definitions) -> None:
    job = synced.resolve_job_def("refresh_stripe")
    ops = {node.name: node.definition for node in job.graph.nodes}
    assert set(ops) == {"sync_stripe", "guard_stripe", "guard_airbyte_stripe"}
    assert {op.pool for op in ops.values() if isinstance(op, dg.OpDefinition)} == {None}
    assert Airbyte("w").sync_minutes * 60 < LONGEST_EXTRACT.total_seconds()


def test_only_the_chosen_sources_are_synced(settings: Settings) -> None:
    chosen = build(configured(settings, NOBODY, sources=("netsuite",)))
    names = {asset.op.name for asset in chosen.assets or () if isinstance(asset, dg.AssetsDefinition)}
    assert {"sync_netsuite", "extract_stripe"} <= names
    assert not {"extract_netsuite", "sync_stripe"} & names
    with pytest.raises(UnknownSyncedSource, match=r"names zendesk; declared are: salesforce, netsuite"):
        build(configured(settings, NOBODY, sources=("zendesk", "stripe")))


def test_the_graph_loads_with_no_network_and_imports_no_client(tmp_path: Path) -> None:
    bare = {"PATH": "/usr/bin", "HOME": str(tmp_path), "CDP_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=bare, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    [is_imported, assets] = json.loads(done.stdout.splitlines()[-1])
    assert not is_imported
    assert assets > 100


def test_settings_are_read_under_a_target_that_airbyte_can_write_to() -> None:
    read = load_settings(ENVIRON | TARGET | {"AIRBYTE_SOURCES": "stripe, netsuite", "AIRBYTE_SYNC_MINUTES": "5"})
    assert read.airbyte == Airbyte(
        "w", client_id="c", client_secret="hidden", sources=("stripe", "netsuite"), sync_minutes=5
    )
    assert [source.name for source in SOURCES if read.syncs(source.name)] == ["netsuite", "stripe"]
    assert "hidden" not in repr(read)
    assert load_settings(ENVIRON).airbyte is None, "Airbyte cannot write into a file on this host"
    assert load_settings(TARGET).airbyte is None


def test_the_secret_is_no_part_of_what_the_ui_shows_of_the_resource(settings: Settings) -> None:
    location = build(configured(settings, NOBODY, client_secret="hidden")).get_repository_def()
    shown = [repr(definition.config_schema.as_field()) for definition in location.get_top_level_resources().values()]
    assert "hidden" not in "".join(shown)


def test_mended_rows_go_through_the_source(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "mended.csv"
    file.write_text("id\n1\n")
    warehouse = open_warehouse(configured(settings, NOBODY))
    with pytest.raises(NotReplayable, match=r"Airbyte writes raw.stripe__invoices: mend the record in stripe"):
        replay(warehouse, STRIPE, STRIPE.stream("invoices"), file)
