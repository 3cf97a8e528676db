"""Is a row lost on the way to staging? Delivered = raw + unreadable; raw = its fates; staging = the current ones.

Here: the identity per stream, up to staging. Not here: the vendor's totals (`controls`), gold (`reconciliation`).
"""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.extracts import raw_key
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.judge import SYNC
from cdp_platform.landing.tables import raw_relation
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.connection import Connection, scalar

FATES = ("current", "superseded", "duplicate", "deleted", "rejected", "held")


def staging_key(source: Source, stream: Stream) -> dg.AssetKey:
    """The asset key of a stream's staging model."""
    return dg.AssetKey(["staging", f"stg_{source.name}__{stream.object}"])


def stream_specs(source: Source, stream: Stream) -> list[dg.AssetCheckSpec]:
    """The checks of a raw stream."""
    key = raw_key(source, stream)
    return [
        spec(
            key,
            "accounts_for_every_row",
            why="A delivered row that is neither in raw nor in quarantine is lost.",
            action="rows were removed by hand: restore the warehouse, or rebuild raw from the landing zone.",
        )
    ]


def stream_results(connection: Connection, source: Source, stream: Stream) -> Iterator[dg.AssetCheckResult]:
    """One result per check of `stream_specs`."""
    specs = {check.name: check for check in stream_specs(source, stream)}
    yield _accounts(connection, source, stream, specs["accounts_for_every_row"])


DELIVERIES = """
    WITH landed AS (
        SELECT delivery_id, extracted_at, delivered, raw, unreadable FROM ops.landed_file
        WHERE source_system = ? AND stream = ?
    ), moment AS (
        SELECT extracted_at, max(until) AS until, sum(raw) AS raw
        FROM (
            SELECT _airbyte_extracted_at AS extracted_at, CAST(NULL AS TIMESTAMPTZ) AS until, count(*) AS raw
            FROM {raw} GROUP BY 1
            UNION ALL SELECT extracted_at, extracted_at, 0 FROM landed
        ) AS told GROUP BY 1
    ), found AS (
        -- a delivery has the rows up to its moment and after the one before: a file's at one moment, a sync's over many
        SELECT until AS extracted_at, sum(raw) AS raw
        FROM (
            SELECT raw, min(until) OVER (
                ORDER BY extracted_at DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS until FROM moment
        ) AS reached GROUP BY 1
    ), listed AS (
        SELECT delivery_id, count(*) AS unreadable FROM quarantine.rejected_row
        WHERE source_system = ? AND stream = ? AND rule = 'unreadable' GROUP BY 1
    )
    SELECT delivery_id, coalesce(landed.delivered, 0), coalesce(found.raw, 0), coalesce(listed.unreadable, 0),
        coalesce(landed.raw, 0), coalesce(landed.unreadable, 0)
    FROM landed FULL JOIN found USING (extracted_at) FULL JOIN listed USING (delivery_id)
    ORDER BY delivery_id NULLS LAST"""


def _accounts(connection: Connection, source: Source, stream: Stream, check: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    named = [source.name, stream.table]
    deliveries = connection.execute(DELIVERIES.format(raw=raw_relation(source, stream)), [*named, *named]).fetchall()
    delivered, held, listed = (sum(int(row[column]) for row in deliveries) for column in (1, 2, 3))
    waiting = 0
    if _is_synced(connection, named):  # what a sync that goes on, or failed, has written is judged with the next
        waiting = sum(int(row[2]) for row in deliveries if row[0] is None)
        deliveries = [row for row in deliveries if row[0] is not None]
    wrong = [
        str(row[0]) if row[0] is not None else "of no delivery"
        for row in deliveries
        if row[2:4] != row[4:6] or row[1] != row[2] + row[3]
    ]
    fates = Counter(
        dict(connection.execute(f"SELECT fate, count(*) FROM ({fate_sql(source, stream)}) GROUP BY 1").fetchall())
    )
    headline = f"{delivered:,} delivered, {held - waiting:,} in raw, {listed:,} unreadable"
    headline += f", {waiting:,} synced and not judged yet" if waiting else ""
    return verdict(
        check,
        f"{headline}; deliveries that differ: {', '.join(wrong[:5])}" if wrong else headline,
        passed=not wrong and fates.total() == held,
        expected=delivered,
        actual=held - waiting + listed,
        more={fate: fates[fate] for fate in FATES},
    )


def _is_synced(connection: Connection, named: list[str]) -> bool:
    """Airbyte wrote what was judged last."""
    last = (
        "SELECT file_name FROM ops.landed_file WHERE source_system = ? AND stream = ? ORDER BY delivery_id DESC LIMIT 1"
    )
    return str(scalar(connection, last, named) or "").startswith(SYNC)


def staging_spec(source: Source, stream: Stream) -> dg.AssetCheckSpec:
    """The check of a stream's staging model."""
    return spec(
        staging_key(source, stream),
        "holds_every_current_row",
        why="Staging must drop exactly what is superseded, deleted, rejected or not yet accepted.",
        action="the model's SQL no longer follows the rule in landing/current.py; correct it and refresh.",
    )


def staging_results(connection: Connection, wanted: set[dg.AssetKey]) -> Iterator[dg.AssetCheckResult]:
    """One result per wanted staging model: its rows against the fate of every raw row at the model run's marks."""
    for source in SOURCES:
        for stream in source.streams:
            if staging_key(source, stream) in wanted:
                yield _staging(connection, source, stream)


def _staging(connection: Connection, source: Source, stream: Stream) -> dg.AssetCheckResult:
    fates = fate_sql(source, stream, mark_table="ops.model_mark")
    # One row of sums, with no raw id, and one per row that is on one side only.
    rows = connection.execute(
        f"""
        WITH both_sides AS (
            SELECT raw_id, sum(expected) AS expected, sum(actual) AS actual
            FROM (
                SELECT _airbyte_raw_id AS raw_id, 1 AS expected, 0 AS actual FROM ({fates}) WHERE fate = 'current'
                UNION ALL SELECT raw_id, 0, 1 FROM staging.stg_{source.name}__{stream.object}
            ) AS side GROUP BY 1
        )
        SELECT CAST(NULL AS VARCHAR) AS raw_id, coalesce(sum(expected), 0), coalesce(sum(actual), 0) FROM both_sides
        UNION ALL SELECT raw_id, expected, actual FROM both_sides WHERE expected <> actual
        ORDER BY raw_id NULLS FIRST"""
    ).fetchall()
    (_, expected, actual), *differs = rows
    offenders = [str(raw_id) for raw_id, *_ in differs]
    return verdict(
        staging_spec(source, stream),
        f"{actual:,} rows, {expected:,} current in raw, {len(offenders):,} differ",
        passed=not offenders,
        expected=int(expected),
        actual=int(actual),
        offenders=offenders,
    )
