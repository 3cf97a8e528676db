"""How a Python check is declared and how it speaks: expected, actual, difference as numbers, and one headline.

Here: the vocabulary all kinds share. Not here: any question asked of the data.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from cdp_platform.assets.dbt_offenders import NAMED


class LineStopped(dg.Failure):
    """A line-stopping check failed: what comes after it is not built."""


def spec(
    asset: dg.AssetKey,
    name: str,
    *,
    why: str,
    action: str,
    blocking: bool = False,
    reads: Sequence[dg.AssetKey] = (),
) -> dg.AssetCheckSpec:
    """A check: its name is the sentence that is true when it passes; `why` it matters, and what the on-call does.

    `reads`: what it looks at besides the asset; once one of them is built anew, the check has to run again.
    """
    return dg.AssetCheckSpec(
        name=name,
        asset=asset,
        description=f"{why} On failure: {action} Runbook: docs/runbooks/{name}.md",
        blocking=blocking,
        additional_deps=list(reads),
    )


def verdict(
    check: dg.AssetCheckSpec,
    headline: str,
    *,
    passed: bool,
    expected: float | int,
    actual: float | int,
    warn: bool = False,
    offenders: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
) -> dg.AssetCheckResult:
    """The result of a check. `warn`: a failure is a warning. `offenders`: keys of the rows at fault, in order.

    No value of a record goes into `headline` or `more`, and keys are named by their hash (see `hashed`).
    """
    named = {"offending_rows": ", ".join(map(hashed, offenders[:NAMED]))} if offenders else {}
    return dg.AssetCheckResult(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR,
        description=headline,
        metadata={
            "expected": expected,
            "actual": actual,
            "difference": round(actual - expected, 6),
            **named,
            **(more or {}),
        },
    )


def stopping(
    results: Iterable[dg.AssetCheckResult], blocking: Collection[dg.AssetCheckKey]
) -> Iterator[dg.AssetCheckResult]:
    """The results, one by one. Raises LineStopped after the last, where one of the `blocking` checks failed.

    Dagster would stop as well, but its first line has neither check nor table nor number.
    """
    failed = []
    for result in results:
        yield result
        is_error = not result.passed and result.severity is dg.AssetCheckSeverity.ERROR
        assert result.asset_key is not None
        assert result.check_name is not None
        if is_error and dg.AssetCheckKey(result.asset_key, result.check_name) in blocking:
            failed.append(result)
    if failed:
        [first, *others] = failed
        assert first.asset_key is not None
        what = f"{'/'.join(first.asset_key.path)}: {first.check_name}: {first.description}"
        more = f"; and {len(others)} more" if others else ""
        run = f"; run: cdp where {first.asset_key.path[-1]}"
        raise LineStopped(description=f"{what}{more}{run}", allow_retries=False)


def hashed(key: str) -> str:
    """A key as a check names it: `left(md5(key), 12)` in SQL finds the row again."""
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()[:12]
