"""The simulated account as a process that ends with the test, and the settings of an installation on it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cdp_platform.environment import PROJECT, Settings, load_settings


@dataclass(frozen=True)
class Account:
    """Where it listens, and the file that holds every statement it was asked."""

    port: int
    log: Path
    process: subprocess.Popen[str]

    @contextmanager
    def fault(self, statement: str, number: int, message: str) -> Iterator[None]:
        """Meanwhile what holds `statement` is refused as an account would; `login` refuses everybody."""
        file = self.log.with_name("fault.json")
        file.write_text(json.dumps({"statement": statement, "number": number, "message": message}))
        try:
            yield
        finally:
            file.unlink()

    def stop(self) -> None:
        """It is away, and does not come back."""
        self.process.terminate()
        self.process.wait()

    def home_in(self, folder: Path, *, landing: Path | None = None) -> Settings:
        """An installation whose warehouse is in this account."""
        return load_settings(self.named(folder) | ({"CDP_LANDING": str(landing)} if landing else {}))

    def named(self, folder: Path) -> dict[str, str]:
        """The environment variables that say so."""
        return {
            "CDP_TARGET": "simulated_snowflake", "CDP_HOME": str(folder), "SNOWFLAKE_ACCOUNT": "fakesnow",
            "SNOWFLAKE_USER": "simulated", "SNOWFLAKE_HOST": "127.0.0.1", "SNOWFLAKE_PORT": str(self.port),
            "SNOWFLAKE_PROTOCOL": "http",
        }  # fmt: skip


@contextmanager
def account(folder: Path) -> Iterator[Account]:
    """A new, empty one."""
    log = folder / "statements.jsonl"
    command = [sys.executable, "-m", "tests.simulated_snowflake.server", str(log)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Account(int(process.stdout.readline()), log, process)
        finally:
            process.terminate()
