"""What changes in a table is in raw after the next sync, as it is there, and once."""

from tests.pulling.shelf import ITEMS, NOW, SHELF, Shelf

EVERYTHING = {
    "name": "'O''Brien, Ünal & Söhne'",
    "version": "9223372036854775807",
    "share": "0.1",
    "amount": "12345678.91",
    "is_big": "true",
    "seen_on": "'2026-02-28'",
    "booked_on": "'0001-01-01'",
    "details": """'{"a": [1, 2]}'""",
}


def test_rows_land_as_they_are_in_the_table(shelf: Shelf) -> None:
    nothing = dict.fromkeys(EVERYTHING, "NULL")
    shelf.run(shelf.put_item("full", **EVERYTHING), shelf.put_item("empty", **nothing))
    shelf.run(f"INSERT INTO lines VALUES ('full', 1, 1, 5, NULL, {NOW}), ('full', 2, 2, 6, true, {NOW})")
    shelf.run(f"INSERT INTO staff VALUES (1, 'Ada', {NOW})")
    shelf.sync()
    for stream in SHELF.streams:
        assert shelf.current(stream) == shelf.table(stream)
    assert [len(shelf.current(stream)) for stream in SHELF.streams] == [2, 1, 1]


def test_a_sync_brings_what_changed_and_nothing_else(shelf: Shelf) -> None:
    shelf.run(shelf.put_item("a"), shelf.put_item("b"))
    shelf.pull()
    shelf.run(shelf.put_item("a", name="'new'"), shelf.put_item("c"))
    assert shelf.pull().rows["items"] == 2
    assert shelf.delivered(ITEMS) == ["a", "a", "b", "c"]
    assert shelf.pull().rows["items"] == 0
    assert len(shelf.landed(ITEMS)) == 2
