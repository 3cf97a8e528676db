"""`cdp dev` as a process of its own, asked over GraphQL as the UI asks it."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar

from cdp_platform.environment import Settings

T = TypeVar("T")
CDP = Path(sys.executable).with_name("cdp")
REPOSITORY = {"repositoryLocationName": "cdp_platform", "repositoryName": "__repository__"}
LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchPipelineExecution(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}"""
RUNS = """
query Runs($filter: RunsFilter) {
  runsOrError(filter: $filter) {
    ... on Runs { results { runId jobName status tags { key value } assetSelection { path } startTime endTime } }
  }
}"""
EVENTS = """
query Events($run: ID!, $after: String) {
  logsForRun(runId: $run, afterCursor: $after) {
    ... on EventConnection {
      cursor
      hasMore
      events {
        __typename
        ... on MessageEvent { message level stepKey }
        ... on ExecutionStepFailureEvent { error { message } }
        ... on MaterializationEvent { assetKey { path } }
        ... on AssetCheckEvaluationEvent { evaluation { checkName success assetKey { path } } }
      }
    }
  }
}"""


class TooLate(AssertionError):
    """What was waited for did not come; the message holds what there was instead."""


class Dagster:
    """An open `cdp dev`."""

    def __init__(self, settings: Settings, port: int, process: subprocess.Popen[str]) -> None:
        self.settings, self.port, self.process = settings, port, process
        self.address = f"http://127.0.0.1:{port}"
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line.rstrip())
        self._lines.put("")

    def wait_until_open(self, seconds: float = 90) -> None:
        """Until it says so. Raises TooLate."""
        end = time.monotonic() + seconds
        while not any("is open" in line for line in self.said):
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise TooLate(f"not open after {seconds} s: {self.said}; {self.log()}") from None
            if not line and self.process.poll() is not None:
                raise TooLate(f"ended with {self.process.returncode}: {self.said}; {self.log()}")
            self.said.append(line)

    def log(self) -> str:
        """The last words of webserver, daemon and code server."""
        file = self.settings.dagster_home / "running.log"
        return file.read_text(errors="replace")[-3000:] if file.exists() else "no log"

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer's data; an error in the answer is an error here."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            body = json.dumps({"query": query, "variables": variables})
            connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
            found = json.load(connection.getresponse())
        finally:
            connection.close()
        assert "errors" not in found, found["errors"]
        return dict(found["data"])

    def runs(self, **filter: Any) -> list[dict[str, Any]]:
        """Runs, newest first, their tags as a dict and their assets as names."""
        found = self.ask(RUNS, filter=filter)["runsOrError"]["results"]
        for run in found:
            run["tags"] = {tag["key"]: tag["value"] for tag in run["tags"]}
            run["assets"] = sorted(key["path"][-1] for key in run["assetSelection"] or ())
        return list(found)

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """What a run has logged."""
        page = self.ask(EVENTS, run=run_id)["logsForRun"]
        found = list(page["events"])
        while page["hasMore"]:
            page = self.ask(EVENTS, run=run_id, after=page["cursor"])["logsForRun"]
            found += page["events"]
        return found

    def failures(self, run_id: str) -> list[str]:
        """The errors and failed checks that a run has logged."""
        events = self.events(run_id)
        said = [event["message"] for event in events if event.get("level") in ("ERROR", "CRITICAL")]
        said += [event["error"]["message"] for event in events if event.get("error")]
        checks = [event["evaluation"] for event in events if "evaluation" in event]
        return said + [f"{c['assetKey']['path'][-1]}: {c['checkName']}" for c in checks if not c["success"]]

    def launch(self, assets: Iterable[str], job: str = "__ASSET_JOB") -> str:
        """Materialize as the UI's button does; the run's id."""
        selector = REPOSITORY | {"pipelineName": job, "assetSelection": [{"path": a.split("/")} for a in assets]}
        answer = self.ask(LAUNCH, params={"selector": selector, "runConfigData": {}, "mode": "default"})
        launched = answer["launchPipelineExecution"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def until(self, look: Callable[[], T | None], seconds: float, what: str) -> T:
        """Ask again and again until there is an answer. Raises TooLate."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if (found := look()) is not None:
                return found
            time.sleep(0.5)
        runs = [(run["jobName"], run["status"], run["tags"].get("cdp/cycle")) for run in self.runs()[:5]]
        raise TooLate(f"{what}: not within {seconds} s; the newest runs are {runs}; {self.log()}")

    def ended(self, run_id: str, seconds: float = 180) -> str:
        """How a run ended. Raises TooLate."""

        def look() -> str | None:
            [run] = self.runs(runIds=[run_id])
            return str(run["status"]) if run["status"] in ("SUCCESS", "FAILURE", "CANCELED") else None

        return self.until(look, seconds, f"the end of run {run_id}")

    def family(self) -> set[int]:
        """The process and everything that it has started."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def end(self, number: int = signal.SIGTERM, seconds: float = 20) -> int:
        """Tell it to end; its exit code. Raises subprocess.TimeoutExpired."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_alive(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def opened(settings: Settings, *, wait: bool = True) -> Iterator[Dagster]:
    """`cdp dev` on a home; whatever happens, nothing of it is left at the end."""
    port = free_port()
    environment = os.environ | {"CDP_HOME": str(settings.home), "CDP_LANDING": str(settings.landing)}
    process = subprocess.Popen(
        [CDP, "dev", "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    dagster = Dagster(settings, port, process)
    try:
        if wait:
            dagster.wait_until_open()
        yield dagster
    finally:
        left = dagster.family()
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        for pid in left:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
