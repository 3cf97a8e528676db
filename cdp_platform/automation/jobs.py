"""The jobs: one per source, and two over the models. Jobs select by addition.

Here: what each job refreshes. Not here: when (`schedules`).
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import timedelta
from functools import cache

import dagster as dg
from dagster import AssetSelection
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG
from dagster._record import record

from cdp_platform.assets.extracts import raw_key
from cdp_platform.sources import SOURCES, Source

MODEL_LAYERS = ("staging", "domain", "customer_master", "gold", "publish")
HOURLY = "hourly"
LONGEST_EXTRACT = timedelta(minutes=20)
"""Then the daemon ends it, before the models of its cycle start without it."""


@record
class ChecksReading(AssetSelection):
    """No asset, but every check that looks at a `rebuilt` one, whatever it belongs to: its last answer is outdated."""

    rebuilt: AssetSelection

    def resolve_inner(self, asset_graph: BaseAssetGraph, allow_missing: bool) -> AbstractSet[dg.AssetKey]:  # noqa: ARG002
        """None."""
        return set()

    def resolve_checks_inner(self, asset_graph: BaseAssetGraph, allow_missing: bool) -> AbstractSet[dg.AssetCheckKey]:
        """The checks."""
        read = self.rebuilt.resolve(asset_graph, allow_missing=allow_missing)
        return {key for key in asset_graph.asset_check_keys if read & asset_graph.get(key).parent_entity_keys}


def checks_of(graph: AssetGraph, rebuilt: Collection[dg.AssetKey]) -> set[dg.AssetCheckKey]:
    """The checks of a run that rebuilds only these assets: their own, and all others that look at one of them."""
    own = AssetSelection.assets(*rebuilt)
    return set((own | ChecksReading(rebuilt=own)).resolve_checks(graph))


def source_job_name(source: Source) -> str:
    """The job that refreshes a source."""
    return f"refresh_{source.name}"


def models() -> AssetSelection:
    """Everything that is built from raw."""
    return AssetSelection.key_prefixes(*([layer] for layer in MODEL_LAYERS))


def hourly() -> AssetSelection:
    """Health, active lives, recurring revenue, what they need (tagged `hourly` in dbt), and publish; identity stays."""
    rebuilt = AssetSelection.tag(HOURLY, "")
    return rebuilt | ChecksReading(rebuilt=rebuilt) | AssetSelection.key_prefixes(["publish"])


@cache
def build_jobs() -> tuple[UnresolvedAssetJobDefinition, ...]:
    """All jobs; the same objects each time, for sensors name them too."""
    per_source = [
        dg.define_asset_job(
            source_job_name(source),
            selection=AssetSelection.assets(*(raw_key(source, stream) for stream in source.streams)),
            description=f"Lands and judges what {source.name} delivered.",
            tags={"cdp/source": source.name, MAX_RUNTIME_SECONDS_TAG: str(int(LONGEST_EXTRACT.total_seconds()))},
        )
        for source in SOURCES
    ]
    return (
        *per_source,
        dg.define_asset_job(
            "refresh_daily",
            selection=models(),
            description="Rebuilds every model, resolves identity, publishes.",
        ),
        dg.define_asset_job(
            "refresh_hourly",
            selection=hourly(),
            description="Rebuilds health, active lives and recurring revenue under the last crosswalk, publishes.",
        ),
    )
