"""Whatever keeps a database from being read is said in a sentence with the remedy, and without a secret."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cdp_platform.accounts import Postgres
from cdp_platform.environment import load_settings
from cdp_platform.pulling import database, rows
from cdp_platform.pulling import sync as syncing
from cdp_platform.pulling.database import Database
from cdp_platform.pulling.failed import PullFailed, not_answered, not_connected
from cdp_platform.pulling.pull import pull
from cdp_platform.pulling.rows import Snapshot
from tests.landing.shop import Home
from tests.pulling.shelf import ITEMS, LINES, NOW, SHELF, Shelf

SECRET = "hunter2"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cdp_platform'"
UNREACHABLE = [
    ("postgresql://ann:hunter2@127.0.0.1:1/db", "127.0.0.1", "does not answer: look whether it is up", True),
    ("host=127.0.0.1 port=1 password=hunter2", "127.0.0.1", "does not answer: look whether it is up", True),
    ("postgresql://ann:hunter2@nowhere.invalid/db", "CDP_SHELF_POSTGRES", "cannot be found", True),
    ("postgresql://ann:hunter2%zz@127.0.0.1/db", "CDP_SHELF_POSTGRES", "no address that libpq understands", False),
    ("host=127.0.0.1 password=hun hunter2", "CDP_SHELF_POSTGRES", "no address that libpq understands", False),
    ("hunter2", "CDP_SHELF_POSTGRES", "no address that libpq understands", False),
    ("service=hunter2", "CDP_SHELF_POSTGRES", "is not in the service file", False),
    ("{server}&user=guarded&password=hunter2", "socket", "does not accept the user or the password", False),
    ("{server}&user=guarded", "socket", "does not accept the user or the password", False),
    ("{server}&user=nobody&password=hunter2", "socket", "lets no such role log in", False),
    ("{server}&dbname=hunter2", "socket", "has no such database", False),
]


@pytest.mark.parametrize(("address", "where", "said", "may_pass"), UNREACHABLE)
def test_a_database_that_cannot_be_reached_is_named_and_its_secret_is_not(
    server: str, tmp_path: Path, address: str, where: str, said: str, may_pass: bool
) -> None:
    variables = {"CDP_HOME": str(tmp_path), "CDP_SHELF_POSTGRES": address.format(server=server)}
    home = Home(load_settings(variables), SHELF)
    with pytest.raises(PullFailed) as failed:
        pull(home.warehouse, SHELF, SHELF.streams, say=home.said.append)
    message = str(failed.value)
    assert where in message
    assert said in message
    assert "\n" not in message
    assert failed.value.may_pass is may_pass
    assert SECRET not in message + repr(home.settings) + "".join(home.said)
    assert failed.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "said", "may_pass"),
    [
        ("timeout expired", 'at "h", port 5432 does not answer', True),
        ("FATAL:  sorry, too many clients already", "has no connection left", True),
        ('FATAL:  no pg_hba.conf entry for host "x", user "hunter2"', "lets no such user in", False),
        ("FATAL:  the database system is starting up", "is starting or stopping", True),
        ("server does not support SSL, but SSL was required", "agree on no TLS", False),
        ("FATAL:  Passwort falsch: hunter2", "refuses the connection: its log", True),
    ],
)
def test_what_libpq_says_is_understood_and_not_repeated(text: str, said: str, may_pass: bool) -> None:
    failed = not_connected(Postgres("shelf", ""), f'connection to server at "h", port 5432 failed: {text}')
    assert said in str(failed)
    assert failed.may_pass is may_pass
    assert SECRET not in str(failed)


def test_a_source_without_a_database_says_what_to_set() -> None:
    with pytest.raises(PullFailed, match="set CDP_SHELF_POSTGRES"):
        pull(Home(load_settings({"CDP_HOME": "x"}), SHELF).warehouse, SHELF, SHELF.streams, say=print)


def test_a_role_without_a_grant_is_told_the_grant(shelf: Shelf) -> None:
    shelf.run(
        "DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN", f"GRANT USAGE ON SCHEMA {shelf.schema} TO reader"
    )
    shelf.run("GRANT SELECT ON items, staff TO reader", shelf.put_item("one"))
    settings = load_settings(
        {
            "CDP_HOME": str(shelf.home.settings.home),
            "CDP_SHELF_POSTGRES": f"{shelf.address}&user=reader",
            "CDP_SHELF_POSTGRES_SCHEMA": shelf.schema,
        }
    )
    warehouse = Home(settings, SHELF).warehouse
    done = pull(warehouse, SHELF, SHELF.streams, say=shelf.home.said.append)
    name = f"{shelf.schema}.lines"
    assert done.faults == [f"shelf.lines: the role may not read {name}: `grant select on {name} to` the role"]
    assert done.rows["items"] == 1, "the others are read"
    shelf.run("ALTER TABLE items ENABLE ROW LEVEL SECURITY", "GRANT SELECT ON lines TO reader")
    with pytest.raises(
        PullFailed, match=r'items" \(SQLSTATE 42501\): it hides it from the role: grant select .* bypassrls'
    ):
        pull(warehouse, SHELF, SHELF.streams, say=shelf.home.said.append)
    shelf.run("DROP OWNED BY reader", "DROP ROLE reader")


def test_a_connection_that_is_cut_while_rows_come_leaves_nothing_and_is_worth_another_try(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = f"SELECT n, repeat('x', 1000), {NOW} FROM generate_series(1, 30000) AS n"
    shelf.run(f"INSERT INTO items (id, name, updated_at) {many}")
    new = rows.NewRows.batches

    def cut(self: rows.NewRows) -> Iterator[object]:
        for number, batch in enumerate(new(self)):
            if number == 2:
                shelf.run(CUT)
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(rows.NewRows, "batches", cut)
        with pytest.raises(PullFailed, match=r"was lost while .+ nothing of this sync counts") as failed:
            shelf.pull()
    assert failed.value.may_pass
    assert shelf.delivered(ITEMS) == []
    assert shelf.pull().rows["items"] == 30000


def test_a_table_that_is_being_changed_is_waited_for_a_while_and_then_worth_another_try(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database.SETTLED, "lock_timeout", "50ms")
    with shelf.session() as other:
        other.run("BEGIN", "ALTER TABLE lines ADD COLUMN more text")
        with pytest.raises(PullFailed, match=r'lines" \(SQLSTATE 55P03\): it is changing the table') as failed:
            shelf.pull(LINES)
        other.run("ROLLBACK")
    assert failed.value.may_pass


@pytest.mark.parametrize("state", ["57P01", "08006", "53300", None])
def test_a_state_of_the_server_that_passes_is_worth_another_try(state: str | None) -> None:
    assert not_answered(Postgres("shelf", ""), state, "t").may_pass


def test_another_server_or_one_that_was_set_back_is_read_from_the_beginning(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.run(shelf.put_item("one"))
    shelf.pull()
    assert shelf.pull().rows["items"] == 0

    def elsewhere(session: Database) -> Snapshot:
        seen = rows.look(session)
        return Snapshot(f"{seen.server}, restored", seen.oldest, seen.next, seen.moment)

    monkeypatch.setattr(syncing, "look", elsewhere)
    assert shelf.pull().rows["items"] == 1
    assert shelf.home.said.count("shelf: another server, or one that was set back: everything is read again") == 1
    assert shelf.pull().rows["items"] == 0
    assert shelf.pull(anew=True).rows["items"] == 1
