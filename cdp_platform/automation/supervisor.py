"""Running the Dagster webserver and daemon as one foreground program that ends when it is told to.

Here: starting `dagster dev`, passing signals on, and making sure that nothing is left behind. Not here: what they run.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from cdp_platform.environment import PROJECT, Settings, child_environment

GRACE_SECONDS = 15


def command(host: str, port: int) -> list[str]:
    """The command line of the webserver and daemon on the project's workspace."""
    dagster = Path(sys.executable).with_name("dagster")
    return [
        str(dagster),
        "dev",
        "-w",
        str(PROJECT / "workspace.yaml"),
        "-h",
        host,
        "-p",
        str(port),
        "--log-level",
        "warning",
    ]


def run_dagster(settings: Settings, *, host: str, port: int) -> int:
    """Run until the program ends or a signal comes; returns its exit code, 0 after a signal."""
    process = subprocess.Popen(
        command(host, port), env=child_environment(settings), cwd=PROJECT, start_new_session=True
    )
    told = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        told = True
        os.killpg(process.pid, signal.SIGINT)

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while True:
            try:
                code = process.wait(timeout=GRACE_SECONDS if told else None)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                return 0 if told else code
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
