"""Why records are one customer: the strongest way over accepted edges from one to the other.

Here: the edges' maximum spanning tree, ways through it, what lies between two clusters, and the values behind an edge.
Not here: why two records have no edge at all (`apart`), tables and text.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from cdp_platform.identity.schema import ORGANIZATION

_STRONGEST_FIRST = ("confidence", "weight", "record_a", "record_b", "rule")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("company_name",),
    "given": ("first_name",),
    "surname": ("last_name",),
    "domain": ("website", "email"),
    "web_domain": ("website",),
    "mail_domain": ("email",),
    "device": ("device_id",),
    "place": ("street", "postal_code", "city"),
    "work": ("company_name", "email"),
}
"""The columns of a record behind a compared field; a field that is not here is a column of its own."""
_AROUND_HOST = r"^\s*(\w+://)?(www\.)?|/.*$"
_NAMES = ("first_name", "last_name")


@dataclass(frozen=True)
class Compared:
    """One column of both records behind a field of an edge. `weight`: in bits, on the field's first column."""

    field: str
    weight: float | None
    column: str
    value_a: str | None
    value_b: str | None

    @property
    def written(self) -> str:
        """`same`, `differs`, or `only one has it`: as the records spell it, not as it is compared."""
        if self.value_a is None or self.value_b is None:
            return "only one has it"
        one, other = (" ".join(value.casefold().split()) for value in (self.value_a, self.value_b))
        return "same" if one == other else "differs"


def strongest_tree(edges: pl.DataFrame) -> pl.DataFrame:
    """The accepted edges (columns: `EDGE_SCHEMA`) that connect all that all of them connect, strongest first.

    Of two ways the tree has the one whose weakest edge is the more confident; ties go to the heavier edge, then to the
    smaller record.
    """
    ranked = _ranked(edges.filter(pl.col("status") == "accepted"))
    records, graph = _graph(ranked)
    if not records:
        return ranked
    # The rank stands for the edge: equal confidences would leave the choice to the order of memory.
    kept = minimum_spanning_tree(graph).data
    return ranked[np.sort(kept).astype(np.int64) - 1]


def strongest_path(edges: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """The edges of the strongest tree from `start` to `end`, in order; without rows where nothing leads there.

    More columns: `step` (from 1), `source` and `target`, the record that the step leaves and the one it reaches.
    """
    tree = strongest_tree(edges)
    records, graph = _graph(tree)
    names: list[str] = []
    if start in records and end in records:
        _, before = breadth_first_order(graph, records.index(start), directed=False)
        way = [records.index(end)]
        while before[way[-1]] >= 0:
            way.append(before[way[-1]])
        names = [records[place] for place in reversed(way)]
    place_of = {frozenset(pair): place for place, pair in enumerate(tree.select("record_a", "record_b").iter_rows())}
    steps = list(pairwise(names))
    return tree[[place_of[frozenset(step)] for step in steps]].with_columns(
        step=pl.int_range(1, len(steps) + 1, eager=True),
        source=pl.Series([source for source, _ in steps], dtype=pl.String),
        target=pl.Series([target for _, target in steps], dtype=pl.String),
    )


def anchor(edges: pl.DataFrame) -> str | None:
    """The record in which most edges of the strongest tree meet (the first of equals); None without accepted edges."""
    tree = strongest_tree(edges)
    met = pl.concat([tree["record_a"], tree["record_b"]]).value_counts(name="edges")
    return met.sort(["edges", "record_a"], descending=[True, False])["record_a"].first()  # type: ignore[return-value]


def between(edges: pl.DataFrame, ones: Collection[str], others: Collection[str]) -> pl.DataFrame:
    """The edges from one group of records to the other that connect nothing, vetoed ones first, then the strongest."""
    a, b = pl.col("record_a"), pl.col("record_b")
    across = (a.is_in(ones) & b.is_in(others)) | (a.is_in(others) & b.is_in(ones))
    found = _ranked(edges.filter(across & (pl.col("status") != "accepted")), "rule")
    return found.sort(pl.col("status") == "undecided", maintain_order=True)


def compared(edge: Mapping[str, Any], record_a: Mapping[str, Any], record_b: Mapping[str, Any]) -> Iterator[Compared]:
    """The values of both records behind the fields of an edge, as the records have them; what neither has is left out.

    Fields are those that were weighed; of an edge without weight, those that agree.
    """
    weighed = re.findall(r"(\w+) ([+-][\d.]+)", edge["fields"] or "")
    weights = {name: float(bits) for name, bits in weighed} or dict.fromkeys(_evidence(edge))
    for field, weight in weights.items():
        told = weight
        for column in _columns(field, record_a, record_b):
            one, other = _value(record_a, column), _value(record_b, column)
            if one is not None or other is not None:
                yield Compared(field, told, column, one, other)
                told = None


def _columns(field: str, *records: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of the field; a mailbox shows its domain only where the websites are not one already."""
    found = COLUMNS.get(field, (field,))
    hosts = {re.sub(_AROUND_HOST, "", (record.get("website") or "").casefold()) for record in records}
    return found[:1] if found == COLUMNS["domain"] and len(hosts) == 1 and hosts != {""} else found


def _evidence(edge: Mapping[str, Any]) -> list[str]:
    """The fields that agree; of a person's decision, which has an exception for evidence, all that have a name."""
    if edge["rule"] != "exception":
        return (edge["evidence"] or "").split(", ")
    names = ["name"] if edge["record_type"] == ORGANIZATION else ["given", "surname"]
    return [*names, "email", "phone", "tax_id", "place"]


def _value(record: Mapping[str, Any], column: str) -> str | None:
    """A record's value as text; a name that has no column of its own is in `full_name`."""
    value = record.get(column)
    if value is None and (column in _NAMES or (column == "company_name" and record["record_type"] == ORGANIZATION)):
        value = record.get("full_name")
    return None if value is None else str(value)


def _ranked(edges: pl.DataFrame, *more: str) -> pl.DataFrame:
    """The best edge per pair (and `more`), strongest first."""
    descending = [name in ("confidence", "weight") for name in _STRONGEST_FIRST]
    ordered = edges.sort(_STRONGEST_FIRST, descending=descending, nulls_last=True)
    pair = {"_one": pl.min_horizontal("record_a", "record_b"), "_other": pl.max_horizontal("record_a", "record_b")}
    best = ordered.with_columns(**pair).unique([*pair, *more], keep="first", maintain_order=True)
    return best.select(edges.columns)


def _graph(edges: pl.DataFrame) -> tuple[list[str], coo_matrix]:
    """The records at the edges, and the edges between them as numbers from 1 in their order."""
    records = pl.concat([edges["record_a"], edges["record_b"]]).unique().sort()
    number = pl.int_range(len(records), eager=True)
    sides = (edges[side].replace_strict(records, number, return_dtype=pl.Int64) for side in ("record_a", "record_b"))
    a, b = (side.to_numpy() for side in sides)
    ranks = np.arange(1, edges.height + 1, dtype=np.float64)
    return records.to_list(), coo_matrix((ranks, (a, b)), shape=(len(records), len(records)))
