"""Wilson's interval, against SciPy's."""

import pytest
from scipy.stats import binomtest

from cdp_platform.identity.interval import wilson


@pytest.mark.parametrize(("found", "of"), [(0, 1), (1, 1), (1, 2), (3, 40), (17, 900), (90_000, 100_000), (5, 5)])
@pytest.mark.parametrize("sure", [0.5, 0.95, 0.999])
def test_it_is_what_scipy_gives(found: int, of: int, sure: float) -> None:
    expected = binomtest(found, of).proportion_ci(sure, method="wilson")
    assert wilson(found, of, sure) == pytest.approx((expected.low, expected.high), abs=1e-12)
