"""A dbt test speaks as a Python check does: a sentence, and expected, actual and difference as numbers."""

from typing import Any

import dagster as dg
import pytest

from cdp_platform.assets.dbt_results import with_numbers


@pytest.mark.parametrize(
    ("passed", "outcome", "said", "rows"),
    [
        (True, {}, "no row fails", 0),
        (False, {"num_failures": 1}, "1 row fails", 1),
        (False, {"num_failures": 1234}, "1,234 rows fail", 1234),
        (False, {}, "could not be asked: its SQL fails", 0),
    ],
)
def test_a_test_gives_its_numbers(passed: bool, outcome: dict[str, Any], said: str, rows: int) -> None:
    result = dg.AssetCheckResult(passed=passed, metadata={"dagster_dbt/unique_id": "test.cdp.x"})
    told = with_numbers(result, outcome)
    numbers = {name: told.metadata[name].value for name in ("expected", "actual", "difference")}
    assert (told.description, numbers) == (said, {"expected": 0, "actual": rows, "difference": rows})
    assert told.metadata["dagster_dbt/unique_id"].value == "test.cdp.x"
