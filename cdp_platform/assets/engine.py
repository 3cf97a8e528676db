"""What the target's engine changes in the graph: the resources that steps are given, and what assets say of their kind.

Never a key, a dependency or a check. Here: both. Not here: the engines (`cdp_platform.warehouse`).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from cdp_platform.environment import Settings
from cdp_platform.warehouse import open_warehouse


def warehouse_of(settings: Settings) -> dict[str, Any]:
    """The resource `warehouse`, and on Snowflake the account as Dagster's own."""
    if not settings.is_on_snowflake:
        return {"warehouse": open_warehouse(settings)}
    # It takes seconds to import, and a laptop never needs it.
    from cdp_platform.assets.account import build_account

    return build_account(settings)


def on_engine(
    settings: Settings, assets: Sequence[dg.AssetsDefinition | dg.AssetSpec]
) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The assets with the kind of the engine that holds them."""
    if not settings.is_on_snowflake:
        return list(assets)

    def renamed(spec: dg.AssetSpec) -> dg.AssetSpec:
        return spec.replace_attributes(kinds={"snowflake" if kind == "duckdb" else kind for kind in spec.kinds})

    return [renamed(item) if isinstance(item, dg.AssetSpec) else item.map_asset_specs(renamed) for item in assets]
