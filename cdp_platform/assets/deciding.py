"""May a decision about who is who be taken? Against what is known, and against the other decisions.

Here: the row that would be written, and why it is refused. Not here: writing it (`appending`), or what contradicts what
(`identity.conflicts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from cdp_platform.assets.appending import appended, next_id
from cdp_platform.assets.exceptions_file import read_exceptions
from cdp_platform.identity import EXCEPTION_SCHEMA, check_exceptions
from cdp_platform.identity.exceptions import EXPIRED, FORCE_MATCH, NEVER_MATCH, UNAPPROVED, statuses

_PROPOSED = "proposed"


class CannotDecide(ValueError):
    """The decision is about two types of records, about one record, or about a pair that is decided already."""


@dataclass(frozen=True)
class Decision:
    """What a person says of two records: `force_match` or `never_match`, who asks, who approves (or None), and why."""

    action: str
    requester: str
    approver: str | None
    rationale: str


def decide(
    path: Path,
    decision: Decision,
    a: Mapping[str, Any],
    b: Mapping[str, Any],
    records: pl.DataFrame,
    ledger: pl.DataFrame,
) -> str:
    """Append the decision about the records `a` and `b`, valid from today (UTC), and return its id.

    `records`: all of the last run, with `IDENTIFYING` columns; `ledger`: which ids are whose. A decision that waits for
    an approver is held against the others as if it had one. Nothing is written where it raises CannotDecide,
    BadExceptionsFile or RefusedExceptions.
    """
    names = a["source_record_id"], b["source_record_id"]
    if names[0] == names[1]:
        raise CannotDecide(f"{names[0]} is one record; a decision is about two")
    if a["record_type"] != b["record_type"]:
        raise CannotDecide(
            f"{names[0]} is of type {a['record_type']}, {names[1]} of type {b['record_type']}: they are never one "
            "customer, and nothing is to be decided"
        )
    known = read_exceptions(path)
    today = datetime.now(UTC)
    _refuse_decided(path, known, names, records, today)
    exception_id = next_id(known["exception_id"].to_list())
    row = _row(exception_id, decision, a, b, today.date())
    as_if = pl.DataFrame([row | {"approver": decision.approver or _PROPOSED}], schema=dict(EXCEPTION_SCHEMA))
    check_exceptions(pl.concat([known, as_if]), records, as_of=today, ledger=ledger)
    appended(path, row)
    return exception_id


def _refuse_decided(
    path: Path, known: pl.DataFrame, names: tuple[str, str], records: pl.DataFrame, today: datetime
) -> None:
    found = statuses(known, records, as_of=today).filter(
        pl.col("action").is_in([FORCE_MATCH, NEVER_MATCH])
        & (pl.col("status") != EXPIRED)
        & (pl.min_horizontal("record_a", "record_b") == min(names))
        & (pl.max_horizontal("record_a", "record_b") == max(names))
    )
    for exception_id, action, status in found.select("exception_id", "action", "status").iter_rows():
        what = f"exception {exception_id} ({action}) in {path.name}"
        if status == UNAPPROVED:
            raise CannotDecide(
                f"{what} asks the same about these records and waits: fill in its approver, or its valid_to"
            )
        raise CannotDecide(f"{what} has decided about these records already; `cdp identity undo` ends it")


def _row(
    exception_id: str, decision: Decision, a: Mapping[str, Any], b: Mapping[str, Any], today: date
) -> dict[str, Any]:
    sides = {
        f"{column}_{side}": value
        for side, record in (("a", a), ("b", b))
        for column, value in (
            ("source_system", record["source_system"]),
            ("source_id", f"{record['source_object']}:{record['source_id']}"),
        )
    }
    return {
        "exception_id": exception_id, "action": decision.action, **sides, "customer_id": None,
        "requester": decision.requester, "approver": decision.approver, "rationale": decision.rationale,
        "valid_from": today, "valid_to": None,
    }  # fmt: skip
