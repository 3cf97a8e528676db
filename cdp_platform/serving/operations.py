"""The operational tables for readers: load audit, marks, landed files, quarantine; after every run, green or red."""

import os
from pathlib import Path

from cdp_platform.environment import Settings
from cdp_platform.landing.tables import LEDGERS
from cdp_platform.landing.upgrade import prepare
from cdp_platform.warehouse import Warehouse, copy_out

FOR_THE_WAREHOUSE = frozenset({"ops.published_id_ledger", "ops.published_id_alias"})
"""As large as the customer master, and nobody's question: readers have the crosswalk."""
COPIED = [table for table in LEDGERS if table.startswith(("ops.", "quarantine.")) and table not in FOR_THE_WAREHOUSE]


def operations_file(settings: Settings) -> Path:
    """Where readers find the operational tables."""
    return settings.published / "ops.duckdb"


def publish_operations(warehouse: Warehouse) -> None:
    """Copy the schemas `ops` and `quarantine` to a file of their own and put it in place at once."""
    target = warehouse.settings.published / "ops.duckdb"
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    with warehouse.writing("publishing operations") as connection:
        prepare(connection)
        copy_out(connection, temporary, COPIED)
        temporary.chmod(0o600)
        temporary.replace(target)
