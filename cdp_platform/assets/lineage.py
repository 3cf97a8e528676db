"""What is built from what, read off the asset definitions themselves.

Here: the raw ancestors of every asset. Not here: any name of an asset.
"""

from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

Assets = Iterable[dg.AssetsDefinition | dg.AssetSpec]


def specs_of(assets: Assets) -> dict[dg.AssetKey, dg.AssetSpec]:
    """Every asset's spec by key."""
    found = {}
    for item in assets:
        for spec in [item] if isinstance(item, dg.AssetSpec) else item.specs:
            found[spec.key] = spec
    return found


def raw_inputs(assets: Assets) -> Mapping[dg.AssetKey, Sequence[dg.AssetKey]]:
    """For every asset that is not raw itself and has a raw ancestor: those ancestors, sorted."""
    specs = specs_of(assets)
    known: dict[dg.AssetKey, frozenset[dg.AssetKey]] = {}

    def ancestors(key: dg.AssetKey) -> frozenset[dg.AssetKey]:
        if key not in known:
            known[key] = frozenset({key}) if key.path[0] == "raw" else frozenset()
            if key in specs and key.path[0] != "raw":
                known[key] = frozenset().union(*(ancestors(dep.asset_key) for dep in specs[key].deps))
        return known[key]

    return {key: sorted(ancestors(key)) for key in sorted(specs) if key.path[0] != "raw" and ancestors(key)}
