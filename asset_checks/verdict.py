"""How a Python check is declared and how it speaks: expected, actual, difference as numbers, and one headline.

Here: the vocabulary all kinds share. Not here: any question asked of the data.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg


def spec(asset: dg.AssetKey, name: str, *, why: str, action: str, blocking: bool = False) -> dg.AssetCheckSpec:
    """A check: its name is the sentence that is true when it passes; `why` it matters, and what the on-call does."""
    return dg.AssetCheckSpec(name=name, asset=asset, description=f"{why} On failure: {action}", blocking=blocking)


def verdict(
    check: dg.AssetCheckSpec,
    headline: str,
    *,
    passed: bool,
    expected: float | int,
    actual: float | int,
    warn: bool = False,
    more: Mapping[str, Any] | None = None,
) -> dg.AssetCheckResult:
    """The result of a check. `warn`: a failure is a warning. No value of a record goes into `headline` or `more`."""
    return dg.AssetCheckResult(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR,
        description=headline,
        metadata={"expected": expected, "actual": actual, "difference": round(actual - expected, 6), **(more or {})},
    )
