"""Reading people's decisions about who is who: a small CSV that people write by hand.

Here: its form; errors name the row and never a value. Not here: what a decision means (`identity.exceptions`).
"""

import csv
from datetime import date
from pathlib import Path

import polars as pl

from cdp_platform.identity import EXCEPTION_SCHEMA


class BadExceptionsFile(ValueError):
    """The exceptions file cannot be read: names the file, the row (from 1, after the header) and the remedy."""


def read_exceptions(path: Path) -> pl.DataFrame:
    """The decisions in the columns of `EXCEPTION_SCHEMA`; none where there is no file. Raises BadExceptionsFile."""
    if not path.exists():
        return pl.DataFrame(schema=EXCEPTION_SCHEMA)
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header, *lines = list(csv.reader(handle, strict=True)) or [[]]
    except UnicodeDecodeError as error:
        raise BadExceptionsFile(f"{path.name} is not UTF-8: save it as CSV UTF-8") from error
    except csv.Error as error:
        raise BadExceptionsFile(
            f"{path.name} cannot be read: a quoted value is not closed, or goes on after it"
        ) from error
    names = [name.strip() for name in header]
    missing = [name for name in EXCEPTION_SCHEMA if name not in names]
    if missing:
        columns = ", ".join(EXCEPTION_SCHEMA)
        raise BadExceptionsFile(f"{path.name}: the header lacks {', '.join(missing)}; the columns are {columns}")
    filled = [(number, values) for number, values in enumerate(lines, start=1) if any(map(str.strip, values))]
    rows = [_row(path, number, names, values) for number, values in filled]
    return pl.DataFrame(rows, schema=EXCEPTION_SCHEMA, orient="row")


def _row(path: Path, number: int, names: list[str], values: list[str]) -> list[str | date | None]:
    if len(values) > len(names):
        said = f"{len(values)} values where the header has {len(names)}"
        raise BadExceptionsFile(f"{path.name} row {number}: {said}; put values with commas into double quotes")
    given = dict(zip(names, [*values, *[""] * (len(names) - len(values))], strict=True))
    return [
        _day(path, number, name, given[name].strip()) if type_ == pl.Date else given[name] or None
        for name, type_ in EXCEPTION_SCHEMA.items()
    ]


def _day(path: Path, number: int, name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadExceptionsFile(f"{path.name} row {number}: {name} is no date; write YYYY-MM-DD") from None
