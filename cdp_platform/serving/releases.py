"""What readers see, and whether it is what they should: withheld, rolled back, or old.

Here: versions and what the publish gate said. Not here: the checks behind a red gate (`check_history`).
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cdp_platform.serving.findings import Finding, Section
from cdp_platform.serving.publish import Version
from cdp_platform.warehouse.duckdb import Connection

MAX_AGE = timedelta(hours=30)
"""Models are rebuilt daily; the same allowance as their assets' freshness policy."""

HOUR = timedelta(hours=1)
MEND = "mend the failing checks, then cdp refresh"


def release_findings(
    versions: Sequence[Version], withheld: tuple[datetime, str] | None, rebuilt_at: datetime | None, now: datetime
) -> Iterator[Finding]:
    """What to know about the published version.

    `versions`: newest first; `withheld`: since when the gate is red, and why; `rebuilt_at`: when gold was last built.
    """
    current = next((version for version in versions if version.is_current), None)
    if withheld is None and rebuilt_at is not None and (not versions or rebuilt_at > versions[0].published_at):
        withheld = (rebuilt_at, "gold was rebuilt since, but its run did not get to publish")
    if withheld is not None:
        since, reason = withheld
        what = f"readers keep {current.name}" if current else "nothing is published"
        yield Finding(Section.PUBLISH, what, since, f"withheld: {reason}", MEND)
    elif current is None:
        yield Finding(Section.PUBLISH, "nothing is published", None, "no refresh has published yet", "cdp refresh")
    elif not versions[0].is_current:
        why = f"{versions[0].name} was rolled back"
        run = f"cdp refresh, or cdp publish rollback {versions[0].name}"
        yield Finding(Section.PUBLISH, f"readers see {current.name}", versions[0].published_at, why, run)
    if current is not None and now - current.as_of > MAX_AGE:
        why = f"it is the state of {(now - current.as_of) / HOUR:,.0f} h ago, {MAX_AGE / HOUR:.0f} h allowed"
        yield Finding(
            Section.PUBLISH,
            f"readers see {current.name}",
            current.as_of + MAX_AGE,
            why,
            "cdp refresh; is the daemon running?",
        )


def withheld_since(connection: Connection) -> tuple[datetime, str] | None:
    """When the gate became red and what it said last, or None where the last attempt was published."""
    rows = connection.execute(
        "SELECT published_at, is_published, reason FROM ops.publication ORDER BY published_at DESC, version DESC"
    ).fetchall()
    streak = []
    for at, is_published, reason in rows:
        if is_published:
            break
        streak.append((at, reason))
    if not streak:
        return None
    obstacles = (streak[0][1] or "a line-stopping check failed").split("; ")
    more = f" and {len(obstacles) - 1} more" if len(obstacles) > 1 else ""
    return streak[-1][0], obstacles[0] + more


def exception_findings(file: Path) -> Iterator[Finding]:
    """Decisions about who is who that nobody has approved."""
    if not file.exists():
        return
    with file.open(encoding="utf-8-sig", newline="") as handle:
        waiting = [
            row.get("exception_id") or "?" for row in csv.DictReader(handle) if not (row.get("approver") or "").strip()
        ]
    if waiting:
        why = f"{len(waiting)} without an approver, not applied: {', '.join(waiting[:5])}"
        run = f"fill in the approver in {file.name}, then cdp refresh"
        yield Finding(Section.EXCEPTIONS, "decisions about who is who", None, why, run, is_failing=False)
