"""What a simulation wrote, in numbers.

Here: `Summary`. Not here: writing.
"""

from dataclasses import dataclass, field
from datetime import date


@dataclass
class Summary:
    """What a simulation wrote. `records` and `entities` are party records and true parties so far."""

    end: date
    files: int = 0
    rows: int = 0
    bytes: int = 0
    records: int = 0
    entities: int = 0
    seconds: float = 0.0
    rows_per_stream: dict[str, int] = field(default_factory=dict)

    def count(self, stream: str, written: tuple[int, int, int]) -> None:
        """Add files, rows and bytes of a stream."""
        self.files += written[0]
        self.rows += written[1]
        self.bytes += written[2]
        self.rows_per_stream[stream] = self.rows_per_stream.get(stream, 0) + written[1]
