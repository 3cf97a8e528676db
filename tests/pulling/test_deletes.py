"""What is gone from a table is gone from raw's current rows, however the table tells; and a table that lost its rows by
a fault deletes nothing."""

from collections.abc import Callable

import pytest

from tests.pulling.shelf import ITEMS, LINES, NOW, Shelf


def put_lines(shelf: Shelf, count: int) -> None:
    shelf.run(f"INSERT INTO lines SELECT 'i', n, n, n, NULL, {NOW} FROM generate_series(1, {count}) AS n")


@pytest.fixture
def comparing(make_shelf: Callable[..., Shelf]) -> Shelf:
    """An installation that compares keys."""
    return make_shelf(DELETES="compare")


def test_a_row_that_says_that_it_is_gone_is(shelf: Shelf) -> None:
    shelf.run(shelf.put_item("kept"), shelf.put_item("gone"))
    shelf.sync()
    shelf.run(shelf.put_item("gone", deleted_at="now()"))
    shelf.sync()
    assert [row[0] for row in shelf.current(ITEMS)] == ["kept"]


def test_a_row_that_is_gone_without_a_word_is_found_by_its_key(comparing: Shelf) -> None:
    comparing.run(comparing.put_item("kept"), comparing.put_item("gone", name="'n'", details="'{}'", amount="1.5"))
    put_lines(comparing, 3)
    comparing.sync()
    comparing.run("DELETE FROM items WHERE id = 'gone'", "DELETE FROM lines WHERE position = 2")
    done = comparing.sync()
    assert done.gone == {"items": 1, "lines": 1}
    assert comparing.home.fates(ITEMS) == {"current": ["kept"], "deleted": ["gone"], "superseded": ["gone"]}
    assert [row[1] for row in comparing.current(LINES)] == ["1", "3"]
    last = "SELECT name, amount, deleted_at = updated_at FROM raw.shelf__items WHERE deleted_at IS NOT NULL"
    assert comparing.home.ask(last) == [("n", 1.5, True)], "what was last known, and when it was found gone"
    assert comparing.sync().gone == {"items": 0, "lines": 0}


def test_a_row_that_comes_back_is_back(comparing: Shelf) -> None:
    comparing.run(comparing.put_item("one"), comparing.put_item("two"))
    comparing.sync()
    comparing.run("DELETE FROM items WHERE id = 'one'")
    comparing.sync()
    comparing.run(comparing.put_item("one", name="'again'"))
    comparing.sync()
    assert comparing.current(ITEMS) == comparing.table(ITEMS)
    assert len(comparing.current(ITEMS)) == 2


def test_a_table_that_is_empty_all_of_a_sudden_deletes_nothing(comparing: Shelf) -> None:
    put_lines(comparing, 3)
    comparing.sync()
    comparing.run("TRUNCATE lines", comparing.put_item("also"))
    done = comparing.sync()
    [fault] = done.faults
    assert fault == (
        "shelf.lines: 3 rows that were there are gone, 0 are left; none of these deletes counts: look at the table; if "
        "it is true, `cdp pull shelf --accept-deletes`"
    )
    assert len(comparing.current(LINES)) == 3
    assert len(comparing.current(ITEMS)) == 1, "the others go on"
    assert comparing.sync(accepts_deletes=True).gone["lines"] == 3
    assert comparing.current(LINES) == []


@pytest.mark.parametrize(("left", "counts"), [(150, False), (250, True)])
def test_most_rows_do_not_go_at_once_unless_somebody_says_so(comparing: Shelf, left: int, counts: bool) -> None:
    put_lines(comparing, 400)
    comparing.sync()
    comparing.run(f"DELETE FROM lines WHERE position > {left}")
    done = comparing.pull()
    assert (done.faults == [], "lines" in done.gone) == (counts, counts)


def test_deletes_that_nobody_can_see_are_spoken_of(shelf: Shelf) -> None:
    shelf.run("ALTER TABLE items DROP COLUMN deleted_at")
    shelf.pull()
    assert [said for said in shelf.home.said if "deletes" in said] == [
        "warning: shelf.items: no column deleted_at, so deletes are not seen: CDP_SHELF_POSTGRES_DELETES=compare"
    ]
