"""Short constructors for the columns that every source has: the words in which `sources/<source>.py` is written."""

from typing import Any

from cdp_platform.sources.contract import Classification, Column, Pii, Type

CURRENCY_PATTERN = "^[A-Za-z]{3}$"
MOST_MONEY = 1e15
"""An amount beyond it fits no `numeric(18, 2)` and is a fault of the source."""


def key(name: str, description: str, type: Type = Type.TEXT) -> Column:
    """The record's own identifier: never null, and a value that does not fit rejects the row."""
    return Column(name, type, description, required=True, critical=True)


def text(name: str, description: str, **rules: Any) -> Column:
    """Text; `pii=` marks it restricted."""
    return Column(name, Type.TEXT, description, **_restricted(rules))


def integer(name: str, description: str, **rules: Any) -> Column:
    """A whole number that fits 64 bits."""
    return Column(name, Type.INTEGER, description, **rules)


def number(name: str, description: str, **rules: Any) -> Column:
    """A floating-point number that is not money."""
    return Column(name, Type.NUMBER, description, **rules)


def money(name: str, description: str, type: Type = Type.NUMBER, **rules: Any) -> Column:
    """An amount; confidential, and a value that does not fit rejects the row. Integer amounts are minor units."""
    rules.setdefault("classification", Classification.CONFIDENTIAL)
    rules.setdefault("minimum", -MOST_MONEY)
    rules.setdefault("maximum", MOST_MONEY)
    return Column(name, type, description, critical=True, **rules)


def currency(name: str, description: str, **rules: Any) -> Column:
    """An ISO 4217 code of three letters."""
    return Column(name, Type.TEXT, description, pattern=CURRENCY_PATTERN, **rules)


def flag(name: str, description: str, **rules: Any) -> Column:
    """True or false."""
    return Column(name, Type.BOOLEAN, description, **rules)


def time(name: str, description: str, **rules: Any) -> Column:
    """A moment with its zone."""
    return Column(name, Type.TIMESTAMP, description, **rules)


def cursor(name: str, description: str = "When the record last changed at the source.", **rules: Any) -> Column:
    """The moment a record last changed: orders its versions, so it is never null and never guessed."""
    return Column(name, Type.TIMESTAMP, description, required=True, critical=True, **rules)


def epoch(name: str, description: str, **rules: Any) -> Column:
    """A moment as whole seconds since 1970-01-01T00:00:00Z."""
    return Column(name, Type.INTEGER, description, minimum=0, maximum=253402300799, **rules)


def day(name: str, description: str, **rules: Any) -> Column:
    """A calendar date."""
    return Column(name, Type.DATE, description, **rules)


def business_day(name: str, description: str, **rules: Any) -> Column:
    """A date that money or a count is booked under: a value that does not fit rejects the row."""
    return Column(name, Type.DATE, description, critical=True, **rules)


def json(name: str, description: str, **rules: Any) -> Column:
    """An object or an array; `pii=` marks it restricted."""
    return Column(name, Type.JSON, description, **_restricted(rules))


def _restricted(rules: dict[str, Any]) -> dict[str, Any]:
    if rules.get("pii", Pii.NONE) is Pii.NONE:
        return rules
    return {"classification": Classification.RESTRICTED} | rules
