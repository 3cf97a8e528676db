"""People's decisions on the edges: forced ones added, forbidden ones vetoed, and the marks that keep records apart.

Here: what the exceptions in force do to edges and marks of one record type. Not here: their check (`conflicts`).
"""

import polars as pl

from cdp_platform.identity.conflicts import declared_pairs
from cdp_platform.identity.contradictions import MARK_SCHEMA
from cdp_platform.identity.exceptions import EXCLUDE, NEVER_MATCH, PIN_ID
from cdp_platform.identity.rules import RULES, UNDECIDED, edges
from cdp_platform.identity.vetoes import SEPARATOR


def in_rows(applied: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """The exceptions whose records are among the keys, with their row numbers `row_a` and `row_b`."""
    rows = keys.select("source_record_id", "row")
    for side in ("a", "b"):
        numbered = rows.rename({"source_record_id": f"record_{side}", "row": f"row_{side}"})
        applied = applied.join(numbered, on=f"record_{side}", how="left", maintain_order="left")
    return applied.filter(pl.col("row_a").is_not_null())


def forced_edges(decisions: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """The edges that people declared, with the exception's id as their evidence."""
    rows = keys.select("source_record_id", "row")
    pairs = declared_pairs(decisions)
    for side in ("a", "b"):
        numbered = rows.rename({"source_record_id": f"record_{side}", "row": f"row_{side}"})
        pairs = pairs.join(numbered, on=f"record_{side}", maintain_order="left")
    ordered = pairs.select(
        "exception_id", a=pl.min_horizontal("row_a", "row_b"), b=pl.max_horizontal("row_a", "row_b")
    ).filter(pl.col("a") != pl.col("b"))
    return edges(ordered, RULES["exception"].name, pl.col("exception_id"))


def forbidden(found: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The edges, with the veto `<action> <exception_id>` where a decision forbids one, before what else forbids it."""
    decided = decisions.with_columns(_veto=pl.col("action") + " " + pl.col("exception_id"))
    never = decided.filter(pl.col("action") == NEVER_MATCH).select(
        a=pl.min_horizontal("row_a", "row_b"), b=pl.max_horizontal("row_a", "row_b"), _never="_veto"
    )
    alone = decided.filter(pl.col("action") == EXCLUDE).select("row_a", "_veto").unique("row_a", keep="first")
    judged = found.join(never.unique(["a", "b"], keep="first"), on=["a", "b"], how="left", maintain_order="left")
    for side in ("a", "b"):
        sided = alone.rename({"row_a": side, "_veto": f"_alone_{side}"})
        judged = judged.join(sided, on=side, how="left", maintain_order="left")
    decision = pl.coalesce("_alone_a", "_alone_b", "_never")
    trait = pl.when(pl.col("veto") != UNDECIDED).then("veto")
    both = pl.concat_str(decision, trait, separator=SEPARATOR, ignore_nulls=True)
    veto = pl.when(decision.is_not_null()).then(both).otherwise("veto")
    return judged.with_columns(veto.alias("veto")).select(found.columns)


def decision_marks(decisions: pl.DataFrame) -> pl.DataFrame:
    """Marks that clash between records that people keep apart: the sides of a never_match, and different pins."""
    never = decisions.filter(pl.col("action") == NEVER_MATCH)
    pins = decisions.filter(pl.col("action") == PIN_ID)
    kind = pl.lit(f"{NEVER_MATCH} ") + pl.col("exception_id")
    marks = [never.select(row=f"row_{side}", kind=kind, value=pl.lit(side)) for side in ("a", "b")]
    marks.append(pins.select(row="row_a", kind=pl.lit(PIN_ID), value="customer_id"))
    return pl.concat(marks).cast(MARK_SCHEMA)  # type: ignore[arg-type]
