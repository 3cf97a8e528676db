"""The vendor's totals: what they stop, and what makes it go on."""

import pytest

from cdp_platform.landing.controls import control_differences
from tests.landing.shop import GOOD, PEOPLE, SHOP, THINGS, Home, csv_of, record

RIGHT = "2026-03-01,amount,EUR,10.25"


def test_totals_that_agree_let_the_delivery_pass(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.put_controls(THINGS, RIGHT)
    assert home.land(THINGS)[0].status == "loaded"
    with home.open() as connection:
        [total] = control_differences(connection, SHOP, THINGS) or []
        assert (str(total.expected), str(total.actual), total.difference) == ("10.25", "10.25", 0)


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ("2026-03-01,amount,EUR,10.26", "amount of 2026-03 EUR: vendor 10.26, held 10.25, difference -0.01"),
        ("2026-04-01,amount,EUR,10.25", "amount of 2026-03 EUR: vendor 0.00, held 10.25, difference 10.25"),
        ("2026-03-01,amount,USD,10.25", "amount of 2026-03 USD: vendor 10.25, held 0, difference -10.25"),
    ],
    ids=["a cent", "another month", "another currency"],
)
def test_totals_that_are_off_hold_every_new_delivery_until_they_are_corrected(
    home: Home, total: str, said: str
) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.put(PEOPLE, "1.csv", csv_of(GOOD))
    home.put_controls(THINGS, total)
    things, people = home.land()
    assert (things.status, things.cause, people.status) == ("held", "controls", "loaded")
    assert said in (things.reason or "")
    assert home.fates(THINGS) == {"held": ["good"]}
    home.put_controls(THINGS, RIGHT)
    assert home.land(THINGS)[0].reason is None
    assert home.fates(THINGS) == {"current": ["good"]}


def test_without_a_control_file_nothing_is_compared(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    path = home.put_controls(THINGS, "2026-03-01,amount,EUR,999")
    assert home.land(THINGS)[0].cause == "controls"
    path.unlink()
    assert home.land(THINGS)[0].reason is None
    with home.open() as connection:
        assert control_differences(connection, SHOP, THINGS) is None


def test_only_current_rows_count(home: Home) -> None:
    newer = record(Amount="20", ChangedAt="2026-03-02T00:00:00Z")
    home.put(THINGS, "1.csv", csv_of(GOOD, newer, record(Id="bad", Kind="medium", Amount="100")))
    home.put_controls(THINGS, "2026-03-15,amount,eur,20.00")
    assert home.land(THINGS)[0].status == "loaded"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the header must be"),
        (b"period,measure,value\n", "the header must be"),
        (b"period,measure,currency_code,value\n2026-13-01,amount,EUR,1\n", "row 1: period must be"),
        (b"period,measure,currency_code,value\n2026-03-01,amount,EUR,ten\n", "row 1: period must be"),
        (b"period,measure,currency_code,value\n2026-03-01,amount,EUR,NaN\n", "row 1: period must be"),
        (b"period,measure,currency_code,value\n2026-03-01,amount,EUR,1e50\n", "row 1: period must be"),
        (b"period,measure,currency_code,value\n2026-03-01,amount,EUR,1.001\n", "row 1: period must be"),
        (b"period,measure,currency_code,value\n2026-03-01\n", "row 1: period must be"),
        (b"period,measure,currency_code,value\n2026-03-01,amt,EUR,1\n", "row 1: unknown measure; Things declares am"),
        (b"period,measure,currency_code,value\n" + b"2026-03-01,amount,EUR,1\n" * 2, "row 2: a second total"),
        (b"period,measure,currency_code,value\n2026-03-01,am\xffunt,EUR,1\n", "not CSV in UTF-8"),
    ],
)  # fmt: skip
def test_totals_that_cannot_be_read_hold_the_delivery_and_say_where(home: Home, content: bytes, said: str) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.put(THINGS, "../_control/things.csv", content)
    [done] = home.land(THINGS)
    assert (done.status, done.cause) == ("held", "controls")
    assert said in (done.reason or "")
    assert home.fates(THINGS) == {"held": ["good"]}


def test_totals_of_a_stream_that_declares_none_are_not_ignored(home: Home) -> None:
    home.put(PEOPLE, "1.csv", csv_of(GOOD))
    home.put_controls(PEOPLE, RIGHT)
    assert "People declares none" in (home.land(PEOPLE)[0].reason or "")
