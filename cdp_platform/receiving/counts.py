"""What became of the requests, counted per day and kept in a file that `cdp status` reads.

Here: the figures and the sign of life beside them. Not here: what the on-call is told (`serving.webhooks`).
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cdp_platform.receiving.refusal import Outcome

KEPT_DAYS = timedelta(days=30)
LACKS_COLUMNS = "kept without a declared column"


@dataclass
class Counts:
    """Counts by UTC day and word. `alive_at`: when the receiver last wrote; `is_stopped`: it ended as it should."""

    alive_at: datetime
    is_stopped: bool = False
    days: dict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    last: dict[str, datetime] = field(default_factory=dict)

    def add(self, word: Outcome | str) -> None:
        """One more request came to this."""
        now = datetime.now(UTC)
        self.days[now.date()][str(word)] += 1
        self.last[str(word)] = now

    def since(self, day: date) -> Counter[str]:
        """The sums from that day on."""
        return sum((counted for of, counted in self.days.items() if of >= day), Counter())

    def text(self) -> str:
        """The file's content, older days left out."""
        oldest = self.alive_at.date() - KEPT_DAYS
        return json.dumps(
            {
                "alive_at": self.alive_at.isoformat(),
                "is_stopped": self.is_stopped,
                "days": {day.isoformat(): dict(counted) for day, counted in self.days.items() if day >= oldest},
                "last": {word: at.isoformat() for word, at in self.last.items()},
            },
            indent=1,
        )


def counts_file(folder: Path) -> Path:
    """Where a receiver with this folder writes its counts."""
    return folder / "counts.json"


def read_counts(folder: Path) -> Counts | None:
    """The counts as last written, or None where no receiver ever ran."""
    file = counts_file(folder)
    if not file.exists():
        return None
    said = json.loads(file.read_text())
    counts = Counts(datetime.fromisoformat(said["alive_at"]), said["is_stopped"])
    counts.days |= {date.fromisoformat(day): Counter(counted) for day, counted in said["days"].items()}
    counts.last = {word: datetime.fromisoformat(at) for word, at in said["last"].items()}
    return counts


def write_counts(folder: Path, text: str) -> None:
    """Put the counts in place at once."""
    file = counts_file(folder)
    temporary = file.with_suffix(".tmp")
    temporary.write_text(text)
    temporary.replace(file)
