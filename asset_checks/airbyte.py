"""Did everything arrive that Airbyte says it brought, and is its connection still as declared?

Here: two checks per source that Airbyte syncs. They speak of the whole connection, and stand at the source's first
stream. Not here: the comparison (`cdp_platform.airbyte.catalogue`), a stream's own checks (`contract`, `accounting`).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.airbyte.catalogue import Difference, differences
from cdp_platform.airbyte.connections import connection_name
from cdp_platform.assets.extracts import raw_key
from cdp_platform.environment import Settings
from cdp_platform.landing.judge import SYNC
from cdp_platform.landing.tables import raw_relation
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import SOURCES, Source
from cdp_platform.warehouse import Warehouse, Workload
from cdp_platform.warehouse.connection import Connection

NAMED = 20
ARRIVED = """
    SELECT count(*) FROM {raw} AS arrived JOIN (
        SELECT file_name, extracted_at, lag(extracted_at) OVER (ORDER BY delivery_id) AS came_after
        FROM ops.landed_file WHERE source_system = ? AND stream = ?
    ) AS delivery ON arrived._airbyte_extracted_at <= delivery.extracted_at
        AND (delivery.came_after IS NULL OR arrived._airbyte_extracted_at > delivery.came_after)
    WHERE delivery.file_name = ?"""


def build_airbyte_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """The checks of every source that Airbyte syncs."""
    return [_checks(source) for source in SOURCES if settings.syncs(source.name)]


def _rows_spec(source: Source) -> dg.AssetCheckSpec:
    return spec(
        raw_key(source, source.streams[0]),
        "rows_synced_are_in_raw",
        why=f"What Airbyte counted of {source.name} and raw does not hold is lost: Airbyte will not send it again.",
        action="look at the job's log in Airbyte, and refresh the streams that are short there.",
    )


def _catalogue_spec(source: Source) -> dg.AssetCheckSpec:
    return spec(
        raw_key(source, source.streams[0]),
        "catalogue_matches_airbyte",
        why=f"A connection of {source.name} that somebody changed fills raw with other columns, or with none.",
        action="set the connection back, or declare the change in sources; `cdp airbyte drift` shows the differences.",
    )


def _checks(source: Source) -> dg.AssetChecksDefinition:
    specs = [_rows_spec(source), _catalogue_spec(source)]

    @dg.multi_asset_check(name=f"guard_airbyte_{source.name}", specs=specs, can_subset=True)
    def guard_airbyte(
        context: dg.AssetCheckExecutionContext, warehouse: dg.ResourceParam[Warehouse], airbyte: dg.ResourceParam[Any]
    ) -> Iterator[dg.AssetCheckResult]:
        wanted = context.selected_asset_check_keys
        if specs[0].key in wanted:
            with warehouse.writing(f"counting what was synced of {source.name}", workload=Workload.CHECK) as connection:
                prepare(connection)
                yield rows_result(connection, source)
        if specs[1].key in wanted:
            yield _ask(airbyte, source)

    return guard_airbyte


def rows_result(connection: Connection, source: Source) -> dg.AssetCheckResult:
    """The rows of the last job that was judged: Airbyte's count against raw. Too many is a warning: they came twice."""
    check = _rows_spec(source)
    last = connection.execute(
        "SELECT job_id, rows_synced FROM ops.airbyte_sync WHERE source_system = ? ORDER BY job_id DESC LIMIT 1",
        [source.name],
    ).fetchall()
    if not last:
        return verdict(check, "no sync was judged yet", passed=False, expected=1, actual=0, warn=True)
    [(job_id, expected)] = last
    actual = sum(
        int(rows)
        for stream in source.streams
        for (rows,) in connection.execute(
            ARRIVED.format(raw=raw_relation(source, stream)), [source.name, stream.table, f"{SYNC}{job_id}"]
        ).fetchall()
    )
    said = f"{expected:,} rows synced by job {job_id}, {actual:,} in raw"
    passed = actual == expected
    return verdict(check, said, passed=passed, expected=int(expected), actual=actual, warn=actual > expected)


def _ask(client: Any, source: Source) -> dg.AssetCheckResult:
    from cdp_platform.assets.airbyte_client import AirbyteFailed, find_connection

    try:
        connection = client.get_connection_details(find_connection(client, source))
    except AirbyteFailed as failed:
        said = f"nothing could be compared: {failed.description}"
        return verdict(_catalogue_spec(source), said, passed=False, expected=0, actual=1, warn=True)
    return catalogue_result(source, differences(source, connection))


def catalogue_result(source: Source, found: list[Difference]) -> dg.AssetCheckResult:
    """The diff between the declarations and the connection; only new streams and columns are a warning."""
    headline = f"connection {connection_name(source)} is as declared"
    if found:
        more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
        headline = f"{len(found)} differ from the declarations: {'; '.join(map(str, found[:NAMED]))}{more}"
    return verdict(
        _catalogue_spec(source),
        headline,
        passed=not found,
        expected=0,
        actual=len(found),
        warn=not any(difference.breaks for difference in found),
        more={"diff": dg.MetadataValue.md("\n".join(["```diff", *map(str, found), "```"]))} if found else None,
    )
