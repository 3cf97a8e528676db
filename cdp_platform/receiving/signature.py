"""Stripe's signature scheme: whether a body comes from who knows the secret, and was sent just now.

The header `Stripe-Signature` holds the moment (`t=`) and one signature per secret in force (`v1=`): HMAC-SHA256 of
moment, point and raw body. Here: judging it. Not here: what the body says (`stripe_event`), where secrets come from.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import timedelta

from cdp_platform.receiving.refusal import Outcome, Refused

SCHEME = "v1"
TOLERANCE = timedelta(minutes=5)
_MOMENT = re.compile(r"[0-9]{1,12}")


def verify(header: str | None, body: bytes, secrets: Sequence[str], *, now: float) -> None:
    """Let a body pass that one of the secrets signed within the tolerance of `now`. Raises Refused.

    Who cannot sign learns nothing of the clock: the signature is judged first.
    """
    if not header:
        raise Refused(Outcome.NO_SIGNATURE)
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    signatures = [value.encode() for name, _, value in parts if name == SCHEME]
    if len(moments) != 1 or not _MOMENT.fullmatch(moments[0]) or not signatures:
        raise Refused(Outcome.BAD_SIGNATURE)
    expected = [signature_of(body, secret, moments[0]).encode() for secret in secrets]
    # every pair is compared, so that the time taken says nothing about which secret is in force
    if not sum(hmac.compare_digest(ours, theirs) for ours in expected for theirs in signatures):
        raise Refused(Outcome.BAD_SIGNATURE)
    if abs(now - int(moments[0])) > TOLERANCE.total_seconds():
        raise Refused(Outcome.TOO_OLD)


def signature_of(body: bytes, secret: str, moment: str) -> str:
    """The signature in hex digits, as Stripe computes it."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
