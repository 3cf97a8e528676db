"""What is built from what, read off the asset definitions themselves.

Here: the raw ancestors of every asset, and as of when it holds them. Not here: any name of an asset.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

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


def states(
    specs: Mapping[dg.AssetKey, dg.AssetSpec], began: Mapping[dg.AssetKey, datetime], now: datetime
) -> dict[dg.AssetKey, dict[dg.AssetKey, datetime]]:
    """For every asset and each of its raw ancestors: the moment as of whose marks the asset holds that stream.

    `began`: when the run began that last built an asset; one that is not there counts as built `now`, as do views,
    which hold nothing themselves. A table holds a stream as its oldest table on the way there does.
    """
    known: dict[dg.AssetKey, dict[dg.AssetKey, datetime]] = {}

    def state(key: dg.AssetKey) -> dict[dg.AssetKey, datetime]:
        if key.path[0] == "raw":
            return {key: now}
        if key not in known:
            known[key] = {}
            built = now if key.path[0] == "staging" else began.get(key, now)
            for dep in specs[key].deps if key in specs else ():
                for raw, moment in state(dep.asset_key).items():
                    known[key][raw] = min(known[key].get(raw, built), moment, built)
        return known[key]

    return {key: state(key) for key in specs}
