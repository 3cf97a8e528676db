"""How sure a share is that was counted: Wilson's interval of a proportion.

Here: the interval, a second faster than loading SciPy's statistics for it; a test holds it to SciPy's. Not here: what
is counted, or how sure one wants to be. Source: Wilson, Probable Inference (1927).
"""

from math import sqrt
from statistics import NormalDist


def wilson(found: int, of: int, sure: float) -> tuple[float, float]:
    """The lowest and the highest share that may lie behind `found` of so many (at least one), `sure` (0 to 1)."""
    z = NormalDist().inv_cdf((1 + sure) / 2)
    middle = (found + z**2 / 2) / (of + z**2)
    width = z * sqrt(found * (of - found) / of + z**2 / 4) / (of + z**2)
    return max(0.0, middle - width), min(1.0, middle + width)
