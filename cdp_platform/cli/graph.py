"""The live graph as a person asks about it: one asset's description, and the list of all.

Here: reading the definitions and dbt's manifest. Not here: the command and how it prints (`asset`).
"""

import difflib
import inspect
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from cdp_platform.assets.manifest import DBT_PROJECT
from cdp_platform.assets.turn import RELEASE
from cdp_platform.automation.schedules import TIMETABLE
from cdp_platform.environment import PROJECT
from cdp_platform.landing import tables

LAYERS = ("raw", "staging", "domain", "customer_master", "gold", "publish", "quarantine", "ops")
STOPS = {"customer_master": "withholds publish", "gold": "withholds publish"}
"""What a failing blocking check of a layer does, where it does more than stop later models."""


class UnknownAsset(LookupError):
    """Nothing in the graph has this name; the message says what is near."""


class Graph:
    """The definitions as a person asks about them; `manifest` is dbt's."""

    def __init__(self, defs: dg.Definitions, manifest: Mapping[str, Any]) -> None:
        self.graph = defs.resolve_asset_graph()
        self.jobs = [job for job in defs.get_repository_def().get_all_jobs() if not job.name.startswith("__")]
        nodes = manifest["nodes"].values()
        self.models = {
            f"{node['schema']}/{node['name']}": node for node in nodes if node["resource_type"] in ("model", "seed")
        }
        self.severity = {
            node["name"]: node["config"]["severity"].lower() for node in nodes if node["resource_type"] == "test"
        }

    def named(self, name: str) -> dg.AssetKey:
        """The asset called `name`, with its layer or without. Raises UnknownAsset."""
        wanted = name.replace(".", "/")
        keys = self.graph.get_all_asset_keys()
        found = [key for key in keys if wanted in ("/".join(key.path), key.path[-1])]
        if len(found) == 1:
            return found[0]
        near = difflib.get_close_matches(name.rsplit("/", maxsplit=1)[-1], [key.path[-1] for key in keys], n=3)
        said = f"did you mean {', '.join(near)}?" if near else "`cdp where` lists all"
        raise UnknownAsset(f"no asset is called '{name}'; {said}")

    def listed(self) -> list[dict[str, Any]]:
        """One row per asset: layer, asset, group, owners, first line of the description."""
        keys = sorted(self.graph.get_all_asset_keys(), key=lambda key: (_place(key), key.path))
        return [
            {
                "layer": key.path[0],
                "asset": key.path[-1],
                "group": self.graph.get(key).group_name,
                "owners": ", ".join(self.graph.get(key).owners),
                "description": _headline(self.graph.get(key).description),
            }
            for key in keys
        ]

    def described(self, key: dg.AssetKey) -> dict[str, Any]:
        """Everything about one asset."""
        node = self.graph.get(key)
        ancestors = dg.AssetSelection.assets(key).upstream().resolve(self.graph)
        published = key in self.graph.get(RELEASE).parent_keys if self.graph.has(RELEASE) else False
        return {
            "asset": _path(key),
            "description": node.description or "",
            "group": node.group_name,
            "owners": list(node.owners),
            "file": self._file(key),
            "extracts": _paths(ancestor for ancestor in ancestors if ancestor.path[0] == "raw" and ancestor != key),
            "built_from": _paths(node.parent_keys),
            "feeds": _paths(node.child_keys),
            "published_as": ".".join(key.path) if published else None,
            "refreshed_by": self._refreshed_by(key),
            "checks": self._checks(key),
        }

    def _file(self, key: dg.AssetKey) -> str:
        if _path(key) in self.models:
            return f"{DBT_PROJECT.name}/{self.models[_path(key)]['original_file_path']}"
        if key.path[0] == "raw":
            return f"cdp_platform/sources/{key.path[-1].split('__')[0]}.py"
        node = self.graph.get(key)
        if not node.is_materializable:
            return str(Path(tables.__file__).relative_to(PROJECT))
        compute = node.assets_def.op.compute_fn.decorated_fn  # type: ignore[union-attr]
        return str(Path(inspect.getsourcefile(inspect.unwrap(compute)) or "").resolve().relative_to(PROJECT))

    def _refreshed_by(self, key: dg.AssetKey) -> list[dict[str, Any]]:
        rows = {row.job: row for row in TIMETABLE}
        found = []
        for job in sorted(self.jobs, key=lambda job: job.name):
            row = rows.get(job.name)
            if key in job.asset_layer.selected_asset_keys and row is not None:
                starter = f"{job.name}_schedule" if row.deadline is None else "models_sensor"
                found.append({"job": job.name, "cron": row.cron, "time_zone": row.time_zone, "started_by": starter})
        return found

    def _checks(self, key: dg.AssetKey) -> list[dict[str, Any]]:
        checks = sorted(
            (check for check in self.graph.asset_check_keys if check.asset_key == key), key=lambda check: check.name
        )
        found = []
        for check in checks:
            node = self.graph.get(check)
            warns = self.severity.get(check.name) == "warn"
            stops = STOPS.get(key.path[0], "stops what is built on it")
            effect = "warns" if warns else stops if node.blocking else "shows an error"
            found.append({"check": check.name, "effect": effect, "description": node.description})
        return found


def _path(key: dg.AssetKey) -> str:
    return "/".join(key.path)


def _paths(keys: Iterable[dg.AssetKey]) -> list[str]:
    return [_path(key) for key in sorted(keys, key=lambda key: (_place(key), key.path))]


def _place(key: dg.AssetKey) -> int:
    return LAYERS.index(key.path[0]) if key.path[0] in LAYERS else len(LAYERS)


def _headline(description: str | None) -> str:
    return (description or "").strip().split("\n")[0]
