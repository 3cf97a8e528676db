"""The Dagster webserver and daemon as one foreground program that ends, with all it started, when it is told to.

`dagster dev` leaves its code server behind. Here: one code server for both, started first; signals passed on. Not here:
who may open it where (`claim`), what is run.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

import yaml

from cdp_platform.automation.claim import near
from cdp_platform.automation.home import fail_abandoned_runs, limit_writers, open_instance
from cdp_platform.environment import PROJECT, Settings, child_environment

GRACE_SECONDS = 12
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_log = logging.getLogger("cdp.dev")


class EndedByItself(RuntimeError):
    """One of the processes ended though nobody told it to; the message says which, and where it says why."""


def run_dagster(settings: Settings, *, host: str, port: int, inherit: int, ready: Callable[[], None]) -> None:
    """Run until a signal comes; `ready` is called when the UI answers. Raises EndedByItself."""
    told = 0

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        told += 1

    previous = {number: signal.signal(number, stop) for number in SIGNALS}
    log = settings.dagster_home / "running.log"
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with (
        open_instance(settings) as instance,
        tempfile.TemporaryDirectory(prefix="cdp-") as folder,
        log.open("wb") as out,
    ):
        limit_writers(instance)
        fail_abandoned_runs(instance)
        waiting = True
        try:
            for name, command, is_up in _commands(Path(folder), host, port):
                processes[name] = subprocess.Popen(
                    command,
                    env=child_environment(settings),
                    cwd=PROJECT,
                    stdout=out,
                    stderr=out,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    pass_fds=[inherit],
                )
                while not told and not is_up():
                    _look_after(processes, log)
            while not told:
                _look_after(processes, log)
                if waiting and _answers(host, port):
                    waiting = False
                    ready()
        finally:
            _end(list(processes.values()), now=lambda: told > 1)
            fail_abandoned_runs(instance)
            for number, handler in previous.items():
                signal.signal(number, handler)


def _commands(folder: Path, host: str, port: int) -> Iterator[tuple[str, list[str], Callable[[], bool]]]:
    """Name, command and whether the next may start, in order of starting."""
    location = yaml.safe_load((PROJECT / "workspace.yaml").read_text())["load_from"][0]["python_module"]
    server, clients = folder / "code", folder / "workspace.yaml"
    known_as = {"socket": str(server), "location_name": location["location_name"]}
    clients.write_text(json.dumps({"load_from": [{"grpc_server": known_as}]}))
    code = ["-m", location["module_name"], "-a", location["attribute"], "-d", location["working_directory"]]
    code += ["--socket", str(server), "--location-name", location["location_name"], "--log-level", "warning"]
    web = ["-h", host, "-p", str(port), "-w", str(clients), "--dagster-log-level", "warning"]
    python = [sys.executable, "-m"]
    yield "code server", [*python, "dagster", "code-server", "start", *code], server.exists
    yield "webserver", [*python, "dagster_webserver", *web], lambda: True
    daemon = ["run", "-w", str(clients), "--log-level", "warning"]
    yield "daemon", [*python, "dagster._daemon", *daemon], lambda: True


def _look_after(processes: dict[str, subprocess.Popen[bytes]], log: Path) -> None:
    """Wait a moment. Raises EndedByItself."""
    time.sleep(0.2)
    for name, process in processes.items():
        if process.poll() is not None:
            raise EndedByItself(
                f"the {name} ended by itself with code {process.returncode}; its last words are in {log}"
            )


def _answers(host: str, port: int) -> bool:
    connection = HTTPConnection(near(host), port, timeout=5)
    try:
        connection.request("GET", "/server_info")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _end(processes: list[subprocess.Popen[bytes]], now: Callable[[], bool]) -> None:
    """Tell the processes to end, let runs end by themselves for a while, then (or `now`) kill what is left.

    A run that is killed is tried again at the next start; one that is interrupted would count as failed for good.
    """
    _log.info("ending Dagster; a run gets %s s more, or until you say so again", GRACE_SECONDS)
    for process in processes:
        process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(map(_lives, processes)) and time.monotonic() < deadline and not now():
        time.sleep(0.1)
    for process in processes:
        if _lives(process):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _lives(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process or anything that it has started is still there."""
    process.poll()  # one that has ended must be collected, or its group seems to live on
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True
