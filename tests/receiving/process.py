"""`cdp receive` as a process of its own, at a free port.

Here: starting it, killing it, telling it to end. Not here: what is sent to it (`sender`).
"""

import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cdp_platform.environment import Settings
from tests.receiving.sender import SECRET
from tests.support.command import CDP, PATIENCE_SECONDS

NEVER = "86400"


class Receiving:
    """A receiver at work; what it says is in `said`."""

    def __init__(self, settings: Settings, *arguments: str) -> None:
        self.said: list[str] = []
        environment = os.environ | {"CDP_HOME": str(settings.home), "STRIPE_WEBHOOK_SECRET": SECRET}
        environment.pop("CDP_LANDING", None)
        command = [CDP, "receive", "--port", "0", *arguments]
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, args=[lines], daemon=True).start()
        while (found := re.search(r":(\d+)/stripe", line := lines.get(timeout=PATIENCE_SECONDS) or "")) is None:
            assert line, "".join(self.said)
        self.port = int(found[1])

    def _listen(self, lines: "queue.Queue[str | None]") -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said.append(line)
            lines.put(line)
        lines.put(None)

    def kill(self) -> None:
        """As a power cut would: no handler runs."""
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end; its exit code."""
        self._process.send_signal(number)
        return self._process.wait(PATIENCE_SECONDS)


@contextmanager
def receiving(settings: Settings, *arguments: str) -> Iterator[Receiving]:
    """A receiver that does not outlive the test. By itself it hands nothing over, unless `--every` says so."""
    process = Receiving(settings, *(arguments or ("--every", NEVER)))
    try:
        yield process
    finally:
        process.kill()
