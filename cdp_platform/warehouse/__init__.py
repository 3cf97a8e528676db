"""The only place that knows which engine holds the data.

Here: opening the warehouse for writing under the one lock, and the engine's spelling of what differs. Not here: what is
written.
"""

from cdp_platform.environment import Settings, Target
from cdp_platform.warehouse.duckdb import DuckDBWarehouse

Warehouse = DuckDBWarehouse


class EngineNotAvailable(RuntimeError):
    """The target's engine cannot be opened by this version."""


def open_warehouse(settings: Settings) -> DuckDBWarehouse:
    """The warehouse of the settings' target; opens nothing yet.

    Raises EngineNotAvailable for a target whose engine this version cannot drive.
    """
    if settings.target is not Target.LOCAL:
        raise EngineNotAvailable(
            f"target '{settings.target}' needs the Snowflake engine, which this version does not have yet; "
            "unset CDP_TARGET to use DuckDB"
        )
    return DuckDBWarehouse(settings)


__all__ = ["EngineNotAvailable", "Warehouse", "open_warehouse"]
