"""What can become of a request: the words in which it is counted, and the refusal of one.

Here: the vocabulary. Not here: who refuses what (`signature`, `stripe_event`, `app`), where it is counted (`counts`).
"""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a request; from NO_SIGNATURE on it was refused, and the vendor sends it again."""

    KEPT = "kept"
    DUPLICATE = "duplicate"
    NOT_KEPT = "of no stream"
    NO_SIGNATURE = "no signature"
    BAD_SIGNATURE = "bad signature"
    TOO_OLD = "too old"
    NO_EVENT = "no event"
    TOO_LARGE = "too large"
    NOT_STORED = "could not be stored"


ACCEPTED = (Outcome.KEPT, Outcome.DUPLICATE, Outcome.NOT_KEPT)
SIGNED = (Outcome.BAD_SIGNATURE, Outcome.TOO_OLD)
"""Refusals of what claims to come from the vendor: with a wrong secret or a wrong clock, every delivery is one."""


class Refused(Exception):
    """The request is not taken. `outcome` says why; nothing of the request is in the text."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
