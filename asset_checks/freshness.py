"""How old is the data? The age of the newest record at the source, carried to everything that is built from it.

Here: one `is_fresh` per asset, an ERROR that never blocks. Not here: how long ago the asset was last built (its
FreshnessPolicy).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.extracts import raw_key
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Cadence
from cdp_platform.warehouse.duckdb import Connection

HOUR = timedelta(hours=1)
STREAMS: dict[dg.AssetKey, tuple[Source, Stream]] = {
    raw_key(source, stream): (source, stream) for source in SOURCES for stream in source.streams
}


def freshness_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """The check of one asset."""
    return spec(
        asset,
        "is_fresh",
        why="Stale data is reported as if it were today's.",
        action="`cdp status` names the stream; see whether its delivery came, then `cdp refresh <source>`.",
    )


def high_waters(connection: Connection) -> dict[dg.AssetKey, datetime | None]:
    """The newest record per stream of every source in use (that delivered at least one file)."""
    rows = connection.execute(
        "SELECT source_system, stream, max(high_water) FROM ops.load_audit GROUP BY 1, 2"
    ).fetchall()
    found = {(source, stream): high_water for source, stream, high_water in rows}
    used = {source for (source, _), high_water in found.items() if high_water is not None}
    return {
        key: found.get((source.name, stream.table)) for key, (source, stream) in STREAMS.items() if source.name in used
    }


def freshness_result(
    asset: dg.AssetKey, inputs: Sequence[dg.AssetKey], waters: Mapping[dg.AssetKey, datetime | None], now: datetime
) -> dg.AssetCheckResult:
    """Whether every stream in use among `inputs` is as new as its cadence promises; the oldest speaks."""
    check = freshness_spec(asset)
    judged = [key for key in inputs if key in waters and STREAMS[key][1].cadence is not Cadence.STATIC]
    if not judged:
        return verdict(check, "no source with a cadence is in use", passed=True, expected=0, actual=0)
    ages = {key: _age(waters[key], now) for key in judged}
    worst = max(judged, key=lambda key: (ages[key] / _allowed(key), str(key)))
    age, allowed = ages[worst], _allowed(worst)
    source, stream = STREAMS[worst]
    never = waters[worst] is None
    headline = (
        f"{source.name}.{stream.table} has never delivered a valid row"
        if never
        else f"newest record of {source.name}.{stream.table} is {age / HOUR:.1f} h old, {allowed / HOUR:.0f} h allowed"
    )
    hours = 0.0 if never else age / HOUR
    return verdict(
        check,
        headline,
        passed=age <= allowed,
        expected=round(allowed / HOUR, 2),
        actual=round(hours, 2),
        warn=never,
        more={"oldest_input": f"{source.name}.{stream.table}"},
    )


def _allowed(key: dg.AssetKey) -> timedelta:
    allowed = STREAMS[key][1].cadence.max_age
    assert allowed is not None
    return allowed


def _age(water: datetime | None, now: datetime) -> timedelta:
    return now - water if water is not None else timedelta(days=36_500)


def freshness_results(
    connection: Connection, inputs: Mapping[dg.AssetKey, Sequence[dg.AssetKey]], now: datetime | None = None
) -> Iterator[dg.AssetCheckResult]:
    """One result per asset of `inputs`, which maps it to the raw assets it is built from."""
    waters = high_waters(connection)
    for asset, raw in inputs.items():
        yield freshness_result(asset, raw, waters, now or datetime.now(UTC))
