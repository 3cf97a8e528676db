"""The main job at the full size of requirement F1, as a user starts it: done in one go, green, and right."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.drill

CDP = Path(sys.executable).with_name("cdp")
MOST_MEMORY_KB = 8 * 1024 * 1024


def _cdp(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CDP_HOME": str(home)}
    return subprocess.run([CDP, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_the_demo_at_scale_one_is_green_right_and_fits_the_machine(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = _cdp(home, "demo", "--scale", "1")
    assert done.returncode == 0, done.stderr[-3000:]
    assert " 0 failed" in done.stdout
    scored = _cdp(home, "score", "--format", "json")
    assert [row["measure"] for row in json.loads(scored.stdout) if not row["is_met"]] == []
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MOST_MEMORY_KB
