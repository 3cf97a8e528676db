"""Which columns hold personal data, as sources and models declare them, and how a value of theirs is shown.

Here: every layer's columns by `schema.table`. Not here: who may see them (`publish.Role`).
"""

from collections.abc import Mapping
from typing import Any

from cdp_platform.landing.tables import AIRBYTE_COLUMNS
from cdp_platform.sources import SOURCES
from cdp_platform.sources.contract import Pii

MASK = "***"
Personal = Mapping[str, set[str]]
"""Columns with personal data by `schema.table`; a table that is missing declares nothing."""


def personal_columns(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    """The columns of models and of the tables they read (from dbt's manifest), and of raw, that hold personal data."""
    found: dict[str, set[str]] = {}
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        if node["resource_type"] in ("model", "source"):
            found[f"{node['schema']}.{node['name']}"] = {
                c["name"] for c in node["columns"].values() if _pii(c) != Pii.NONE
            }
    # What nobody could read may be anything.
    found.setdefault("quarantine.rejected_row", set()).add("raw_text")
    return found | raw_personal_columns()


def raw_personal_columns() -> dict[str, set[str]]:
    """The columns of raw that hold personal data, as the sources declare them."""
    return {
        f"raw.{source.raw_table(stream)}": {column.raw_name for column in stream.columns if column.pii is not Pii.NONE}
        for source in SOURCES
        for stream in source.streams
    }


def _pii(column: Mapping[str, Any]) -> str:
    meta = column.get("config", {}).get("meta") or column.get("meta") or {}
    return str(meta.get("pii", Pii.NONE))


def masked(relation: str, row: Mapping[str, Any], personal: Personal) -> dict[str, Any]:
    """The row with personal values hidden; of what is not declared, all that could be personal."""
    hidden = _undeclared(relation, row) if relation not in personal or relation.startswith("raw.") else set()
    hidden |= set(personal.get(relation, ()))
    return {name: _mask(value) if name in hidden else value for name, value in row.items()}


def _undeclared(relation: str, row: Mapping[str, Any]) -> set[str]:
    """The text columns that nobody described: a vendor's new column, a model that was taken away."""
    known = set(AIRBYTE_COLUMNS) | {"fate"}
    for source in SOURCES:
        for stream in source.streams:
            if relation == f"raw.{source.raw_table(stream)}":
                known |= {column.raw_name for column in stream.columns}
    return {name for name, value in row.items() if name not in known and isinstance(value, str | dict | list)}


def _mask(value: Any) -> Any:
    return MASK if isinstance(value, str | dict | list) else None
