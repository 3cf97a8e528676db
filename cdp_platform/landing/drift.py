"""Does a delivery still have the columns that were declared?

Here: what its columns looked like, and the sentence about those that are missing or retyped. Not here: single values.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cdp_platform.sources import Stream

RETYPED_SHARE = 0.5
FEW_ROWS = 10
MENDS = "_rejection_id"
"""In a delivery of mended rows: the rejection that a row answers. Kept in raw like any column, but nothing new."""


@dataclass
class ColumnStatistics:
    """What a delivery's columns looked like, over all its chunks."""

    rows: int = 0
    seen: dict[str, None] = field(default_factory=dict)
    retyped: dict[str, str] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    nulled: Counter[str] = field(default_factory=Counter)

    def add_columns(self, names: Iterable[str], rows: int) -> None:
        """A chunk of `rows` rows had these columns; a file without a row says nothing about them."""
        self.rows += rows
        if rows:
            self.seen |= dict.fromkeys(names)

    def has_declared(self, stream: Stream) -> bool:
        """At least one delivered column is the stream's."""
        return any(column.raw_name in self.seen for column in stream.columns)

    def drift(self, stream: Stream) -> str | None:
        """The sentence that says which declared column is missing or retyped, or None."""
        faults = []
        missing = [c.name for c in stream.columns if not c.optional and c.raw_name not in self.seen]
        if self.rows and missing:
            faults.append(f"missing column {', '.join(missing)}")
        for column in stream.columns:
            nulled, filled = self.nulled[column.raw_name], self.filled[column.raw_name]
            if column.raw_name in self.retyped:
                faults.append(f"retyped column {column.name}: {self.retyped[column.raw_name]}, not {column.type}")
            elif nulled >= FEW_ROWS and nulled > RETYPED_SHARE * filled:
                faults.append(f"retyped column {column.name}: {nulled} of {filled} values are not {column.type}")
        return "; ".join(faults) or None

    def undeclared(self, stream: Stream) -> list[str]:
        """Delivered columns that raw keeps although nobody declared them."""
        declared = {column.raw_name for column in stream.columns}
        return sorted(name for name in self.seen if name not in declared)

    def new_columns(self, stream: Stream) -> str | None:
        """The undeclared columns to report, or None."""
        return ", ".join(name for name in self.undeclared(stream) if name != MENDS) or None
