"""`cdp dev` as a program: what it says, how it refuses, and that nothing of it is left."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.tags import GRPC_INFO_TAG, WILL_RETRY_TAG

from cdp_platform.automation.claim import ANY_ADDRESS, CannotOpen, claim, url
from cdp_platform.automation.home import LOCAL_CONFIG, fail_abandoned_runs, limit_writers, open_instance, prepare_home
from cdp_platform.environment import Settings, load_settings
from tests.automation.opened import CDP, free_port, is_alive, opened
from tests.automation.runs import GOING, plant


def dev(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CDP_HOME": str(settings.home)}
    return subprocess.run(
        [CDP, "dev", *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = load_settings({"CDP_HOME": str(tmp_path / "home")})
    prepare_home(found)
    return found


def test_it_opens_once_per_home_says_where_and_ends_with_all_it_started(settings: Settings) -> None:
    with opened(settings) as dagster:
        assert any("nothing is here yet: `cdp demo`" in line for line in dagster.said)
        assert f"{dagster.address} is open" in dagster.said[-1]
        second = dev(settings, "--port", str(free_port()))
        assert (second.returncode, len(second.stderr.splitlines())) == (2, 1), "two daemons would start all twice"
        assert f"is already open on {settings.home}, at {dagster.address}" in second.stderr
        family = dagster.family()
        assert len(family) >= 4, "itself, a code server, a webserver and a daemon"
        started = time.monotonic()
        assert dagster.end(signal.SIGTERM) == 0
        assert time.monotonic() - started < 20
        assert [pid for pid in family if is_alive(pid)] == []


def test_ctrl_c_ends_it_before_it_is_open(settings: Settings) -> None:
    with opened(settings, wait=False) as dagster:
        dagster.until(lambda: (settings.dagster_home / "running.log").exists() or None, 60, "its first process")
        family = dagster.family()
        assert dagster.end(signal.SIGINT) == 0
        assert [pid for pid in family if is_alive(pid)] == []


def test_a_port_that_is_taken_is_refused_in_one_sentence(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = dev(settings, "--port", str(port))
    assert answer.returncode == 2
    [said] = answer.stderr.splitlines()
    assert f"port {port} of 127.0.0.1: Address already in use; choose another with --port" in said


def test_a_host_that_is_not_here_is_refused(settings: Settings) -> None:
    with pytest.raises(CannotOpen, match="--port"), claim(settings, host="192.0.2.1", port=free_port()):
        pass


def test_a_claim_ends_with_who_made_it(settings: Settings) -> None:
    here = {"host": "127.0.0.1", "port": free_port()}
    with claim(settings, **here), pytest.raises(CannotOpen, match="already open"), claim(settings, **here):
        pass
    with claim(settings, **here):
        pass


def test_the_address_is_one_that_a_browser_here_can_open() -> None:
    assert [url(host, 3000) for host in ("127.0.0.1", *ANY_ADDRESS, "example")] == [
        "http://127.0.0.1:3000",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "http://example:3000",
    ]


def test_a_home_is_configured_by_this_version(settings: Settings) -> None:
    config = settings.dagster_home / "dagster.yaml"
    config.write_text("telemetry: {enabled: true}\n")
    prepare_home(settings)
    assert config.read_bytes() == LOCAL_CONFIG.read_bytes()
    assert list(settings.dagster_home.glob("*.tmp")) == []
    before = config.stat().st_ino
    prepare_home(settings)
    assert config.stat().st_ino == before, "a configuration that is right is not touched: others may be reading it"


def test_runs_whose_process_is_gone_have_failed_and_are_tried_again(settings: Settings) -> None:
    with open_instance(settings) as instance:
        launched = plant(instance, "refresh_stripe", GOING, tags={GRPC_INFO_TAG: "{}"})
        queued = plant(instance, "refresh_stripe", dg.DagsterRunStatus.NOT_STARTED)
        by_cli = plant(instance, "refresh_stripe", GOING)
        fail_abandoned_runs(instance)
        found = {run.run_id: run for run in instance.get_runs()}
    assert found[launched.run_id].status is dg.DagsterRunStatus.FAILURE
    assert found[launched.run_id].tags[WILL_RETRY_TAG] == "true"
    assert found[queued.run_id].status is dg.DagsterRunStatus.NOT_STARTED, "it starts when its turn comes"
    assert found[by_cli.run_id].status is GOING, "it runs in a process of its own"


def test_writers_take_turns_from_the_first_run_on(settings: Settings) -> None:
    with open_instance(settings) as instance:
        limit_writers(instance)
        assert [(pool.name, pool.limit) for pool in instance.event_log_storage.get_pool_limits()] == [
            ("duckdb_writer", 1)
        ]
