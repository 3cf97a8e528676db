"""What a step asks dbt to build: exactly the models and tests that Dagster put into it.

Left to itself dbt adds every test that touches a selected model, before its other parents were built; and asked for a
test by its name, it runs all tests of that name. Here: marking what is wanted. Not here: running it (`dbt_runner`).
"""

from collections.abc import Iterable

import dagster as dg
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY
from dbt.contracts.graph.manifest import Manifest

WANTED = "wanted_now"
"""The tag that marks a node in one run's copy of the manifest; no file of the project may use it."""


def wanted_nodes(context: dg.AssetExecutionContext) -> set[str]:
    """dbt's unique ids of the assets and checks that are selected."""
    definition = context.assets_def
    assets = (definition.get_asset_spec(key) for key in context.selected_asset_keys)
    checks = (definition.get_spec_for_check_key(key) for key in context.selected_asset_check_keys)
    return {spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY] for spec in (*assets, *checks)}


def select(manifest: Manifest, wanted: Iterable[str]) -> list[str]:
    """Mark nodes in this copy of the manifest; returns dbt's arguments that select the marked ones and nothing else.

    One word instead of hundreds, each of which dbt would compare with every node. Raises KeyError for an unknown node.
    """
    for unique_id in wanted:
        manifest.nodes[unique_id].tags.append(WANTED)
    return ["--indirect-selection", "empty", "--select", f"tag:{WANTED}"]
