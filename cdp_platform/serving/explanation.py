"""Why a record is in its cluster, and why two are in one: the strongest way, step by step, with the values compared.

Here: the questions that have such an answer. Not here: what an answer is made of (`reasons`), why two are apart
(`separation`), the way through the graph (`identity.explain`), how it is printed.
"""

from collections.abc import Collection, Iterable

import polars as pl

from cdp_platform.identity.explain import anchor, between, strongest_path, strongest_tree
from cdp_platform.identity.rules import RULES
from cdp_platform.serving.members import Master
from cdp_platform.serving.reasons import Explanation, Reason, told
from cdp_platform.serving.steps import Row


def explain_record(master: Master, record: Row, hidden: Collection[str]) -> Explanation:
    """Why the record (of the crosswalk) is with its customer, and the pairs with others that were not joined.

    `hidden`: columns of the records that are masked.
    """
    name, customer_id = record["source_record_id"], record["customer_id"]
    members = master.customer(customer_id)["source_record_id"].to_list()
    edges = master.edges(members)
    end = anchor(edges)
    if end == name:
        strongest = strongest_tree(edges).filter(touching(name)).row(0, named=True)
        end = strongest["record_b"] if strongest["record_a"] == name else strongest["record_a"]
    way = strongest_path(edges, name, end) if end else edges.clear()
    own = _membership(record)
    others = len(members) - 1
    answer = f"{name} is in {customer_id}, alone. {own.why}"
    if others:
        with_whom = f"with {others:,} other record{'s' * (others > 1)}"
        answer = f"{name} is in {customer_id} {with_whom}. Confidence {own.confidence:.2f} by {own.rule}: {own.why}"
    apart = between(edges.filter(touching(name)), [name], _not_among(edges, members))
    return Explanation(answer, [own, *told(master, way, "path", hidden), *told(master, apart, "against", hidden)])


def explain_customer(master: Master, members: pl.DataFrame, hidden: Collection[str]) -> Explanation:
    """What a customer is made of: its records, the pairs that hold it together, those that were not joined to it."""
    names = members["source_record_id"].to_list()
    edges = master.edges(names)
    tree = strongest_tree(edges)
    answer = f"{members['customer_id'][0]} is {len(names):,} record{'s' * (len(names) > 1)}"
    if not tree.is_empty():
        answer += f"; the weakest pair that holds it together has confidence {tree['confidence'][-1]:.2f}"
    records = [_membership(row) for row in members.to_dicts()]
    apart = between(edges, names, _not_among(edges, names))
    reasons = [*records, *told(master, tree, "path", hidden), *told(master, apart, "against", hidden)]
    return Explanation(f"{answer}.", reasons, is_whole=True)


def explain_together(master: Master, one: Row, other: Row, hidden: Collection[str]) -> Explanation:
    """The strongest way between two records of one customer."""
    a, b, customer_id = one["source_record_id"], other["source_record_id"], one["customer_id"]
    way = strongest_path(master.edges(master.customer(customer_id)["source_record_id"].to_list()), a, b)
    weakest = min(way["confidence"].to_list())
    how = f"{way.height} steps, the weakest" if way.height > 1 else "one step,"
    answer = f"{a} and {b} are one customer, {customer_id}: {how} of confidence {weakest:.2f}."
    return Explanation(answer, told(master, way, "path", hidden))


def touching(record: str) -> pl.Expr:
    """True for the edges of the record."""
    return (pl.col("record_a") == record) | (pl.col("record_b") == record)


def _membership(record: Row) -> Reason:
    """A record of the crosswalk: how sure it is with its customer, and by which rule."""
    method = record["method"]
    why = RULES[method].sentence if method in RULES else "No pair with it was accepted."
    return Reason("record", record["source_record_id"], None, why, rule=method, confidence=record["confidence"])


def _not_among(edges: pl.DataFrame, members: Iterable[str]) -> list[str]:
    known = set(members)
    return [name for name in pl.concat([edges["record_a"], edges["record_b"]]).unique().sort() if name not in known]
