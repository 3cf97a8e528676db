"""What the on-call must know, as a list: each entry says what, since when, why, and what to run.

Here: its shape. Not here: what is looked at (`deliveries`, `check_history`, `run_history`, `releases`,
`webhooks`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Section(StrEnum):
    """The kinds of trouble, in the order in which they are read."""

    STALE = "stale"
    CHECKS = "failing checks"
    RUNS = "runs"
    WEBHOOKS = "webhooks"
    HELD = "held streams"
    QUARANTINE = "quarantine"
    EXCEPTIONS = "exceptions"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Finding:
    """One thing to know. `is_failing`: it makes `cdp status` end with 1; the others are there to be looked at some day.

    Never holds a value of a record.
    """

    section: Section
    what: str
    since: datetime | None
    why: str
    run: str
    is_failing: bool = True
