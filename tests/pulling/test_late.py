"""What is committed late, while others go on, or while a sync reads: nothing is lost, and no version comes twice."""

import threading
from collections import Counter

import pytest

from cdp_platform.pulling import rows as new_rows
from cdp_platform.pulling import sync as syncing
from cdp_platform.pulling.position import Positions
from tests.pulling.shelf import ITEMS, LINES, NOW, Shelf

SYNCS = 5
WRITERS = 3


def position(shelf: Shelf, stream: str = "items") -> str:
    cursor = Positions(shelf.home.settings.pulled / "shelf.json").recall().streams[stream].cursor
    assert cursor is not None
    return cursor


def test_a_transaction_that_is_open_across_syncs_is_read_once_it_is_committed(shelf: Shelf) -> None:
    with shelf.session() as slow:
        slow.run(
            "BEGIN", shelf.put_item("late", at="now()"), "SAVEPOINT inner_one", shelf.put_item("later", at="now()")
        )
        slow.run("RELEASE inner_one")
        for number in range(3):
            shelf.run(shelf.put_item(f"meanwhile {number}"))
            shelf.pull()
        slow.run("COMMIT")
    newest = position(shelf)
    shelf.run(shelf.put_item("after"))
    assert shelf.pull().rows["items"] == 3
    with shelf.session() as session:
        late = session.ask(f"SELECT count(*) FROM items WHERE id LIKE 'late%' AND updated_at < '{newest}'")
    assert late == [(2,)], "a cursor alone would have lost both"
    assert max(Counter(shelf.delivered(ITEMS)).values()) == 1
    assert len(shelf.delivered(ITEMS)) == 6


def test_a_transaction_that_began_before_a_sync_and_wrote_after_it_is_read(shelf: Shelf) -> None:
    with shelf.session() as slow:
        slow.run("BEGIN")
        assert slow.ask("SELECT now()")
        shelf.run(shelf.put_item("meanwhile"))
        shelf.pull()
        slow.run(shelf.put_item("late", at="now()"), "COMMIT")
    assert shelf.pull().rows["items"] == 1
    assert shelf.delivered(ITEMS) == ["late", "meanwhile"]


def test_what_is_rolled_back_never_was(shelf: Shelf) -> None:
    with shelf.session() as slow:
        slow.run("BEGIN", shelf.put_item("never"))
        shelf.pull()
        slow.run("ROLLBACK")
    shelf.pull()
    assert shelf.delivered(ITEMS) == []


@pytest.mark.parametrize("at", ["'2001-01-01'", "'infinity'", "clock_timestamp() + interval '10 years'"])
def test_a_clock_that_goes_wrong_loses_no_row(shelf: Shelf, at: str) -> None:
    shelf.run(shelf.put_item("before"))
    shelf.pull()
    shelf.run(shelf.put_item("wrong", at=at))
    shelf.pull()
    shelf.run(shelf.put_item("after"))
    shelf.pull()
    assert sorted(shelf.delivered(ITEMS)) == ["after", "before", "wrong"]


def write(shelf: Shelf, writer: int, stop: threading.Event, failures: list[BaseException]) -> None:
    """Add, change and soft-delete items of this writer's own; every write has a number of its own."""
    try:
        with shelf.session() as session:
            number = 0
            while not stop.is_set() and number < 2000:
                number += 1
                # every third transaction takes long, and bears the time of its beginning
                session.run("BEGIN")
                for part in range(3):
                    deleted = "now()" if number % 7 == part else "NULL"
                    session.run(
                        shelf.put_item(
                            f"{writer}-{(number * 3 + part) % 1000}",
                            at="now()",
                            version="nextval('writes')",
                            deleted_at=deleted,
                        )
                    )
                    if number % 3 == 0:
                        stop.wait(0.02)
                session.run("COMMIT" if number % 5 else "ROLLBACK")
    except BaseException as failure:
        failures.append(failure)
        raise


def test_writes_that_go_on_during_several_syncs_are_neither_lost_nor_read_twice(shelf: Shelf) -> None:
    shelf.run("CREATE SEQUENCE writes")
    stop, failures = threading.Event(), list[BaseException]()
    writers = [threading.Thread(target=write, args=(shelf, number, stop, failures)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        brought = [shelf.pull(ITEMS).rows["items"] for _ in range(SYNCS)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    brought.append(shelf.sync(ITEMS).rows["items"])
    assert failures == []
    assert sum(1 for rows in brought if rows) > 3, "the writers must have written meanwhile"
    assert max(Counter(shelf.delivered(ITEMS, "version")).values()) == 1
    assert shelf.current(ITEMS) == shelf.table(ITEMS)
    assert shelf.pull(ITEMS).rows["items"] == 0


def test_all_tables_are_read_at_one_moment(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair is written in one transaction, between the reading of the first table and of the second."""
    shelf.run(shelf.put_item("one"))
    read = syncing.Sync._read

    def interrupted(sync: syncing.Sync, database: object, table: object, *more: object) -> object:
        done = read(sync, database, table, *more)  # type: ignore[arg-type]
        if table.stream is ITEMS:  # type: ignore[attr-defined]
            with shelf.session() as other:
                other.run("BEGIN", shelf.put_item("two"), f"INSERT INTO lines VALUES ('two', 1, 1, 1, NULL, {NOW})")
                other.run("COMMIT")
        return done

    monkeypatch.setattr(syncing.Sync, "_read", interrupted)
    first = shelf.pull()
    monkeypatch.undo()
    assert (first.rows["items"], first.rows["lines"]) == (1, 0)


def test_a_table_cannot_be_emptied_under_a_sync(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """After TRUNCATE an older snapshot sees an empty table, and every row would be taken for deleted."""
    shelf.run(*(f"INSERT INTO lines VALUES ('one', {n}, 1, 1, NULL, {NOW})" for n in range(3)))
    shelf.pull()
    look = new_rows.look
    refused = []

    def interrupted(database: object) -> object:
        snapshot = look(database)  # type: ignore[arg-type]
        with shelf.session() as other:
            other.run("SET lock_timeout = '50ms'")
            with pytest.raises(Exception, match="lock timeout") as said:
                other.run("TRUNCATE lines")
            refused.append(said.value)
        return snapshot

    monkeypatch.setattr(syncing, "look", interrupted)
    assert shelf.pull(LINES).rows == {"lines": 0}
    assert len(refused) == 1
