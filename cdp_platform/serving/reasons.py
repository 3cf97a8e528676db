"""What an answer about customers is made of: reasons, each about a record or a pair, with the values compared.

Here: their shape, and an edge as a reason, in words and masked. Not here: which reasons answer a question
(`explanation`, `separation`, `review`), how they are printed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from cdp_platform.identity.rules import RULES
from cdp_platform.identity.side_by_side import compared
from cdp_platform.identity.vetoes import UNDECIDED, said
from cdp_platform.serving.masking import MASK, Personal
from cdp_platform.serving.members import RECORDS, Master
from cdp_platform.serving.steps import Row


@dataclass(frozen=True)
class Reason:
    """One line of an answer.

    `part`: `record` (of a customer), `path` (an accepted pair on the way), `against` (a pair that was not joined),
    `decision` (a person's), `shared` (what two records have in common). `why`: a sentence. `values`: what was compared:
    `field`, `weight` in bits, `column`, `value_a`, `value_b`, and whether they are `written` the same.
    """

    part: str
    record_a: str
    record_b: str | None
    why: str
    rule: str | None = None
    confidence: float | None = None
    weight: float | None = None
    status: str | None = None
    veto: str | None = None
    model_version: str | None = None
    values: Sequence[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Explanation:
    """An answer in a sentence, and its reasons; `is_whole`: about a whole customer."""

    answer: str
    reasons: Sequence[Reason]
    is_whole: bool = False


def told(master: Master, edges: pl.DataFrame, part: str, hidden: Collection[str]) -> list[Reason]:
    """The edges as reasons, with their values."""
    rows = edges.to_dicts()
    values = {
        row["source_record_id"]: row
        for row in master.values({row[side] for row in rows for side in ("record_a", "record_b")}).to_dicts()
    }
    return [_reason(row, part, values, hidden) for row in rows]


def hidden_columns(personal: Personal | None) -> Collection[str]:
    """The columns of records to mask, from all personal ones; none where None."""
    return () if personal is None else personal.get(RECORDS, set())


def _reason(edge: Row, part: str, records: Mapping[str, Row], hidden: Collection[str]) -> Reason:
    """An edge as a reason, in the direction of its step."""
    a, b = (edge.get(name) or edge[fallback] for name, fallback in (("source", "record_a"), ("target", "record_b")))
    rule = RULES[edge["rule"]].sentence if edge["rule"] in RULES else ""
    if edge["status"] == "undecided":
        why = f"{rule} {UNDECIDED}"
    elif edge["status"] == "vetoed":
        why = f"{rule} But: {said(edge['veto'])}"
    else:
        why = f"{rule} Exception {edge['evidence']}." if edge["rule"] == "exception" else rule
    found = compared(edge, records[a], records[b]) if a in records and b in records else ()
    values = [
        {
            "field": each.field, "weight": each.weight, "column": each.column,
            "value_a": _shown(each.value_a, each.column, hidden), "value_b": _shown(each.value_b, each.column, hidden),
            "written": each.written,
        }
        for each in found
    ]  # fmt: skip
    kept = ("rule", "confidence", "weight", "status", "veto", "model_version")
    return Reason(part, a, b, why, **{name: edge[name] for name in kept}, values=values)


def _shown(value: str | None, column: str, hidden: Collection[str]) -> str | None:
    return MASK if value is not None and column in hidden else value
