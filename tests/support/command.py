"""`cdp` as a process of its own: run to its end, or watched while it works."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cdp_platform.environment import Settings

CDP = Path(sys.executable).with_name("cdp")
PATIENCE_SECONDS = 600.0


def cdp(settings: Settings, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command on a home to its end."""
    return subprocess.run(
        [CDP, *arguments], env=_environment(settings), cwd=cwd, capture_output=True, text=True, check=False
    )


class Watched:
    """A command at work; what it says on standard error is in `said`."""

    def __init__(self, settings: Settings, *arguments: str) -> None:
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._process = subprocess.Popen(
            [CDP, *arguments], env=_environment(settings), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, words: str) -> None:
        """Return as soon as a line holds these words. Raises AssertionError where the command ends before."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            assert line is not None, f"it ended without saying '{words}': {''.join(self.said)[-2000:]}"
            self.said.append(line)
            if words in line:
                return

    def kill(self) -> None:
        """As a power cut would: no handler runs."""
        self._process.send_signal(signal.SIGKILL)
        assert self._process.wait(PATIENCE_SECONDS) == -signal.SIGKILL, "it had ended before it was killed"

    def interrupt(self) -> int:
        """As Ctrl-C does; its exit code."""
        self._process.send_signal(signal.SIGINT)
        return self.end()

    def end(self) -> int:
        """Its exit code, once it has ended."""
        code = self._process.wait(PATIENCE_SECONDS)
        while (line := self._lines.get(timeout=PATIENCE_SECONDS)) is not None:
            self.said.append(line)
        return code

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._lines.put(line)
        self._lines.put(None)


@contextmanager
def watched(settings: Settings, *arguments: str) -> Iterator[Watched]:
    """A command at work that does not outlive the test."""
    command = Watched(settings, *arguments)
    try:
        yield command
    finally:
        if command.is_running():
            command.kill()


def _environment(settings: Settings) -> dict[str, str]:
    return os.environ | {"CDP_HOME": str(settings.home), "CDP_LANDING": str(settings.landing)}
