"""The command line as a person meets it: what it prints, where, and how it ends."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from cdp_platform.cli import main, tracing
from cdp_platform.environment import Settings, load_settings
from cdp_platform.landing.upgrade import prepare
from cdp_platform.serving.operations import publish_operations
from cdp_platform.serving.publish import publish
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.connection import Column
from cdp_platform.warehouse.duckdb import Connection
from tests.cli.customers import MANIFEST as CUSTOMERS_MANIFEST
from tests.cli.customers import build as build_customers

SNAPSHOTS = Path(__file__).parent / "snapshots"


@dataclass(frozen=True)
class Said:
    """How a command ended, what it printed, and what it said aside."""

    code: int
    out: str
    err: str


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty home of the test's own, which CDP_HOME names."""
    monkeypatch.setenv("CDP_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CDP_TARGET", raising=False)
    monkeypatch.delenv("CDP_LANDING", raising=False)
    return load_settings()


@pytest.fixture
def cdp(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """cdp("sql", "SELECT 1") as if typed."""

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", ["cdp", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[Connection]:
    """The home's warehouse with empty ledgers, open for writing; close it before a command needs it."""
    settings.home.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        prepare(connection)
        yield connection


@pytest.fixture
def operations(settings: Settings, warehouse: Connection) -> Callable[[], None]:
    """Publishes the ledgers as a run does at its end."""

    def publish_them() -> None:
        warehouse.close()
        publish_operations(open_warehouse(settings))

    return publish_them


@pytest.fixture
def versions(settings: Settings, warehouse: Connection) -> list[str]:
    """Three published versions of one small table, the last of them current."""
    warehouse.execute(
        "CREATE TABLE gold.fact AS SELECT range AS year, 'ada@example.org' AS email FROM range(2020, 2025)"
    )
    names = []
    for number in (1, 2, 3):
        at = datetime.now(UTC) - timedelta(hours=4 - number)
        names.append(f"v{number}")
        columns = {"gold.fact": {"year": Column("BIGINT"), "email": Column("VARCHAR", pii="name")}}
        publish(settings, warehouse, columns, name=names[-1], as_of=at, published_at=at)
    return names


@pytest.fixture
def has_the_keys_of() -> Callable[[str, str], list[dict[str, Any]]]:
    """Checks a command's JSON against the reviewed keys, and gives its rows."""

    def check(name: str, printed: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(printed)
        assert rows
        reviewed = json.loads((SNAPSHOTS / f"{name}.json").read_text())
        assert all(list(row) == reviewed for row in rows)
        return rows

    return check


@pytest.fixture(scope="session")
def resolved_customers(session_root: Path) -> Settings:
    """A home in which customers were resolved; see `tests.cli.customers`. Never write to it: take `customers`."""
    resolved, begun = (load_settings({"CDP_HOME": str(session_root / name)}) for name in ("customers", "customers.tmp"))
    with FileLock(session_root / "customers.lock"):
        if not resolved.home.exists():
            build_customers(begun)
            begun.home.rename(resolved.home)
    return resolved


@pytest.fixture
def customers(
    settings: Settings, resolved_customers: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """The resolved customers, this test's own."""
    shutil.copytree(resolved_customers.home, settings.home)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(CUSTOMERS_MANIFEST))
    monkeypatch.setattr(tracing, "MANIFEST", manifest)
    return settings
