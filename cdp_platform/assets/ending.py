"""Ending a decision about who is who: its row in the exceptions file gets a last day, and nothing else changes.

Here: that one change of the file. Not here: reading the file (`exceptions_file`), or what a decision means
(`identity.exceptions`).
"""

import csv
import io
from datetime import date
from pathlib import Path

from cdp_platform.assets.appending import replaced
from cdp_platform.assets.exceptions_file import BadExceptionsFile, read_exceptions


class CannotEnd(ValueError):
    """There is no such exception, or it has ended already."""


def ended(path: Path, exception_id: str, day: date, rationale: str | None = None) -> None:
    """Make `day` the first on which the exception no longer holds, and add the rationale to the one it has.

    One that begins on `day` or later ends when it begins, so that it never holds. The file is replaced in one step, and
    all other rows stay byte for byte. Raises CannotEnd and BadExceptionsFile.
    """
    known = read_exceptions(path)
    wanted = known.filter(known["exception_id"].str.strip_chars() == exception_id)
    if wanted.is_empty():
        names = ", ".join(known["exception_id"].drop_nulls().str.strip_chars().sort()) or "none"
        raise CannotEnd(f"{path.name} has no exception {exception_id}; there are: {names}")
    if wanted.height > 1:
        raise BadExceptionsFile(
            f"{path.name} has {wanted.height} exceptions {exception_id}: give each an id of its own"
        )
    begins, ends = wanted.select("valid_from", "valid_to").row(0)
    if ends is not None and (ends <= day or ends == begins):
        raise CannotEnd(f"exception {exception_id} has ended already: its valid_to is {ends}")
    said = {"valid_to": f"{max(day, begins or day)}"}
    if rationale is not None:
        before = wanted["rationale"].item()
        said["rationale"] = f"{before}; ended: {rationale}" if before else f"ended: {rationale}"
    replaced(path, _with(path.read_bytes().decode("utf-8"), exception_id, said))


def _with(text: str, exception_id: str, said: dict[str, str]) -> str:
    """The file's text with these values in the row of the exception."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    names = [name.strip() for name in next(reader)]
    names[0] = names[0].removeprefix("\ufeff").strip()
    begun = reader.line_num
    for values in reader:
        row = dict(zip(names, [*values, *[""] * (len(names) - len(values))], strict=True))
        if row["exception_id"].strip() == exception_id:
            break
        begun = reader.line_num
    last = lines[reader.line_num - 1]
    written = io.StringIO()
    csv.writer(written, lineterminator=last[len(last.rstrip("\r\n")) :]).writerow((row | said).values())
    return "".join([*lines[:begun], written.getvalue(), *lines[reader.line_num :]])
