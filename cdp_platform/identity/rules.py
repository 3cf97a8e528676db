"""The rules by which two records are one, with their confidences, and the vetoes that forbid it.

Here: the register that edges, explanations and documents name, the shape of an edge, and vetoes on pairs. Not here: how
a rule finds its pairs (`organizations`, `persons`).
"""

from dataclasses import dataclass

import polars as pl

from cdp_platform.identity.block import of_pairs


@dataclass(frozen=True)
class Rule:
    """One rule: its name, the confidence of its edges at their best (0 to 1), and what it says."""

    name: str
    confidence: float
    sentence: str


RULES = {
    rule.name: rule
    for rule in (
        Rule("exception", 1.0, "A person decided it."),
        Rule("organization_tax_id", 0.99, "Equal tax ids."),
        Rule("organization_domain_email", 0.97, "Equal company domain and billing mailbox, no subsidiary."),
        Rule("organization_email_name", 0.94, "Equal mailbox, whatever its domain, and agreeing names."),
        Rule("organization_domain_name", 0.93, "Equal company domain and agreeing names, not in two countries."),
        Rule("organization_name_phone", 0.90, "Agreeing names and equal phone."),
        Rule("organization_name_postal", 0.90, "Agreeing names and equal postal code."),
        Rule("organization_name_street", 0.88, "Agreeing names and equal house number and street."),
        Rule("organization_attached", 0.85, "No name; the named records with its mailbox or domain are one."),
        Rule("person_tax_id", 0.99, "Equal tax ids, and names that do not exclude each other."),
        Rule("person_email_name", 0.97, "Equal mailbox and agreeing names (an initial or a new surname is less)."),
        Rule("person_phone_name", 0.92, "Equal phone and agreeing names."),
        Rule("person_device_name", 0.92, "Equal device and agreeing names."),
        Rule("person_birth_name", 0.93, "Equal birth date and agreeing names, rare or further supported."),
        Rule("person_address_name", 0.91, "Equal street and postal code and agreeing names."),
        Rule("person_employer_name", 0.90, "Equal employer or its mail domain and agreeing, rare names."),
        Rule("person_postal_name", 0.88, "Equal postal code and agreeing, rare names."),
        Rule("person_attached", 0.85, "No full name; the named records with its mailbox, device or phone are one."),
    )
}  # fmt: skip

EDGE_COLUMNS = {
    "a": pl.UInt32,
    "b": pl.UInt32,
    "rule": pl.String,
    "confidence": pl.Float64,
    "evidence": pl.String,
    "veto": pl.String,
}


def edges(
    pairs: pl.DataFrame,
    rule: str,
    evidence: str | pl.Expr,
    confidence: pl.Expr | None = None,
    veto: pl.Expr | None = None,
) -> pl.DataFrame:
    """The pairs as edges of the rule; `evidence` names the fields that agree, never their values."""
    best = pl.lit(RULES[rule].confidence)
    return pairs.select(
        "a", "b",
        pl.lit(rule).alias("rule"),
        (best if confidence is None else best * confidence).round(4).cast(pl.Float64).alias("confidence"),
        (pl.lit(evidence) if isinstance(evidence, str) else evidence).alias("evidence"),
        (pl.lit(None, dtype=pl.String) if veto is None else veto).cast(pl.String).alias("veto"),
    )  # fmt: skip


def dates_conflict(a: pl.Series, b: pl.Series) -> pl.Series:
    """True for two birth dates that are not one: beyond a wrong digit and beyond day and month exchanged."""
    frame = pl.DataFrame({"a": a.dt.strftime("%Y%m%d"), "b": b.dt.strftime("%Y%m%d")})
    wrong = pl.sum_horizontal(*(pl.col("a").str.slice(i, 1) != pl.col("b").str.slice(i, 1) for i in range(8)))
    exchanged = pl.col("a").str.slice(4, 2) + pl.col("a").str.slice(6, 2) == pl.col("b").str.slice(6, 2) + pl.col(
        "b"
    ).str.slice(4, 2)
    exchanged = exchanged & (pl.col("a").str.head(4) == pl.col("b").str.head(4))
    both = pl.col("a").is_not_null() & pl.col("b").is_not_null()
    return frame.select((both & (wrong > 1) & ~exchanged).fill_null(False).alias("conflict"))["conflict"]


def vetoed(keys: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The edges with the veto that forbids them: two tax ids, birth dates or generations (Jr and Sr)."""

    def differ(column: str) -> pl.Series:
        a, b = of_pairs(keys, found, column)
        return (a != b).fill_null(False)

    birth = dates_conflict(*of_pairs(keys, found, "birth_date"))
    flags = {"tax_id": differ("tax_id"), "birth_date": birth, "generation": differ("generation")}
    reasons = [pl.when(flag).then(pl.lit(name)) for name, flag in flags.items()]
    return found.with_columns(pl.coalesce("veto", *reasons).alias("veto")).select(*EDGE_COLUMNS)
