"""What dbt's manifest says of the models, for readers: their key columns and what they are built from.

Here: reading the manifest as it was last parsed. Not here: parsing it (`assets.manifest`).
"""

from collections.abc import Mapping
from typing import Any

KEY_TESTS = {"has_one_row_per": "columns", "is_key": "column_name"}
"""Generic test to the argument that holds the key."""

Manifest = Mapping[str, Any]


def key_columns(manifest: Manifest) -> dict[str, list[str]]:
    """The key columns by `schema.table`, as the model's first test of them says."""
    nodes = manifest["nodes"]
    found: dict[str, list[str]] = {}
    for node in nodes.values():
        test = node.get("test_metadata") or {}
        model = nodes.get(node.get("attached_node"))
        if test.get("name") not in KEY_TESTS or model is None:
            continue
        key = (test["kwargs"].get("arguments") or test["kwargs"]).get(KEY_TESTS[test["name"]])
        found.setdefault(f"{model['schema']}.{model['name']}", [key] if isinstance(key, str) else list(key or ()))
    return found


def parents_of(manifest: Manifest, relation: str) -> list[str]:
    """The models that `schema.table` reads, as `schema.table`."""
    nodes = manifest["nodes"]
    for node in nodes.values():
        if node["resource_type"] == "model" and f"{node['schema']}.{node['name']}" == relation:
            read = (nodes.get(parent) for parent in node["depends_on"]["nodes"])
            return [f"{parent['schema']}.{parent['name']}" for parent in read if parent]
    return []
