"""Which age speaks for an asset that is built from several streams."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from asset_checks.freshness import freshness_result
from cdp_platform.assets.extracts import STREAMS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAILY = dg.AssetKey(["raw", "platform__leave_events"])
WEEKLY = dg.AssetKey(["raw", "platform__health_scores"])
STATIC = dg.AssetKey(["raw", "stripe__products"])
MODEL = dg.AssetKey(["gold", "fact_active_lives"])
ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN


def said(waters: Mapping[dg.AssetKey, datetime | None]) -> tuple[bool, str | None, dg.AssetCheckSeverity]:
    result = freshness_result(MODEL, [DAILY, WEEKLY, STATIC], waters, NOW)
    return result.passed, result.description, result.severity


def before(key: dg.AssetKey, *, beyond: timedelta) -> datetime:
    allowed = STREAMS[key][1].cadence.max_age
    assert allowed is not None
    return NOW - allowed - beyond


@pytest.mark.parametrize("key", [DAILY, WEEKLY])
def test_a_stream_may_be_as_old_as_its_cadence_allows_and_no_older(key: dg.AssetKey) -> None:
    fresh = {DAILY: NOW, WEEKLY: NOW}
    assert said(fresh | {key: before(key, beyond=timedelta(0))})[0]
    passed, words, severity = said(fresh | {key: before(key, beyond=timedelta(seconds=1))})
    assert (passed, severity) == (False, ERROR)
    assert words is not None
    assert words.startswith(f"newest record of platform.{STREAMS[key][1].table} is ")


def test_a_stream_that_never_delivered_is_a_warning() -> None:
    assert said({DAILY: NOW, WEEKLY: None}) == (False, "platform.health_scores never delivered a row that counts", WARN)


def test_a_stream_that_never_delivered_hides_none_that_is_stale() -> None:
    passed, words, severity = said({DAILY: before(DAILY, beyond=timedelta(hours=1)), WEEKLY: None})
    assert (passed, words, severity) == (
        False, "newest record of platform.leave_events is 49.0 h old, 48 h allowed", ERROR,
    )  # fmt: skip


@pytest.mark.parametrize("waters", [{}, {STATIC: NOW - timedelta(days=900)}])
def test_sources_that_are_not_in_use_and_streams_without_a_cadence_are_never_stale(
    waters: Mapping[dg.AssetKey, datetime | None],
) -> None:
    assert said(waters)[:2] == (True, "no stream here has a cadence")
