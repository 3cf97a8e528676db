"""What a world was made with, kept in `world.json` beside the truth, so that days can be added to the same world.

Here: reading, writing and comparing parameters. Not here: making the world.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from cdp_platform.simulator.addresses import Locales
from cdp_platform.simulator.timeline import Timeline
from cdp_platform.simulator.world import World

FILE = "world.json"


@dataclass(frozen=True)
class Parameters:
    """A world, the end of the history it began with, and the last day delivered."""

    seed: int
    scale: float
    noise: float
    locales: Mapping[str, float]
    history_end: date
    end: date

    @classmethod
    def checked(
        cls, seed: int, scale: float, noise: float, locales: Mapping[str, float] | None, end: date
    ) -> "Parameters":
        """Parameters of a new world. Raises ValueError for values that make none."""
        if not 0 < scale <= 10:
            raise ValueError(f"scale must be above 0 and at most 10, not {scale:g}")
        if not 0 <= noise <= 2:
            raise ValueError(f"noise must be between 0 and 2, not {noise:g}")
        if seed < 0:
            raise ValueError("seed must not be negative")
        return cls(seed, scale, noise, dict(sorted(Locales.of(locales).share.items())), end, end)

    @classmethod
    def load(cls, truth: Path) -> "Parameters | None":
        """The world whose truth is kept in a folder, or None. Raises ValueError for a file that cannot be read."""
        file = truth / FILE
        if not file.exists():
            return None
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            history_end, end = (date.fromisoformat(kept.pop(name)) for name in ("history_end", "end"))
            return cls(**kept, history_end=history_end, end=end)
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f"{file} is not a simulator's world.json; remove the truth and landing folders to start anew"
            ) from error

    def save(self, truth: Path) -> None:
        """Keep the parameters."""
        truth.mkdir(parents=True, exist_ok=True)
        kept = asdict(self) | {"history_end": self.history_end.isoformat(), "end": self.end.isoformat()}
        unfinished = truth / f"{FILE}.tmp"
        unfinished.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        unfinished.replace(truth / FILE)

    def same_world(self, other: "Parameters") -> bool:
        """Whether the other parameters make the same world, wherever they end."""
        return replace(other, history_end=self.history_end, end=self.end) == self

    def __str__(self) -> str:
        """What makes the world, for a person."""
        return f"seed {self.seed}, scale {self.scale:g}, noise {self.noise:g}, locales {Locales(self.locales)}"

    def world(self) -> World:
        """The world. Raises ValueError where the end lies beyond what it knows."""
        timeline = Timeline.ending(self.history_end)
        return World(self.seed, self.scale, timeline, self.noise, Locales(self.locales))
