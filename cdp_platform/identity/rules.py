"""The rules by which two records are one, with their confidences, and the vetoes that forbid it.

Here: the register that edges, explanations and documents name, the shape of an edge, and vetoes on pairs. Not here: how
a rule finds its pairs (`organizations`, `persons`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cdp_platform.identity.block import of_pairs
from cdp_platform.identity.compare import DIFFERENT, MISSING, Comparison
from cdp_platform.identity.differences import dates_conflict, tax_ids_conflict
from cdp_platform.identity.model import Model
from cdp_platform.identity.score_pairs import probability


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
        Rule("organization_email_name", 0.96, "Equal mailbox; names agree, or share words where it is a free one."),
        Rule("organization_domain_name", 0.96, "Equal company domain and agreeing names, not in two countries."),
        Rule("organization_phone_name", 0.95, "Equal phone and agreeing names, not in two countries."),
        Rule("organization_place_name", 0.94, "Equal street or postal code and agreeing names, not in two countries."),
        Rule("organization_contacts", 0.92, "Two of equal domain, mailbox, phone and address; the name has changed."),
        Rule("organization_country_name", 0.90, "Equal, telling names in one country, and nothing against it."),
        Rule("organization_attached", 0.85, "No name; the named records with its mailbox or domain are one."),
        Rule("person_registered", 0.99, "Equal tax ids, and two of agreeing names, birth date, address and contacts."),
        Rule("person_tax_id", 0.98, "Equal tax ids, and names that do not exclude each other."),
        Rule("person_email_name", 0.98, "Equal mailbox and agreeing names; the surname may have changed."),
        Rule("person_device_name", 0.97, "Equal device and agreeing names; the surname may have changed."),
        Rule("person_birth_name", 0.96, "Equal birth date and agreeing names."),
        Rule("person_phone_name", 0.96, "Equal phone and agreeing names; the surname may have changed."),
        Rule("person_address_name", 0.95, "Equal street, in no two towns, and agreeing names."),
        Rule("person_work_name", 0.94, "Equal employer or its mail domain and agreeing names."),
        Rule("person_postal_name", 0.92, "Equal postal code and agreeing names."),
        Rule("person_traits", 0.92, "A name in part, equal birth date, and equal address, mailbox, phone or device."),
        Rule("person_linked_name", 0.90, "Agreeing names, and a record without a name has a value of each."),
        Rule("person_attached", 0.85, "No full name; the named records with its mailbox, device or phone are one."),
    )
}  # fmt: skip

DECISIVE = ("organization_tax_id", "person_tax_id", "person_registered")
"""Rules that need no weight: who has a tax id is registered."""

LICENSING = ("exception", "person_registered")
"""Rules whose edges overrule a given name or a birth date that speaks against them, in the cluster too."""

# What keeps an edge from connecting although nothing speaks against it: its weight; a person is asked.
UNDECIDED = "undecided"

EDGE_COLUMNS = {
    "a": pl.UInt32,
    "b": pl.UInt32,
    "rule": pl.String,
    "confidence": pl.Float64,
    "evidence": pl.String,
    "weight": pl.Float64,
    "fields": pl.String,
    "veto": pl.String,
}


def edges(pairs: pl.DataFrame, rule: str, evidence: str | pl.Expr, confidence: pl.Expr | None = None) -> pl.DataFrame:
    """The pairs as edges of a rule that weighs nothing; `evidence` names the fields that agree, never their values."""
    best = pl.lit(RULES[rule].confidence)
    return pairs.select(
        "a", "b",
        pl.lit(rule).alias("rule"),
        (best if confidence is None else best * confidence).round(4).cast(pl.Float64).alias("confidence"),
        (pl.lit(evidence) if isinstance(evidence, str) else evidence).alias("evidence"),
        pl.lit(None, dtype=pl.Float64).alias("weight"),
        pl.lit(None, dtype=pl.String).alias("fields"),
        pl.lit(None, dtype=pl.String).alias("veto"),
    )  # fmt: skip


def weighed_edges(keys: pl.DataFrame, judged: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The judged pairs as edges of their rules, with their vetoes, but those that weigh so little that nobody is asked.

    `judged`: `a`, `b`, `rule`, `evidence`, `weight`, `fields`, `veto`. An edge is as certain as its weight says, and at
    most as its rule allows; a decisive rule needs no weight. Below the weight that its rule accepts it is undecided.
    """
    asked = judged.filter(pl.col("weight") >= _of_rule(model.review))
    most = _of_rule({name: rule.confidence for name, rule in RULES.items()})
    found = asked.select(
        "a", "b", "rule",
        pl.when(pl.col("rule").is_in(DECISIVE)).then(most).otherwise(pl.min_horizontal(most, probability()))
        .round(4).alias("confidence"),
        "evidence", "weight", "fields", "veto",
    )  # fmt: skip
    is_light = pl.when(pl.col("weight") < _of_rule(model.accept)).then(pl.lit(UNDECIDED))
    return vetoed(keys, found).with_columns(pl.coalesce("veto", is_light).alias("veto"))


def judged_pairs(pairs: pl.DataFrame, rule: pl.Expr, veto: pl.Expr, comparisons: Sequence[Comparison]) -> pl.DataFrame:
    """The scored pairs for which a rule holds, with the rule, the fields that agree, and the veto of their fields."""
    fields = [pl.when(~pl.col(c.name).is_in([MISSING, DIFFERENT])).then(pl.lit(c.name)) for c in comparisons]
    evidence = pl.concat_list(fields).list.drop_nulls().list.join(", ")
    judged = pairs.with_columns(rule.alias("rule"), evidence.alias("evidence")).filter(pl.col("rule").is_not_null())
    return judged.select("a", "b", "rule", "evidence", "weight", "fields", veto.cast(pl.String).alias("veto"))


def _of_rule(values: Mapping[str, float]) -> pl.Expr:
    return pl.col("rule").replace_strict(values, return_dtype=pl.Float64)


def vetoed(keys: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The edges with the veto that forbids them: two tax ids, birth dates or generations (Jr and Sr)."""

    def differ(column: str) -> pl.Series:
        a, b = of_pairs(keys, found, column)
        return (a != b).fill_null(False)

    licensed = found["rule"].is_in(LICENSING)
    birth = dates_conflict(*of_pairs(keys, found, "birth_date")) & ~licensed
    tax = tax_ids_conflict(*of_pairs(keys, found, "tax_id"))
    flags = {"tax_id": tax, "birth_date": birth, "generation": differ("generation")}
    reasons = [pl.when(flag).then(pl.lit(name)) for name, flag in flags.items()]
    return found.with_columns(pl.coalesce("veto", *reasons).alias("veto")).select(*EDGE_COLUMNS)
