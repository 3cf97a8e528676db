"""Why two records are two customers: a decision, a veto, too little weight, or nothing that would make them one.

Here: the reasons in that order. Not here: what two records share (`identity.apart`), or why two are one
(`explanation`).
"""

from collections.abc import Collection

import polars as pl

from cdp_platform.identity.apart import shared, verdict
from cdp_platform.identity.exceptions import APPLIED, EXCLUDE, PIN_ID, UNAPPROVED
from cdp_platform.identity.explain import between
from cdp_platform.identity.vetoes import decided
from cdp_platform.serving.explanation import touching
from cdp_platform.serving.members import Master
from cdp_platform.serving.reasons import Explanation, Reason, told
from cdp_platform.serving.steps import Row

MOST_PAIRS = 5


def explain_apart(master: Master, one: Row, other: Row, hidden: Collection[str]) -> Explanation:
    """Why two records of the crosswalk are two customers. `hidden`: columns of the records that are masked."""
    a, b = one["source_record_id"], other["source_record_id"]
    if one["record_type"] != other["record_type"]:
        why = "Organisations and persons are never one customer."
        said = f"{a} is of type {one['record_type']}, {b} of type {other['record_type']}."
        return Explanation(said, [Reason("shared", a, b, why)])
    groups = [master.customer(row["customer_id"])["source_record_id"].to_list() for row in (one, other)]
    edges = between(master.edges(groups[0]), *groups)
    direct = edges.filter(touching(a) & touching(b))
    reasons = _decisions(master.decisions(), a, b, groups)
    pairs = direct if not direct.is_empty() else edges.head(MOST_PAIRS)
    reasons += told(master, pairs, "against", hidden)
    if pairs.is_empty() and not any(reason.status == APPLIED for reason in reasons):
        health = master.frame("SELECT * FROM customer_master.identifier_health")
        reasons.append(Reason("shared", a, b, verdict(shared(master.values([a, b]), health))))
    elif direct.is_empty() and not pairs.is_empty():
        reasons.append(Reason("shared", a, b, "They have no pair of their own: other records of the two customers do."))
    answer = f"{a} is in {one['customer_id']}, {b} in {other['customer_id']}: they are two customers."
    return Explanation(answer, reasons)


def _decisions(decisions: pl.DataFrame, a: str, b: str, groups: list[list[str]]) -> list[Reason]:
    """People's decisions that part the two customers or leave one of the records alone, and those not approved yet."""
    asked = decisions.filter(pl.col("status").is_in([APPLIED, UNAPPROVED]) & (pl.col("action") != PIN_ID))
    found = []
    for row in asked.to_dicts():
        sides = {row["record_a"], row["record_b"]}
        if row["record_a"] in (a, b) if row["action"] == EXCLUDE else all(sides & set(group) for group in groups):
            waits = " It waits for an approver." if row["status"] == UNAPPROVED else ""
            why = decided(row["action"], row["exception_id"]) + waits
            found.append(
                Reason("decision", row["record_a"], row["record_b"], why, rule=row["action"], status=row["status"])
            )
    return found
