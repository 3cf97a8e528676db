"""Where each check is proven, without planting anything.

Here: a check's name or kind to its defects. Not here: that they turn it red (`test_proofs`).
"""

import dagster as dg

from tests.asset_checks.damage import GOLD, MASTER
from tests.asset_checks.defects import PLANTERS
from tests.asset_checks.deliveries import STORY

OF_AIRBYTE = {"rows_synced_are_in_raw", "catalogue_matches_airbyte"}
OF_LEDGERS = {"accounts_for_every_row", "reconciles_to_control_total", "is_fresh", "holds_every_current_row"}


def proof_of(check: dg.AssetCheckKey, kind: str | None) -> str | None:
    """What plants the check's defects; None: nothing does. `kind`: of the dbt test that it is."""
    if kind is not None:
        return f"defects.PLANTERS[{kind}]" if kind in PLANTERS else None
    if check.name in STORY:
        return "deliveries.stories"
    if check.name in OF_AIRBYTE:
        return "simulated_airbyte.test_checks"
    return f"damage, {check.name}" if check.name in {*MASTER, *GOLD, *OF_LEDGERS} else None
