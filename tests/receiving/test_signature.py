"""Stripe's signature scheme, against signatures that were not made by the code that judges them."""

import pytest

from cdp_platform.receiving.refusal import Outcome, Refused
from cdp_platform.receiving.signature import verify
from tests.receiving.sender import SECRET, signed

BODY, NOW = b'{"id":"evt_1"}', 1_700_000_000
# printf '%s' '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_fixed
FIXED = "1ea71455e51291820430ed7fe35ff5f4c9f070501cab7cf67d315e6322eab42a"


def header(*secrets: str, at: float = NOW) -> str:
    return signed(BODY, *secrets, at=at)["Stripe-Signature"]


def refusal(said: str | None, *, body: bytes = BODY, now: float = NOW) -> Outcome | None:
    try:
        verify(said, body, [SECRET], now=now)
    except Refused as refused:
        return refused.outcome
    return None


def test_the_signature_that_openssl_makes_passes() -> None:
    verify(f"t={NOW},v1={FIXED}", BODY, ["whsec_fixed"], now=NOW)


def test_while_a_secret_is_rolled_either_passes() -> None:
    old, new, other = "whsec_old", "whsec_new", "whsec_other"
    for said in (header(old), header(new), header(old, new), header(other, new)):
        verify(said, BODY, [old, new], now=NOW)
    with pytest.raises(Refused):
        verify(header(other), BODY, [old, new], now=NOW)


def test_without_any_secret_nothing_passes() -> None:
    for said in (header(""), header(SECRET)):
        with pytest.raises(Refused):
            verify(said, BODY, [], now=NOW)


@pytest.mark.parametrize("away", [0, 299, 300, -299, -300])
def test_within_five_minutes_it_passes(away: int) -> None:
    assert refusal(header(), now=NOW + away) is None


@pytest.mark.parametrize("away", [301, 86_400, -301])
def test_what_was_sent_at_another_time_is_a_replay(away: int) -> None:
    assert refusal(header(), now=NOW + away) is Outcome.TOO_OLD


def test_a_forged_moment_is_a_bad_signature_whatever_the_clock_says() -> None:
    signature = header(at=NOW - 400).split(",", 1)[1]
    assert refusal(f"t={NOW},{signature}") is Outcome.BAD_SIGNATURE
    assert refusal(f"t={NOW - 9999},v1={FIXED}") is Outcome.BAD_SIGNATURE


@pytest.mark.parametrize(
    "said",
    [
        "t=1700000000",
        f"v1={FIXED}",
        f"t=,v1={FIXED}",
        f"t=-1,v1={FIXED}",
        f"t=٣,v1={FIXED}",
        f"t=1e9,v1={FIXED}",
        f"t={'9' * 5000},v1={FIXED}",
        f"t=1,t=1700000000,v1={FIXED}",
        "t=1700000000,v1=",
        "t=1700000000,v1=ünï",
        ",,,",
        "nonsense",
    ],
)
def test_a_header_that_is_none_is_a_bad_signature(said: str) -> None:
    assert refusal(said) is Outcome.BAD_SIGNATURE


def test_other_schemes_do_not_count() -> None:
    assert refusal(header().replace("v1=", "v0=")) is Outcome.BAD_SIGNATURE


@pytest.mark.parametrize("said", [None, ""])
def test_who_does_not_sign_is_nobody(said: str | None) -> None:
    assert refusal(said) is Outcome.NO_SIGNATURE


@pytest.mark.parametrize("body", [BODY + b"\n", BODY[:-1], b"", BODY.replace(b"1", b"2")])
def test_another_body_is_a_bad_signature(body: bytes) -> None:
    assert refusal(header(), body=body) is Outcome.BAD_SIGNATURE
