"""Adding a decision about who is who: one more row at the end of the exceptions file, and nothing else changes.

Here: the row, its id, and the file written in one step. Not here: reading the file (`exceptions_file`), whether the
decision may be taken (`deciding`), or what it means (`identity.exceptions`).
"""

import csv
import io
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from cdp_platform.identity import EXCEPTION_SCHEMA

FIRST_ID = "x1"


def appended(path: Path, row: Mapping[str, object]) -> None:
    """Add the row (by column of `EXCEPTION_SCHEMA`) to the file, which is made where there is none.

    The file is replaced in one step; all that it holds stays byte for byte, columns of its own included. It must be one
    that `read_exceptions` reads.
    """
    before = path.read_bytes().decode("utf-8") if path.exists() else f"{','.join(EXCEPTION_SCHEMA)}\n"
    header = next(csv.reader(io.StringIO(before.removeprefix("\ufeff"), newline="")))
    ending = "\r\n" if "\r\n" in before else "\n"
    written = io.StringIO()
    values = [row.get(name.strip()) for name in header]
    csv.writer(written, lineterminator=ending).writerow(["" if value is None else value for value in values])
    gap = "" if before.endswith(("\n", "\r")) else ending
    replaced(path, f"{before}{gap}{written.getvalue()}")


def next_id(taken: Iterable[str | None]) -> str:
    """The id after the last one that ends in a number, spelt as that is: `DEC-009` is followed by `DEC-010`."""
    numbered = [found.groups() for each in taken if (found := re.fullmatch(r"(.*?)(\d+)", (each or "").strip()))]
    if not numbered:
        return FIRST_ID
    prefix, last = numbered[-1]
    highest = max(int(number) for other, number in numbered if other == prefix)
    return f"{prefix}{highest + 1:0{len(last)}d}"


def replaced(path: Path, text: str) -> None:
    """Give the file this text in one step, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.tmp")
    draft.write_bytes(text.encode("utf-8"))
    if path.exists():
        shutil.copymode(path, draft)
    draft.replace(path)
