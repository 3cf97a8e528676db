"""The vendor's monthly totals as a file: `_control/<stream>.csv`.

Here: reading it, and refusing one that could not be compared. Not here: the comparison (`controls`).
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cdp_platform.sources import Stream

HEADER = ("period", "measure", "currency_code", "value")
LARGEST = Decimal(10) ** 30

ControlRow = tuple[date, str, str, Decimal]


class BadControlFile(ValueError):
    """A control file that cannot be read: names the file, the row and the remedy."""


def read_control_file(path: Path, stream: Stream) -> list[ControlRow]:
    """Rows of `period,measure,currency_code,value`; any day of a month stands for the month. Raises BadControlFile."""
    declared = {control.name for control in stream.controls}
    found: dict[tuple[date, str, str], Decimal] = {}
    for number, row in enumerate(_rows(path), start=1):
        place = f"{path.name}, row {number}"
        period, value = _period(row["period"]), _value(row["value"])
        if period is None or value is None:
            raise BadControlFile(f"{place}: period must be YYYY-MM-DD and value a number with at most two decimals")
        measure, code = row["measure"].strip(), (row["currency_code"] or "").strip().upper()
        if measure not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise BadControlFile(f"{place}: unknown measure; {stream.name} declares {known}")
        if (period, measure, code) in found:
            raise BadControlFile(f"{place}: a second total of the same month, measure and currency")
        found[period, measure, code] = value
    return sorted((*key, value) for key, value in found.items())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            if sorted(reader.fieldnames or ()) != sorted(HEADER):
                raise BadControlFile(f"{path.name}: the header must be {','.join(HEADER)}")
            yield from reader
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadControlFile(f"{path.name}: not CSV in UTF-8") from error


def _period(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip()).replace(day=1)
    except ValueError:
        return None


def _value(text: str | None) -> Decimal | None:
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > LARGEST:
        return None
    exponent = value.normalize().as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -2 else None
