"""Which materializations the checks of a step speak of, asked of Dagster's storage in one query.

Dagster asks for one asset at a time as it stores a check's result, and a refresh has some two hundred such assets.
"""

from collections.abc import Set

import dagster as dg


def look_up_targets(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Set[dg.AssetCheckKey]:
    """Look up the last materialization of every asset that this step checks; returns the step's checks.

    A step that materializes such an asset itself does that first.
    """
    checks = context.selected_asset_check_keys
    assets = sorted({check.asset_key for check in checks})
    context.get_step_execution_context()._data_version_cache._fetch_input_asset_version_info(assets)
    return checks
