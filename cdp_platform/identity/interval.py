"""How sure a share is that was counted: Wilson's interval of a proportion, as SciPy has it.

Here: the interval, with SciPy's statistics loaded where it is asked for: they are large, and most processes never ask.
Not here: what is counted, or how sure one wants to be.
"""


def wilson(found: int, of: int, sure: float) -> tuple[float, float]:
    """The lowest and the highest share that may lie behind `found` of so many (at least one), `sure` (0 to 1)."""
    from scipy.stats import binomtest

    interval = binomtest(found, of).proportion_ci(sure, method="wilson")
    return interval.low, interval.high
