"""One method on one sample: its crosswalk, its seconds, its figures.

Here: ours and the others behind one shape, thresholds included. Not here: the methods, or how figures are shown.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import ModuleType
from typing import Any

import polars as pl

from cdp_platform.identity import (
    ALIAS_SCHEMA,
    EXCEPTION_SCHEMA,
    LEDGER_SCHEMA,
    Resolution,
    decided_share,
    pairwise,
    reachable_parts,
    resolve,
)
from cdp_platform.identity.components import components
from cdp_platform.identity.schema import RECORD_TYPES
from tests.accuracy import founding_rules, record_linkage, splink_default
from tests.accuracy.blocks import prepared
from tests.accuracy.sample import Sample

THRESHOLDS = (0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999, 0.9999)
Figures = dict[str, Any]


@dataclass(frozen=True)
class Scored:
    """Pairs by record id (`record_a`, `record_b`) of one type with a `probability`, whose threshold decides."""

    sample: Sample
    kind: str
    pairs: pl.DataFrame
    parts: pl.DataFrame

    def at(self, threshold: float) -> Figures:
        """The figures if pairs from the threshold on are one, and what they chain together."""
        records = self.sample.records.filter(pl.col("record_type") == self.kind)
        rows = records.select("source_record_id").with_row_index("row")
        linked = self.pairs.filter(pl.col("probability") >= threshold)
        for side in ("a", "b"):
            numbered = rows.rename({"source_record_id": f"record_{side}", "row": side})
            linked = linked.join(numbered, on=f"record_{side}")
        labels = components(rows.height, linked).cast(pl.String)
        crosswalk = records.select("source_record_id", "record_type", customer_id=labels)
        return {"threshold": threshold, **pairwise(crosswalk, self.sample.truth, self.parts).row(0, named=True)}

    def sweep(self) -> list[Figures]:
        """The figures at every threshold."""
        return [self.at(threshold) for threshold in THRESHOLDS]


def resolved(sample: Sample) -> tuple[Resolution, float]:
    """What `resolve` makes of a sample without history or decisions, and its seconds."""
    nothing = {"ledger": LEDGER_SCHEMA, "aliases": ALIAS_SCHEMA, "exceptions": EXCEPTION_SCHEMA}
    empty = {name: pl.DataFrame(schema=dict(schema)) for name, schema in nothing.items()}
    begun = time.perf_counter()
    found = resolve(sample.records, **empty, as_of=datetime(2026, 1, 1, tzinfo=UTC), run_id="accuracy")
    return found, time.perf_counter() - begun


def ours(sample: Sample, parts: pl.DataFrame | None = None) -> tuple[list[Figures], Resolution]:
    """Our figures per record type, with the share of pairs decided, and the resolution itself."""
    found, seconds = resolved(sample)
    parts = reachable_parts(sample.records, sample.truth) if parts is None else parts
    table = pairwise(found.crosswalk, sample.truth, parts)
    table = table.join(decided_share(found.match_edge), on="record_type", how="left", maintain_order="left")
    return [{"method": "ours", "seconds": seconds, **row} for row in table.to_dicts()], found


def ours_scored(sample: Sample, found: Resolution, kind: str, parts: pl.DataFrame) -> Scored:
    """Our accepted edges, by their confidence."""
    edges = found.match_edge.filter((pl.col("record_type") == kind) & (pl.col("status") == "accepted"))
    return Scored(sample, kind, edges.select("record_a", "record_b", probability="confidence"), parts)


def library(sample: Sample, kind: str, method: ModuleType, parts: pl.DataFrame) -> tuple[Scored, float]:
    """The pairs of a library on the records of one type, and its seconds."""
    begun = time.perf_counter()
    keys = prepared(sample, kind)
    found = method.pairs(keys, kind)
    ids = keys["source_record_id"]
    named = found.select("probability", record_a=ids.gather(found["a"]), record_b=ids.gather(found["b"]))
    return Scored(sample, kind, named, parts), time.perf_counter() - begun


def others(sample: Sample, parts: pl.DataFrame, keep: Callable[[str, Scored], None]) -> Iterator[Figures]:
    """The figures of the other methods per record type; `keep` is handed the pairs that Splink scored."""
    for kind in RECORD_TYPES:
        records = sample.records.filter(pl.col("record_type") == kind)
        if records.is_empty():
            continue
        for name, method in (("Splink", splink_default), ("recordlinkage ECM", record_linkage)):
            scored, seconds = library(sample, kind, method, parts)
            if method is splink_default:
                keep(kind, scored)
            yield {"method": f"{name}, at {method.THRESHOLD:g}", "seconds": seconds, **scored.at(method.THRESHOLD)}
            best = max(scored.sweep(), key=lambda figures: figures["f1"])
            yield {"method": f"{name}, best threshold by the truth ({best['threshold']:g})", "seconds": seconds, **best}
        for name, free_mail in (("founding rules", True), ("founding rules, free mail left out", False)):
            rule = partial(founding_rules.labels, free_mail=free_mail)
            begun = time.perf_counter()
            labels = rule(records, kind)
            seconds = time.perf_counter() - begun
            crosswalk = records.select("source_record_id", "record_type", customer_id=labels.cast(pl.String))
            yield {"method": name, "seconds": seconds, **pairwise(crosswalk, sample.truth, parts).row(0, named=True)}
            if kind == "person":
                break
