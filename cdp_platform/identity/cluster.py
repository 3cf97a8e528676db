"""Clusters: connected components over the edges, and the few that contradict themselves split, strongest edges first.

Here: the constrained union-find inside violating components. Not here: what contradicts what (`contradictions`).
"""

import numpy as np
import polars as pl

from cdp_platform.identity.components import components
from cdp_platform.identity.contradictions import clashes, is_forced, is_licensing

_Values = dict[str, set[str]]


def clustered(
    size: int, found: pl.DataFrame, marks: pl.DataFrame, frequency: pl.DataFrame
) -> tuple[pl.Series, pl.DataFrame]:
    """The cluster of every row (its smallest row), and the edges with the veto of those that a split cut.

    `marks`: `row`, `kind`, `value`, of which a cluster may not hold two that clash. `frequency`: of given names. Edges
    with a veto connect nothing; forced edges always connect; they and licensing ones allow the differences they span.
    """
    accepted = found.filter(pl.col("veto").is_null())
    labels = components(size, accepted)
    # A record alone contradicts nobody.
    marks = marks.filter(pl.Series(np.bincount(labels, minlength=size) > 1).gather(labels.gather(marks["row"])))
    clashing = clashes(marks, labels, accepted.filter(is_licensing()), frequency)
    if clashing.is_empty():
        return labels, found
    violating = clashing.select("component").unique()
    numbered = found.with_row_index("edge")
    inside = numbered.with_columns(component=labels.gather(found["a"]), forced=is_forced())
    inside = inside.filter(pl.col("veto").is_null()).join(violating, on="component", how="semi")
    inside = inside.sort(
        ["component", "forced", "confidence", "a", "b", "rule"], descending=[False, True, True, False, False, False]
    )
    owned = marks.with_columns(component=labels.gather(marks["row"])).join(violating, on="component", how="semi")
    forest = _Forest(owned, clashing)
    for edge, component, a, b, forced in inside.select("edge", "component", "a", "b", "forced").iter_rows():
        forest.connect(edge, component, a, b, forced=forced)
    cut = pl.DataFrame(forest.cut, schema={"edge": numbered.schema["edge"], "cut": pl.String}, orient="row")
    judged = numbered.join(cut, on="edge", how="left", maintain_order="left")
    judged = judged.with_columns(pl.coalesce("veto", "cut").alias("veto")).select(found.columns)
    return components(size, judged.filter(pl.col("veto").is_null())), judged


class _Forest:
    """A union-find that refuses to join two groups whose values clash; `cut` lists the refused edges and why."""

    def __init__(self, marks: pl.DataFrame, clashing: pl.DataFrame) -> None:
        self.cut: list[tuple[int, str]] = []
        self._parent: dict[int, int] = {}
        self._values: dict[int, _Values] = {}
        for row, kind, value in marks.select("row", "kind", "value").iter_rows():
            self._values.setdefault(row, {}).setdefault(kind, set()).add(value)
        rows = list(clashing.select("component", "kind", "x", "y").iter_rows())
        self._clashing = {(component, kind, *pair) for component, kind, x, y in rows for pair in ((x, y), (y, x))}
        self._strict = {(component, kind) for component, kind, x, _ in rows if x is None}

    def connect(self, edge: int, component: int, a: int, b: int, *, forced: bool) -> None:
        """Join the groups of `a` and `b`, unless their values clash and nobody forced it."""
        root_a, root_b = sorted((self._root(a), self._root(b)))
        if root_a == root_b:
            return
        kept, joining = self._values.get(root_a, {}), self._values.get(root_b, {})
        clash = None if forced else self._clash(component, kept, joining)
        if clash is not None:
            self.cut.append((edge, clash))
            return
        self._parent[root_b] = root_a
        for kind, values in joining.items():
            kept.setdefault(kind, set()).update(values)
        self._values[root_a] = kept

    def _clash(self, component: int, kept: _Values, joining: _Values) -> str | None:
        for kind in sorted(kept.keys() & joining.keys()):
            if (component, kind) in self._strict:
                if kept[kind] != joining[kind]:
                    return kind
            elif any((component, kind, x, y) in self._clashing for x in kept[kind] for y in joining[kind]):
                return kind
        return None

    def _root(self, row: int) -> int:
        path = []
        while (above := self._parent.get(row, row)) != row:
            path.append(row)
            row = above
        self._parent.update(dict.fromkeys(path, row))
        return row
