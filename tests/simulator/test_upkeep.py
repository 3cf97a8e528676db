from datetime import timedelta
from pathlib import Path

import pytest

from cdp_platform.simulator import forget_other_company
from cdp_platform.simulator.parameters import Parameters
from tests.simulator.conftest import END, SCALE, SEED

SAME = {"scale": SCALE, "seed": SEED, "noise": 1.0, "locales": {"US": 0.6, "DE": 0.4}, "end": END}


@pytest.mark.parametrize(
    ("changed", "is_forgotten"),
    [
        ({}, False),
        ({"locales": {"DE": 0.4, "US": 0.6}}, False),
        ({"end": END + timedelta(days=1)}, False),
        ({"end": END - timedelta(days=1)}, True),
        ({"seed": SEED + 1}, True),
        ({"scale": 0.005}, True),
        ({"noise": 0.5}, True),
        ({"locales": {"US": 0.4, "DE": 0.6}}, True),
        ({"locales": None}, True),
    ],
)
def test_only_another_company_is_forgotten(tmp_path: Path, changed: dict[str, object], is_forgotten: bool) -> None:
    Parameters.checked(SEED, SCALE, 1.0, {"US": 0.6, "DE": 0.4}, END).save(tmp_path / "truth")
    assert forget_other_company(tmp_path, **(SAME | changed)) is is_forgotten  # type: ignore[arg-type]
    assert (list(tmp_path.iterdir()) == []) is is_forgotten


def test_a_home_without_a_company_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").touch()
    assert not forget_other_company(tmp_path, **SAME)  # type: ignore[arg-type]
    assert (tmp_path / "warehouse.duckdb").exists()
