"""The report's two plots: how large customers are, found and true; precision and recall over the threshold.

Here: what is drawn. Not here: what is measured.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from cdp_platform.identity.schema import RECORD_TYPES
from tests.accuracy.measure import Figures

FOUND, TRUE, OTHER = "#1f6fb4", "#b0b7bf", "#d1662b"
_LEAST = 0.5
_TICKS = (0.5, 0.9, 0.99, 0.999, 0.9999)
_SIZE = (9, 3.6)


def cluster_sizes(crosswalk: pl.DataFrame, truth: pl.DataFrame, file: Path) -> None:
    """How many customers have so many records, per type, beside how many parties truly have."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.subplots(1, 2)
    placed = crosswalk.join(truth, on="source_record_id")
    for axis, kind in zip(axes, RECORD_TYPES, strict=True):
        of_kind = placed.filter(pl.col("record_type") == kind)
        for side, (by, color, label) in enumerate((("entity_id", TRUE, "true"), ("customer_id", FOUND, "found"))):
            sizes = of_kind.group_by(by).len("size").group_by("size").len("customers").sort("size")
            axis.bar(sizes["size"] + (side - 0.5) * 0.4, sizes["customers"], 0.4, color=color, label=label)
        axis.set(title=f"{kind}s", xlabel="records of a customer", ylabel="customers", yscale="log")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.legend(frameon=False)
    _save(figure, file)


def thresholds(sweeps: Mapping[str, Mapping[str, Sequence[Figures]]], file: Path) -> None:
    """Precision (solid) and reachable recall (dashed) over the threshold: `sweeps` per record type and method."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for axis, (kind, methods) in zip(axes, sweeps.items(), strict=True):
        for (method, found), color in zip(methods.items(), (FOUND, OTHER), strict=True):
            drawn = [figures for figures in found if figures["threshold"] >= _LEAST]
            at = [figures["threshold"] for figures in drawn]
            for name, measure, style in (("precision", "precision", "-"), ("recall", "reachable_recall", "--")):
                values = [figures[measure] for figures in drawn]
                axis.plot(at, values, style, color=color, marker=".", label=f"{method}: {name}")
        axis.set(title=f"{kind}s", xlabel="threshold", xscale="logit")
        axis.set_xticks(_TICKS, [f"{tick:g}" for tick in _TICKS])
        axis.xaxis.set_minor_locator(NullLocator())
        axis.grid(alpha=0.3)
    axes[0].legend(frameon=False, loc="lower left")
    _save(figure, file)


def _save(figure: Figure, file: Path) -> None:
    # Without the version that matplotlib would write, the same figures are the same file.
    figure.savefig(file, dpi=110, metadata={"Software": None})
