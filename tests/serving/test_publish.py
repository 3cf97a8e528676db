"""Versions for readers: all or nothing, the pointer swapped at once, the old ones kept, personal data masked."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from cdp_platform.environment import Settings, load_settings
from cdp_platform.serving.publish import (
    KEPT_VERSIONS,
    NothingPublished,
    Role,
    current_file,
    pointer,
    publish,
    rollback,
    versions,
    versions_folder,
)
from cdp_platform.serving.reader import open_published
from cdp_platform.warehouse.connection import Column
from cdp_platform.warehouse.duckdb import Connection

START = datetime(2026, 11, 20, 2, tzinfo=UTC)
RELATIONS = {
    "gold.dim_customer": {
        "customer_id": Column("VARCHAR"),
        "email": Column("VARCHAR", pii="name"),
        "birth_date": Column("DATE", pii="name"),
        "segment": Column("VARCHAR"),
    },
    "customer_master.match_edge": {"rule": Column("VARCHAR"), "evidence": Column("VARCHAR", pii="name")},
}
TABLES = """
CREATE SCHEMA gold; CREATE SCHEMA customer_master;
CREATE TABLE gold.dim_customer AS SELECT 'cus_1' AS customer_id, 'ada@example.org' AS email,
    DATE '1815-12-10' AS birth_date, 'SMB' AS segment UNION ALL SELECT 'cus_2', NULL, NULL, 'SMB';
CREATE TABLE customer_master.match_edge AS SELECT 'tax_id' AS rule, 'DE123' AS evidence
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"CDP_HOME": str(tmp_path / "home")})


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[Connection]:
    settings.home.mkdir()
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute(TABLES)
        yield connection


@pytest.fixture
def publish_version(settings: Settings, warehouse: Connection) -> Callable[[int], str]:
    def make(number: int) -> str:
        name, at = f"v{number:02}", START + timedelta(days=number)
        publish(settings, warehouse, RELATIONS, name=name, as_of=at, published_at=at)
        return name

    return make


def _read(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_nothing_is_published_before_the_first_publish(settings: Settings) -> None:
    assert versions(settings) == []
    with pytest.raises(NothingPublished, match="cdp refresh"):
        current_file(settings)
    with pytest.raises(NothingPublished, match="no earlier version"):
        rollback(settings)


def test_a_version_holds_the_relations_for_each_role(settings: Settings, publish_version: Callable[[int], str]) -> None:
    publish_version(1)
    query = "SELECT customer_id, email, birth_date, segment FROM gold.dim_customer ORDER BY 1"
    assert _read(current_file(settings, Role.RESTRICTED), query) == [
        ("cus_1", "ada@example.org", datetime(1815, 12, 10, tzinfo=UTC).date(), "SMB"),
        ("cus_2", None, None, "SMB"),
    ]
    # Masked, and what was empty stays empty: how well a column is filled is no secret.
    assert _read(current_file(settings), query) == [("cus_1", "***", None, "SMB"), ("cus_2", None, None, "SMB")]
    assert _read(current_file(settings), "SELECT evidence FROM customer_master.match_edge") == [("***",)]


def test_the_masked_file_holds_no_byte_of_what_it_masks(
    settings: Settings, publish_version: Callable[[int], str]
) -> None:
    publish_version(1)
    assert b"ada@example.org" in current_file(settings, Role.RESTRICTED).read_bytes()
    assert b"ada@example.org" not in current_file(settings, Role.INTERNAL).read_bytes()


def test_only_the_owner_may_open_the_restricted_file(settings: Settings, publish_version: Callable[[int], str]) -> None:
    publish_version(1)
    assert current_file(settings, Role.RESTRICTED).stat().st_mode & 0o077 == 0


def test_a_new_version_becomes_current_and_the_old_file_stays_as_it_was(
    settings: Settings, publish_version: Callable[[int], str]
) -> None:
    publish_version(1)
    before = current_file(settings)
    bytes_before = before.read_bytes()
    publish_version(2)
    assert current_file(settings) != before
    assert before.read_bytes() == bytes_before
    listed = [(version.name, version.is_current, version.as_of) for version in versions(settings)]
    assert listed == [("v02", True, START + timedelta(days=2)), ("v01", False, START + timedelta(days=1))]


def test_seven_versions_are_kept(settings: Settings, publish_version: Callable[[int], str]) -> None:
    for number in range(1, KEPT_VERSIONS + 3):
        publish_version(number)
    assert KEPT_VERSIONS == 7
    assert [version.name for version in versions(settings)] == ["v09", "v08", "v07", "v06", "v05", "v04", "v03"]
    assert sorted(path.name for path in versions_folder(settings).iterdir()) == [f"v{n:02}" for n in range(3, 10)]


def test_rollback_goes_one_back_or_to_a_name(settings: Settings, publish_version: Callable[[int], str]) -> None:
    for number in (1, 2, 3):
        publish_version(number)
    assert rollback(settings).name == "v02"
    assert rollback(settings).name == "v01"
    with pytest.raises(NothingPublished, match="no earlier version"):
        rollback(settings)
    back = rollback(settings, "v03")
    assert (back.name, back.is_current, current_file(settings).parent.name) == ("v03", True, "v03")
    with pytest.raises(NothingPublished, match="'v99'"):
        rollback(settings, "v99")


def test_a_publish_after_a_rollback_is_current(settings: Settings, publish_version: Callable[[int], str]) -> None:
    for number in (1, 2):
        publish_version(number)
    rollback(settings)
    publish_version(3)
    assert [version.name for version in versions(settings) if version.is_current] == ["v03"]


def test_a_publish_that_fails_leaves_the_old_version(
    settings: Settings, warehouse: Connection, publish_version: Callable[[int], str]
) -> None:
    publish_version(1)
    broken = {**RELATIONS, "gold.not_there": {"id": Column("VARCHAR")}}
    with pytest.raises(duckdb.CatalogException):
        publish(settings, warehouse, broken, name="v02", as_of=START, published_at=START)
    assert [version.name for version in versions(settings)] == ["v01"]
    publish_version(3)
    assert current_file(settings).parent.name == "v03"


KILLED = """
import sys
from datetime import UTC, datetime
import duckdb
from cdp_platform.environment import load_settings
from cdp_platform.serving.publish import publish
from cdp_platform.warehouse.connection import Column
settings = load_settings({"CDP_HOME": sys.argv[1]})
connection = duckdb.connect(str(settings.warehouse_file))
connection.execute("SET enable_progress_bar = false; CREATE SCHEMA wide")
connection.execute("CREATE TABLE wide.rows AS SELECT range AS id, md5(range::VARCHAR) AS t FROM range(3000000)")
print("publishing", flush=True)
now = datetime.now(UTC)
columns = {"id": Column("BIGINT"), "t": Column("VARCHAR")}
publish(settings, connection, {"wide.rows": columns}, name="v02", as_of=now, published_at=now)
"""


def test_a_publish_that_is_killed_leaves_the_old_version(
    settings: Settings, warehouse: Connection, publish_version: Callable[[int], str]
) -> None:
    publish_version(1)
    warehouse.close()
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(settings.home)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"publishing\n"
    _wait_for(lambda: bool(list(versions_folder(settings).glob(".v02.tmp/*.duckdb"))))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert [version.name for version in versions(settings)] == ["v01"]
    assert _read(current_file(settings), "SELECT count(*) FROM gold.dim_customer") == [(2,)]
    with duckdb.connect(str(settings.warehouse_file)) as again:
        publish(settings, again, RELATIONS, name="v03", as_of=START, published_at=START)
    assert sorted(path.name for path in versions_folder(settings).iterdir()) == ["v01", "v03"]


def _read_until(home: str, ready: str, stop: str, answers: str) -> None:
    settings = load_settings({"CDP_HOME": home})
    seen: list[str] = []
    faults: list[str] = []
    while not Path(stop).exists():
        try:
            with open_published(settings) as connection:
                query = "SELECT segment FROM gold.dim_customer WHERE customer_id = 'cus_1'"
                seen.append(connection.execute(query).fetchall()[0][0])
        except (duckdb.Error, OSError, LookupError) as error:
            faults.append(repr(error))
        Path(ready).touch()
    Path(answers).write_text(json.dumps({"seen": seen, "faults": faults}))


def test_a_reader_in_another_process_never_notices_a_swap(
    settings: Settings, warehouse: Connection, publish_version: Callable[[int], str], tmp_path: Path
) -> None:
    publish_version(0)
    ready, stop, answers = tmp_path / "ready", tmp_path / "stop", tmp_path / "answers.json"
    reader = multiprocessing.get_context("spawn").Process(
        target=_read_until, args=(str(settings.home), str(ready), str(stop), str(answers))
    )
    reader.start()
    _wait_for(ready.exists)
    end, number = time.monotonic() + 2, 0
    while time.monotonic() < end:
        number += 1
        warehouse.execute("UPDATE gold.dim_customer SET segment = ?", [f"S{number}"])
        publish_version(number)
        if number % 5 == 0:
            rollback(settings)
    stop.touch()
    reader.join(30)
    told = json.loads(answers.read_text())
    assert told["faults"] == []
    assert len(set(told["seen"])) > 2


def _wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.001)
    assert happened()


def test_the_pointer_is_replaced_never_rewritten(settings: Settings, publish_version: Callable[[int], str]) -> None:
    publish_version(1)
    with pointer(settings).open() as before:
        inode = os.fstat(before.fileno()).st_ino
        publish_version(2)
        assert before.read() == "v01"
    assert pointer(settings).stat().st_ino != inode or pointer(settings).read_text() == "v02"
    assert sorted(path.name for path in settings.published.iterdir()) == ["current", "versions"]
