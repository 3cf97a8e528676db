"""Whether webhooks come in as they should: what was refused, what could not be stored, a receiver that is gone.

Here: what the counts of the receiver mean. Not here: counting (`cdp_platform.receiving.counts`).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cdp_platform.receiving.counts import LACKS_COLUMNS, Counts, read_counts
from cdp_platform.receiving.refusal import ACCEPTED, SIGNED, Outcome
from cdp_platform.receiving.spool import left_behind
from cdp_platform.serving.findings import Finding, Section

SILENT = timedelta(minutes=5)
REFUSALS = tuple(outcome for outcome in Outcome if outcome not in ACCEPTED)
START = "STRIPE_WEBHOOK_SECRET=whsec_… cdp receive"


def webhook_findings(folder: Path, now: datetime) -> Iterator[Finding]:
    """What to know about a home's receiver; nothing where none ever ran."""
    counts = read_counts(folder)
    if counts is None:
        return
    if not counts.is_stopped and now - counts.alive_at > SILENT:
        waiting = len(left_behind(folder))
        why = "the receiver ended without being told to" + (
            f"; {waiting} journal{'s' * (waiting > 1)} of answered events wait for it to start again" if waiting else ""
        )
        yield Finding(Section.WEBHOOKS, "cdp receive", counts.alive_at, why, START)
    # whole days are counted: yesterday's belong to the last 24 hours
    since = (now - timedelta(days=1)).date()
    told = counts.since(since)
    refused = {outcome: told[outcome] for outcome in REFUSALS if told[outcome]}
    if refused:
        yield _refused(counts, told, refused)
    if told[LACKS_COLUMNS]:
        why = (
            f"{told[LACKS_COLUMNS]:,} since yesterday; is the endpoint of another API version than its source declares?"
        )
        run = "compare the endpoint's API version with cdp_platform/sources/stripe.py"
        yield Finding(Section.WEBHOOKS, LACKS_COLUMNS, counts.last[LACKS_COLUMNS], why, run, is_failing=False)


def _refused(counts: Counts, told: Counter[str], refused: dict[Outcome, int]) -> Finding:
    """Anybody can send rubbish to a public address, which is no failure; nothing but refusals of signed events is."""
    accepted = sum(told[outcome] for outcome in ACCEPTED)
    is_locked_out = not accepted and any(outcome in refused for outcome in SIGNED)
    at = counts.last.get(Outcome.NOT_STORED)
    is_full = at is not None and Outcome.NOT_STORED in refused and at > counts.last.get(Outcome.KEPT, at - SILENT)
    said = ", ".join(f"{count:,} {outcome}" for outcome, count in refused.items())
    run = (
        "make room on the disk of the home" if is_full else "see who sends: the proxy's log; Stripe's list of attempts"
    )
    if is_locked_out:
        run = "compare STRIPE_WEBHOOK_SECRET with the endpoint's, and this machine's clock"
    last = max(counts.last[outcome] for outcome in refused)
    return Finding(
        Section.WEBHOOKS,
        f"{sum(refused.values()):,} requests were refused",
        last,
        f"since yesterday: {said}; {accepted:,} were taken",
        run,
        is_failing=is_locked_out or is_full,
    )
