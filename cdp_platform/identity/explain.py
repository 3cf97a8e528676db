"""Why records are one customer: the strongest way over accepted edges from one to the other.

Here: the edges' maximum spanning tree, ways through it, and what lies between two clusters. Not here: the values behind
an edge (`side_by_side`), why two records have no edge at all (`apart`), tables and text.
"""

from collections.abc import Collection
from itertools import pairwise

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

_STRONGEST_FIRST = ("confidence", "weight", "record_a", "record_b", "rule")


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
