"""Exceptions that contradict each other are refused, by name, before any of them is applied.

Here: the check that a caller makes on the exceptions. Not here: their form and status (`exceptions`).
"""

from datetime import datetime

import polars as pl

from cdp_platform.identity.components import components
from cdp_platform.identity.exceptions import (
    APPLIED,
    EXCLUDE,
    FORCE_MATCH,
    NEVER_MATCH,
    PIN_ID,
    RefusedExceptions,
    statuses,
)


class ConflictingExceptions(RefusedExceptions):
    """Exceptions contradict each other, such as a never_match inside what force_match declares to be one."""


def check_exceptions(
    frame: pl.DataFrame, records: pl.DataFrame, *, as_of: datetime | None = None, ledger: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The exceptions with their status (columns: see `statuses`), after making sure that they do not contradict.

    Held against each other are those in force on the UTC day of `as_of` (None: all approved ones, whatever their days).
    A contradiction is: never_match, exclude or two different pins inside what force_match and equal pins declare to be
    one; one id for organisations and persons, within the exceptions or against the `ledger`.
    Raises MalformedExceptions and ConflictingExceptions.
    """
    found = statuses(frame, records, as_of=as_of)
    applied = found.filter(pl.col("status") == APPLIED)
    together = declared_pairs(applied)
    known = pl.concat([applied["record_a"], applied["record_b"]]).drop_nulls().unique().sort()
    number = {record: i for i, record in enumerate(known.to_list())}
    local = together.select(
        a=pl.col("record_a").replace_strict(number, return_dtype=pl.UInt32),
        b=pl.col("record_b").replace_strict(number, return_dtype=pl.UInt32),
    )
    group = pl.DataFrame({"record": known, "group": components(len(known), local)})
    for problem, rows in _contradictions(applied, together, group, ledger).items():
        if not rows.is_empty():
            names = ", ".join(rows["exception_id"].unique().sort().to_list())
            raise ConflictingExceptions(f"exceptions {names}: {problem}")
    return found


def declared_pairs(applied: pl.DataFrame) -> pl.DataFrame:
    """The pairs that force_match, or a pin to one id, declares to be one: `exception_id`, `record_a`, `record_b`."""
    forced = applied.filter(pl.col("action") == FORCE_MATCH).select("exception_id", "record_a", "record_b")
    pins = applied.filter(pl.col("action") == PIN_ID).sort("customer_id", "exception_id")
    pinned = pins.select(
        "exception_id", pl.col("record_a").first().over("customer_id"), pl.col("record_a").alias("record_b")
    ).filter(pl.col("record_a") != pl.col("record_b"))  # fmt: skip
    return pl.concat([forced, pinned])


def _contradictions(
    applied: pl.DataFrame, together: pl.DataFrame, group: pl.DataFrame, ledger: pl.DataFrame | None
) -> dict[str, pl.DataFrame]:
    """The exceptions that take part in a contradiction, by what is wrong."""
    placed = applied
    for side in ("a", "b"):
        placed = placed.join(
            group.rename({"record": f"record_{side}", "group": f"group_{side}"}), on=f"record_{side}", how="left"
        )
    declaring = together.join(group, left_on="record_a", right_on="record").select("exception_id", "group")
    sized = group.group_by("group").len("size")

    def with_declaring(own: pl.DataFrame) -> pl.DataFrame:
        others = declaring.join(own, left_on="group", right_on="group_a", how="semi")
        return pl.concat([own.select("exception_id"), others.select("exception_id")])

    never = placed.filter((pl.col("action") == NEVER_MATCH) & (pl.col("group_a") == pl.col("group_b")))
    excluded = placed.filter(pl.col("action") == EXCLUDE).join(
        sized.filter(pl.col("size") > 1), left_on="group_a", right_on="group", how="semi"
    )
    pins = placed.filter(pl.col("action") == PIN_ID)
    two_ids = pins.filter(pl.col("customer_id").n_unique().over("group_a") > 1)
    mixed = placed.filter((pl.col("action") == FORCE_MATCH) & (pl.col("type_a") != pl.col("type_b")))
    two_types = pins.filter(pl.col("type_a").n_unique().over("customer_id") > 1)
    owned = pins.clear()
    if ledger is not None and not pins.is_empty():
        owners = ledger.select("customer_id", "record_type").unique()
        owned = pins.join(owners, on="customer_id").filter(pl.col("record_type") != pl.col("type_a"))
    return {
        "never_match forbids what force_match or pin_id declares to be one": with_declaring(never),
        "exclude leaves a record alone that force_match or pin_id declares to be one with another": with_declaring(
            excluded
        ),
        "records declared to be one are pinned to different ids": with_declaring(two_ids),
        "an organisation and a person cannot be one": mixed,
        "one id is pinned to an organisation and to a person": two_types,
        "the id belongs to records of the other type": owned,
    }
