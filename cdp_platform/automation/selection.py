"""What a word on the command line selects: a source, a model, a group, or Dagster's own selection syntax.

Here: the assets it means, and what must be built before them. Not here: refreshing them (`refresh`).
"""

import logging
from collections.abc import Mapping

import dagster as dg

from cdp_platform.assets.turn import RELEASE
from cdp_platform.automation.jobs import MODEL_LAYERS
from cdp_platform.landing.tables import LEDGERS
from cdp_platform.warehouse import Warehouse, relations

_log = logging.getLogger("cdp.refresh")
UNKNOWN = "nothing is named '{}'; `cdp where` lists what there is"


class UnknownSelection(ValueError):
    """The words name no source, group or asset."""


def resolve(defs: dg.Definitions, selection: str | None) -> list[dg.AssetKey]:
    """The assets a word means: a source and all it reaches; a group; an asset and all it needs; or Dagster's syntax.

    Raises UnknownSelection.
    """
    graph = defs.resolve_asset_graph()
    materializable = graph.materializable_asset_keys
    if selection is None:
        return sorted(materializable)
    try:
        chosen = _chosen(selection, {key: graph.get(key).group_name for key in materializable})
        found = chosen.required_multi_asset_neighbors().resolve(graph) & materializable
    except dg.DagsterError as error:
        raise UnknownSelection(UNKNOWN.format(selection)) from error
    if not found:
        raise UnknownSelection(UNKNOWN.format(selection))
    return sorted(found)


def _chosen(selection: str, groups: Mapping[dg.AssetKey, str | None]) -> dg.AssetSelection:
    raw = [key for key, group in groups.items() if key.path[0] == "raw" and group == selection]
    named = [key for key in groups if selection in (key.path[-1], "/".join(key.path))]
    if raw:
        return dg.AssetSelection.assets(*raw).downstream()
    if named:
        return dg.AssetSelection.assets(*named).upstream()
    if selection in groups.values():
        return dg.AssetSelection.groups(selection)
    return dg.AssetSelection.from_string(selection)


def never_built(defs: dg.Definitions, warehouse: Warehouse, wanted: list[dg.AssetKey]) -> list[dg.AssetKey]:
    """The models that `wanted` read, however far up, and that do not exist yet, as in a home without any refresh."""
    models = [key for key in wanted if key.path[0] in MODEL_LAYERS]
    if not models:
        return []
    graph = defs.resolve_asset_graph()
    with warehouse.writing("looking for what was built", say=_log.info) as connection:
        existing = {dg.AssetKey([schema, name]) for schema, name, _ in relations(connection)}
    upstream = dg.AssetSelection.assets(*models).upstream().resolve(graph) & graph.materializable_asset_keys
    needed = {key for key in upstream if key.path[0] in MODEL_LAYERS and key != RELEASE}
    missing = needed - existing
    # The identity step's tables are there, and empty, before it has ever run.
    missing |= {key for key in needed if ".".join(key.path) in LEDGERS and graph.get(key).parent_keys & missing}
    return sorted(dg.AssetSelection.assets(*missing).required_multi_asset_neighbors().resolve(graph)) if missing else []
