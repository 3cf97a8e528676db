"""What a step asks dbt to build: exactly the models and tests that Dagster put into it.

Left to itself dbt adds every test that touches a selected model, before its other parents were built. Here: the words
of the selection. Not here: running it (`dbt_runner`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY, get_dbt_resource_names_for_asset_keys

from cdp_platform.assets.translation import Translator


def selection(context: dg.AssetExecutionContext, manifest: Mapping[str, Any], translator: Translator) -> list[str]:
    """The arguments of `dbt build` for the assets and checks that are selected."""
    models = get_dbt_resource_names_for_asset_keys(
        translator, manifest, context.assets_def, context.selected_asset_keys
    )
    specs = (context.assets_def.get_spec_for_check_key(key) for key in context.selected_asset_check_keys)
    tests = tests_by_name(manifest, {spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY] for spec in specs})
    return ["--indirect-selection", "empty", "--select", *models, *tests]


def tests_by_name(manifest: Mapping[str, Any], wanted: set[str]) -> list[str]:
    """Words that select the tests with these unique ids and no other.

    A check's name says what holds, not where, so that many models may have a test of that name: where not all of them
    are wanted, the file tells them apart. Everywhere it would make dbt's selection twice as slow.
    """
    tests = {id: node for id, node in manifest["nodes"].items() if node["resource_type"] == "test"}
    unwanted = {node["name"] for id, node in tests.items() if id not in wanted}
    words = set()
    for id in wanted:
        name, file = tests[id]["name"], Path(tests[id]["original_file_path"]).name
        words.add(f"{name},file:{file}" if name in unwanted else name)
    return sorted(words)
