"""How old is the data? The age of the newest record at the source, carried to everything that is built from it.

Here: one `is_fresh` per asset, an ERROR that never blocks. Not here: how long ago the asset was last built (its
FreshnessPolicy).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.extracts import STREAMS
from cdp_platform.warehouse.connection import Connection

HOUR = timedelta(hours=1)


def freshness_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """The check of one asset."""
    return spec(
        asset,
        "is_fresh",
        why="Stale data is reported as if it were today's.",
        action="`cdp status` names the stream; see whether its delivery came, then `cdp refresh <source>`.",
    )


def high_waters(connection: Connection) -> dict[dg.AssetKey, datetime | None]:
    """The newest accepted record per stream of every source in use (that delivered one); None: the stream has none."""
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
    """Whether every stream in use among `inputs` is as new as its cadence promises.

    The stalest stream speaks. A stream that never delivered is a warning, and never hides one that is stale.
    """
    check = freshness_spec(asset)
    ages = {key: now - water for key in inputs if (water := waters.get(key)) is not None and _allowed(key)}
    silent = sorted(_name(key) for key in inputs if key in waters and waters[key] is None)
    worst = max(ages, key=lambda key: (_strain(key, ages), _name(key)), default=None)
    if worst is not None and (_strain(worst, ages) > 1 or not silent):
        allowed = _allowed(worst)
        assert allowed is not None
        return verdict(
            check,
            f"newest record of {_name(worst)} is {ages[worst] / HOUR:.1f} h old, {allowed / HOUR:.0f} h allowed",
            passed=ages[worst] <= allowed,
            expected=round(allowed / HOUR, 2),
            actual=round(ages[worst] / HOUR, 2),
            more={"unit": "hours", "oldest_input": _name(worst)},
        )
    said = f"{', '.join(silent[:3])} never delivered a row that counts" if silent else "no stream here has a cadence"
    return verdict(check, said, passed=not silent, expected=0, actual=len(silent), warn=True)


def _name(key: dg.AssetKey) -> str:
    source, stream = STREAMS[key]
    return f"{source.name}.{stream.table}"


def _allowed(key: dg.AssetKey) -> timedelta | None:
    return STREAMS[key][1].cadence.max_age


def _strain(key: dg.AssetKey, ages: Mapping[dg.AssetKey, timedelta]) -> float:
    """Age as a multiple of what is allowed."""
    allowed = _allowed(key)
    assert allowed is not None
    return ages[key] / allowed


def freshness_results(
    connection: Connection, inputs: Mapping[dg.AssetKey, Sequence[dg.AssetKey]], now: datetime | None = None
) -> Iterator[dg.AssetCheckResult]:
    """One result per asset of `inputs`, which maps it to the raw assets it is built from."""
    waters = high_waters(connection)
    for asset, raw in inputs.items():
        yield freshness_result(asset, raw, waters, now or datetime.now(UTC))
