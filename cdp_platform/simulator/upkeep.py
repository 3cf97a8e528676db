"""The company in an installation: how many days it is behind, and making room for another one.

Here: what `cdp demo` and `cdp dev` ask before they simulate. Not here: simulating.
"""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from cdp_platform.simulator.parameters import Parameters

TRUTH = "truth"


def days_missing(truth: Path, until: date) -> int:
    """Days between the last one delivered and `until`; 0 where there is no company."""
    known = Parameters.load(truth)
    return max(0, (until - known.end).days) if known else 0


def forget_other_company(
    home: Path, *, scale: float, seed: int, noise: float, locales: Mapping[str, float] | None, end: date
) -> bool:
    """Empty a home whose company is another one, or has been delivered beyond `end`; say whether it was.

    A home without a simulated company is never touched. Raises ValueError for a `world.json` that cannot be read.
    """
    known = Parameters.load(home / TRUTH)
    wanted = Parameters.checked(seed, scale, noise, locales, end)
    if known is None or (known.same_world(wanted) and known.end <= end):
        return False
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return True
