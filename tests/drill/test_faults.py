"""Every fault that the simulator can plant is noticed by the check that it names, and stops only its own stream.

Here: faults planted in four days of deliveries, refreshed, seen as the on-call does. Not here: that a check sees
a damaged table (`asset_checks/test_proofs`), what a fault does to a file (`simulator/test_faults`).
"""

import json
import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from cdp_platform.environment import Settings, load_settings
from cdp_platform.serving.publish import versions
from cdp_platform.simulator import FAULTS
from tests.conftest import end_of_history
from tests.support.command import cdp

pytestmark = pytest.mark.drill

SCALE, DAYS = "0.01", 4
NOTICED = {
    "stale_source": {"salesforce is stale"},
    "duplicate_batch": set(),
    "dropped_column": {"raw/netsuite__invoice: has_declared_columns"},
    "retyped_column": {"raw/salesforce__opportunity: keeps_its_contract"},
    "new_column": {"raw/platform__organizations: brings_no_new_column"},
    "unit_change": {"raw/netsuite__revenueplan: reconciles_to_control_total"},
    "shifted_time_zone": {"staging/stg_platform__leave_event: happened_before_it_was_written"},
    "truncated_file": {"raw/netsuite__customer: keeps_its_contract"},
    "orphan_invoice": {"domain/invoice: belongs_to_a_known_party"},
    "wrong_total": {"raw/netsuite__invoice: reconciles_to_control_total"},
    "missing_keys": {"raw/salesforce__contact: keeps_its_contract"},
    "volume_drop": {"raw/platform__leave_events: reconciles_to_control_total"},
    "future_dates": {"raw/platform__users: keeps_its_contract"},
    "negative_score": {"raw/platform__health_scores: keeps_its_contract"},
    "duplicate_customers": {"raw/netsuite__customer: has_usual_volume"},
    "swapped_encoding": {"raw/platform__users: keeps_its_contract"},
}
"""Per fault the checks that fail or warn, or the source that status calls stale. A batch that comes twice changes
nothing, so nothing may object to it."""
ROUNDS = [
    [
        "stale_source",
        "dropped_column",
        "new_column",
        "unit_change",
        "truncated_file",
        "volume_drop",
        "future_dates",
        "negative_score",
    ],
    ["retyped_column", "orphan_invoice", "duplicate_customers", "missing_keys", "duplicate_batch", "swapped_encoding"],
    ["wrong_total", "shifted_time_zone"],
]


@dataclass(frozen=True)
class Morning:
    """A home after a night with faults: what failed or warned, what else status says, and the versions."""

    planted: list[str]
    checks: dict[str, bool]
    lines: list[dict[str, Any]]
    published: int


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A company without any fault, whose last day is not today's: only its age may be objected to."""
    settings = load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("evening"))})
    last = end_of_history() - timedelta(days=DAYS)
    assert cdp(settings, "simulate", "--scale", SCALE, "--end", last.isoformat()).returncode == 0
    refreshed = cdp(settings, "refresh", "--quiet")
    assert len(versions(settings)) == 1, refreshed.stderr[-2000:]
    lines = json.loads(cdp(settings, "status", "--all", "--format", "json").stdout)
    assert [line for line in lines if line["is_failing"] and line["section"] != "stale"] == []
    return settings


@pytest.fixture(scope="module", params=ROUNDS, ids=lambda planted: planted[0])
def morning(request: pytest.FixtureRequest, evening: Settings, tmp_path_factory: pytest.TempPathFactory) -> Morning:
    """The company after the days with these faults."""
    settings = load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("morning") / "home")})
    shutil.copytree(evening.home, settings.home)
    faults = [word for name in request.param for word in ("--fault", name)]
    assert cdp(settings, "simulate", "--days", str(DAYS), *faults).returncode == 0
    refreshed = cdp(settings, "refresh", "--quiet")
    assert refreshed.returncode in (0, 1), refreshed.stderr[-2000:]
    lines = json.loads(cdp(settings, "status", "--all", "--format", "json").stdout)
    checks = {line["what"]: line["is_failing"] for line in lines if line["section"] == "failing checks"}
    checks |= {f"{line['what'].partition(':')[0]} is stale": True for line in lines if line["section"] == "stale"}
    return Morning(request.param, checks, lines, len(versions(settings)))


def test_every_fault_has_its_night() -> None:
    assert sorted(name for planted in ROUNDS for name in planted) == sorted(FAULTS) == sorted(NOTICED)


def test_every_fault_is_noticed(morning: Morning) -> None:
    overlooked = {name: NOTICED[name] - morning.checks.keys() for name in morning.planted}
    assert {name: missed for name, missed in overlooked.items() if missed} == {}, morning.checks


def test_only_the_streams_with_a_fault_are_objected_to(morning: Morning) -> None:
    streams = {f"raw/{FAULTS[name].source}__{FAULTS[name].stream.lower()}" for name in morning.planted}
    sources = tuple(f"raw/{FAULTS[name].source}__" for name in morning.planted if FAULTS[name].stream == "*")
    failing = {what.partition(":")[0] for what, is_failing in morning.checks.items() if is_failing}
    raw = {asset for asset in failing if asset.startswith("raw/")}
    assert {asset for asset in raw - streams if not asset.startswith(sources)} == set()


def test_the_other_streams_went_on_and_readers_got_a_new_version(morning: Morning) -> None:
    assert morning.published == 2, morning.lines
    assert [line for line in morning.lines if line["section"] in ("runs", "publish")] == []
