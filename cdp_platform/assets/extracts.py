"""One asset per stream of every source: what the landing zone delivered, in raw.

Here: the asset definitions and what a materialization says. Not here: landing itself (`cdp_platform.landing`).
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from cdp_platform.assets.freshness import run_policy
from cdp_platform.assets.ledgers import LOAD_AUDIT, QUARANTINE
from cdp_platform.assets.pulling import check_databases, pull_first
from cdp_platform.environment import Settings
from cdp_platform.landing.audit import StreamLoad
from cdp_platform.landing.judge import Cause
from cdp_platform.landing.load import land_source
from cdp_platform.landing.tables import SQL_TYPE, UNREAD, raw_relation
from cdp_platform.serving.operations import publish_operations
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Pii
from cdp_platform.warehouse import Warehouse, Workload
from cdp_platform.warehouse.connection import Connection, scalar

_log = logging.getLogger("cdp.extract")

RETRIES = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""Of an extract whose files or warehouse could not be reached; a bad file is a verdict, not an error."""


def raw_key(source: Source, stream: Stream) -> dg.AssetKey:
    """The asset key of a stream: raw/<source>__<stream>."""
    return dg.AssetKey(["raw", source.raw_table(stream)])


STREAMS: dict[dg.AssetKey, tuple[Source, Stream]] = {
    raw_key(source, stream): (source, stream) for source in SOURCES for stream in source.streams
}
"""Every declared stream by its asset."""


def build_extracts(settings: Settings) -> list[dg.AssetsDefinition]:
    """One multi-asset per source, so that each source is a run of its own; but for those that Airbyte syncs.

    Raises UnknownDatabase.
    """
    check_databases(settings)
    return [_extract(source, settings) for source in SOURCES if not settings.syncs(source.name)]


def _extract(source: Source, settings: Settings) -> dg.AssetsDefinition:
    specs = [stream_spec(source, stream) for stream in source.streams]

    @dg.multi_asset(
        name=f"extract_{source.name}",
        specs=specs,
        can_subset=True,
        # a database that is slow keeps nobody waiting: the writer's lock is taken only to land
        pool=None if settings.database(source.name) else "duckdb_writer",
        retry_policy=RETRIES,
    )
    def extract(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.MaterializeResult]:
        wanted = [stream for stream in source.streams if raw_key(source, stream) in context.selected_asset_keys]
        try:
            unread, failed = pull_first(warehouse, source, wanted)
            loads = land_source(warehouse, source, wanted, run_id=context.run.run_id, say=_log.info, unread=unread)
            said = described(warehouse, source, loads)
        finally:
            publish_operations(warehouse)
        for load in loads:
            yield dg.MaterializeResult(asset_key=raw_key(source, load.stream), metadata=said[load.stream.table])
        log_ledgers(context, source, loads)
        if failed:
            raise failed

    return extract


def described(warehouse: Warehouse, source: Source, loads: Sequence[StreamLoad]) -> dict[str, dict[str, Any]]:
    """What the materialization of each stream says."""
    with warehouse.writing("counting rows", workload=Workload.LOAD) as connection:
        return {load.stream.table: _metadata(load, _rows(connection, source, load.stream)) for load in loads}


def log_ledgers(context: dg.AssetExecutionContext, source: Source, loads: Sequence[StreamLoad]) -> None:
    """Say what is held, and that the ledgers have new rows."""
    for load in loads:
        if load.status in ("held", UNREAD):
            context.log.error(why_held(source, load))
    rejected = sum(load.rejected + load.unreadable for load in loads)
    context.log_event(dg.AssetMaterialization(LOAD_AUDIT, metadata={"streams": len(loads)}))
    context.log_event(dg.AssetMaterialization(QUARANTINE, metadata={"rows": rejected, "source": source.name}))


def why_held(source: Source, load: StreamLoad) -> str:
    """A stream that did not move on, why, and what to do: in a sentence."""
    if load.status == UNREAD:
        return str(load.reason)
    name = f"{source.name}.{load.stream.table}"
    declare = f", or declare in cdp_platform/sources/{source.name}.py what it has now" * (load.cause == Cause.DRIFT)
    remedy = f"have it delivered again, corrected{declare}, or accept it: cdp quarantine release {name}"
    return f"{name} keeps its last good data: {load.reason}; {remedy}"


def stream_spec(source: Source, stream: Stream) -> dg.AssetSpec:
    """The asset of a stream, whoever delivers it."""
    columns = [
        dg.TableColumn(
            column.raw_name,
            SQL_TYPE[column.type].lower(),
            description=column.description,
            constraints=dg.TableColumnConstraints(nullable=not column.required),
            tags={"classification": column.classification.value}
            | ({"pii": column.pii.value} if column.pii is not Pii.NONE else {}),
        )
        for column in stream.columns
    ]
    return dg.AssetSpec(
        key=raw_key(source, stream),
        group_name=source.name,
        owners=[source.owner],
        kinds={"duckdb", source.name} if source.name in ("salesforce", "stripe") else {"duckdb"},
        description=f"{source.name}.{stream.name} as delivered: {stream.description}",
        tags={"cdp/layer": "raw", "cdp/source": source.name},
        metadata={
            "dagster/column_schema": dg.TableSchema(columns=columns),
            "dagster/table_name": f"warehouse.raw.{source.raw_table(stream)}",
            "cadence": stream.cadence.value,
            "key": ", ".join(stream.key),
            "cursor": stream.cursor,
            "deletes": stream.deletes.value,
            "landing_folder": f"landing/{source.name}/{stream.name}/",
        },
        freshness_policy=run_policy(),
    )


def _rows(connection: Connection, source: Source, stream: Stream) -> int:
    count = scalar(connection, f"SELECT count(*) FROM {raw_relation(source, stream)}")
    return int(count)


def _metadata(load: StreamLoad, rows: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "dagster/row_count": rows,
        "files": load.files,
        "bytes": load.bytes,
        "delivered": load.delivered,
        "landed": load.raw,
        "unreadable": load.unreadable,
        "rejected": load.rejected,
        "seconds": load.seconds,
        "status": load.status,
    }
    if load.high_water is not None:
        said["high_water_mark"] = dg.MetadataValue.timestamp(load.high_water)
    if load.reason:
        said["held_because"] = load.reason
    if load.new_columns:
        said["new_columns"] = load.new_columns
    return said
