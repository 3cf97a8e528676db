"""The values behind an edge: both records' columns of every field that was compared.

Here: which columns a field has, and whether both records write the same. Not here: how values are compared (`compare`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cdp_platform.identity.schema import ORGANIZATION

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("company_name",),
    "given": ("first_name",),
    "surname": ("last_name",),
    "domain": ("website", "email"),
    "web_domain": ("website",),
    "mail_domain": ("email",),
    "device": ("device_id",),
    "place": ("street", "postal_code", "city"),
    "work": ("company_name", "email"),
}
"""The columns of a record behind a compared field; a field that is not here is a column of its own."""
_AROUND_HOST = r"^\s*(\w+://)?(www\.)?|/.*$"
_NAMES = ("first_name", "last_name")


@dataclass(frozen=True)
class Compared:
    """One column of both records behind a field of an edge. `weight`: in bits, on the field's first column."""

    field: str
    weight: float | None
    column: str
    value_a: str | None
    value_b: str | None

    @property
    def written(self) -> str:
        """`same`, `differs`, or `only one has it`: as the records spell it, not as it is compared."""
        if self.value_a is None or self.value_b is None:
            return "only one has it"
        one, other = (" ".join(value.casefold().split()) for value in (self.value_a, self.value_b))
        return "same" if one == other else "differs"


def compared(edge: Mapping[str, Any], record_a: Mapping[str, Any], record_b: Mapping[str, Any]) -> Iterator[Compared]:
    """The values of both records behind the fields of an edge, as the records have them; what neither has is left out.

    Fields are those that were weighed; of an edge without weight, those that agree.
    """
    weighed = re.findall(r"(\w+) ([+-][\d.]+)", edge["fields"] or "")
    weights = {name: float(bits) for name, bits in weighed} or dict.fromkeys(_evidence(edge))
    for field, weight in weights.items():
        told = weight
        for column in _columns(field, record_a, record_b):
            one, other = _value(record_a, column), _value(record_b, column)
            if one is not None or other is not None:
                yield Compared(field, told, column, one, other)
                told = None


def _columns(field: str, *records: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of the field; a mailbox shows its domain only where the websites are not one already."""
    found = COLUMNS.get(field, (field,))
    hosts = {re.sub(_AROUND_HOST, "", (record.get("website") or "").casefold()) for record in records}
    return found[:1] if found == COLUMNS["domain"] and len(hosts) == 1 and hosts != {""} else found


def _evidence(edge: Mapping[str, Any]) -> list[str]:
    """The fields that agree; of a person's decision, which has an exception for evidence, all that have a name."""
    if edge["rule"] != "exception":
        return (edge["evidence"] or "").split(", ")
    names = ["name"] if edge["record_type"] == ORGANIZATION else ["given", "surname"]
    return [*names, "email", "phone", "tax_id", "place"]


def _value(record: Mapping[str, Any], column: str) -> str | None:
    """A record's value as text; a name that has no column of its own is in `full_name`."""
    value = record.get(column)
    if value is None and (column in _NAMES or (column == "company_name" and record["record_type"] == ORGANIZATION)):
        value = record.get("full_name")
    return None if value is None else str(value)
