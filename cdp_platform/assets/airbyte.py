"""One multi-asset per source that Airbyte syncs: the keys of an extract, and nothing is asked while the graph loads.

Here: the order of sync, judgement and materializations; the resource. Not here: Airbyte's API (`airbyte_client`).
"""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from cdp_platform.airbyte.connections import connection_name
from cdp_platform.assets.extracts import RETRIES, described, log_ledgers, raw_key, stream_spec
from cdp_platform.environment import Settings
from cdp_platform.landing.synced import last_judged, take_sync
from cdp_platform.serving.operations import publish_operations
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse import Warehouse

_log = logging.getLogger("cdp.extract")


class UnknownSyncedSource(ValueError):
    """`AIRBYTE_SOURCES` names a source that nobody declared."""


def airbyte_of(settings: Settings) -> dict[str, Any]:
    """The resource `airbyte`, where it syncs anything. Raises UnknownSyncedSource."""
    airbyte = settings.airbyte
    if airbyte is None:
        return {}
    declared = [source.name for source in SOURCES]
    unknown = sorted(set(airbyte.sources or ()) - set(declared))
    if unknown:
        raise UnknownSyncedSource(f"AIRBYTE_SOURCES names {', '.join(unknown)}; declared are: {', '.join(declared)}")

    # A function, so that the secret is no part of the configuration that the UI shows.
    @dg.resource
    def client(_: dg.InitResourceContext) -> Any:
        from cdp_platform.assets.airbyte_client import client_of

        return client_of(airbyte)

    return {"airbyte": client}


def build_syncs(settings: Settings) -> list[dg.AssetsDefinition]:
    """One multi-asset per source that Airbyte syncs, so that each is a run of its own."""
    return [_sync(source) for source in SOURCES if settings.syncs(source.name)]


def _spec(source: Source, stream: Stream) -> dg.AssetSpec:
    """As an extract's, but that a connection brings it and no folder."""
    spec = stream_spec(source, stream)
    kept = {name: said for name, said in spec.metadata.items() if name != "landing_folder"}
    return spec.replace_attributes(
        kinds={*spec.kinds, "airbyte"}, metadata=kept | {"airbyte_connection": connection_name(source)}
    )


def _sync(source: Source) -> dg.AssetsDefinition:
    # No pool: it waits for Airbyte most of the time, and takes the writer's lock only to judge.
    @dg.multi_asset(
        name=f"sync_{source.name}",
        specs=[_spec(source, stream) for stream in source.streams],
        can_subset=True,
        retry_policy=RETRIES,
    )
    def sync_source(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse], airbyte: dg.ResourceParam[Any]
    ) -> Iterator[dg.MaterializeResult]:
        from cdp_platform.assets.airbyte_client import sync

        try:
            synced = sync(airbyte, source, last_judged(warehouse, source))
            loads = take_sync(warehouse, source, synced, run_id=context.run.run_id, say=_log.info)
            said = described(warehouse, source, loads)
        finally:
            publish_operations(warehouse)
        for load in loads:
            key = raw_key(source, load.stream)
            metadata = said[load.stream.table] | {"airbyte_job": synced.job_id}
            if key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key, metadata=metadata)
            else:  # Airbyte syncs a connection or none of it
                context.log_event(dg.AssetMaterialization(key, metadata=metadata))
        log_ledgers(context, source, loads)

    return sync_source
