"""Faults that can be planted in what was just delivered, each with what should notice it.

Here: the registry `FAULTS`, and planting with a record in the truth. Not here: the faults themselves (`shape`,
`content`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cdp_platform.simulator.delivery import Window
from cdp_platform.simulator.faults import content, shape
from cdp_platform.simulator.faults.site import Site
from cdp_platform.simulator.truth import FAULT, planted, record_faults


@dataclass(frozen=True)
class Fault:
    """A fault of one stream (`*`: of the whole source). `noticed_by` says what must turn red or be reported."""

    source: str
    stream: str
    noticed_by: str
    plant: Callable[[Site], str]

    @property
    def description(self) -> str:
        """What is wrong, in one sentence."""
        return (self.plant.__doc__ or "").strip()


FAULTS: dict[str, Fault] = {
    "stale_source": Fault("salesforce", "*", "freshness of every Salesforce stream", shape.stale_source),
    "duplicate_batch": Fault(
        "platform",
        "leave_events",
        "the accounting of the stream counts them as duplicates; no figure changes",
        shape.duplicate_batch,
    ),
    "dropped_column": Fault("netsuite", "invoice", "contract: the file is held, the mark stays", shape.dropped_column),
    "retyped_column": Fault(
        "salesforce",
        "Opportunity",
        "contract, or control totals where few rows came: the file is held, the mark stays",
        shape.retyped_column,
    ),
    "new_column": Fault(
        "platform", "organizations", "drift: the column is kept and reported, nothing stops", shape.new_column
    ),
    "unit_change": Fault("netsuite", "revenueplan", "control totals of recognised revenue", content.unit_change),
    "shifted_time_zone": Fault(
        "platform",
        "leave_events",
        "control totals at month ends; events written before they occurred",
        content.shifted_time_zone,
    ),
    "truncated_file": Fault(
        "netsuite", "customer", "landing: one unreadable unit in quarantine, the stream is held", shape.truncated_file
    ),
    "orphan_invoice": Fault("netsuite", "invoice", "referential integrity of billed revenue", content.orphan_invoice),
    "wrong_total": Fault("netsuite", "invoice", "control totals of invoices", content.wrong_total),
    "missing_keys": Fault(
        "salesforce", "Contact", "contract: over 1 % rejected, the file is held", content.missing_keys
    ),
    "volume_drop": Fault(
        "platform",
        "leave_events",
        "control totals of rows; volume against the last loads where the stream is large",
        shape.volume_drop,
    ),
    "future_dates": Fault("platform", "users", "contract: changes that lie ahead are rejected", content.future_dates),
    "negative_score": Fault(
        "platform", "health_scores", "contract: scores below 0 are rejected", content.negative_score
    ),
    "duplicate_customers": Fault(
        "netsuite",
        "customer",
        "volume against the last loads; once released, the source's share of duplicates",
        content.duplicate_customers,
    ),
    "swapped_encoding": Fault(
        "platform", "users", "landing: rows that are not UTF-8 in quarantine", shape.swapped_encoding
    ),
}


def check_names(names: Sequence[str]) -> None:
    """Raise ValueError for a fault that does not exist."""
    unknown = sorted(set(names) - set(FAULTS))
    if unknown:
        raise ValueError(f"unknown fault {', '.join(unknown)}; known: {', '.join(FAULTS)}")


def plant(landing: Path, truth: Path, names: Sequence[str], windows: Sequence[Window], seed: int) -> None:
    """Plant faults in the deliveries of `windows` and record them; a history written anew forgets earlier ones."""
    site = Site(landing, truth, windows, seed)
    fresh = windows[0].after is None
    known = pl.DataFrame(schema=FAULT) if fresh else planted(truth)
    rows = [(name, FAULTS[name].source, FAULTS[name].stream, FAULTS[name].plant(site)) for name in names]
    record_faults(truth, pl.concat([known, pl.DataFrame(rows, schema=FAULT, orient="row")]))


__all__ = ["FAULTS", "Fault", "check_names", "plant"]
