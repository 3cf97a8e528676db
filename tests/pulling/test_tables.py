"""A table that is no longer as declared stops its own stream, in words that name it; the others are read."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cdp_platform.sources.columns import integer
from tests.pulling.shelf import ITEMS, LINES, NOW, SHELF, Shelf

REMEDY = (
    "; models keep its last good data: give the table its column back, or declare it in cdp_platform/sources/shelf.py"
)
UNFIT = {
    "ALTER TABLE lines DROP COLUMN pieces": "{}.lines: missing column pieces" + REMEDY,
    "ALTER TABLE lines RENAME pieces TO parts": "{}.lines: missing column pieces" + REMEDY,
    "ALTER TABLE lines ALTER pieces TYPE text": "{}.lines: retyped column pieces: text, not integer" + REMEDY,
    "ALTER TABLE lines ALTER is_deleted TYPE timestamptz USING NULL, DROP COLUMN version": (
        "{}.lines: missing column version; retyped column is_deleted: timestamp with time zone, not boolean" + REMEDY
    ),
    "ALTER TABLE lines ALTER item TYPE integer USING 1": "{}.lines: retyped column item: integer, not text" + REMEDY,
    "DROP TABLE lines": (
        "no table {}.lines: look at CDP_SHELF_POSTGRES and CDP_SHELF_POSTGRES_SCHEMA, or correct "
        "cdp_platform/sources/shelf.py"
    ),
    "ALTER TABLE lines RENAME TO old; CREATE VIEW lines AS SELECT * FROM old": (
        "{}.lines is a view, which does not tell what has changed: name the table in cdp_platform/sources/shelf.py"
    ),
}


@pytest.mark.parametrize("change", UNFIT)
def test_a_table_that_is_not_as_declared_is_named_with_column_and_remedy(shelf: Shelf, change: str) -> None:
    shelf.run(shelf.put_item("one"), f"INSERT INTO lines VALUES ('one', 1, 1, 1, NULL, {NOW})")
    shelf.pull()
    shelf.run(shelf.put_item("two"), "UPDATE lines SET version = 2", *change.split("; "))
    done = shelf.pull()
    assert done.faults == ["shelf.lines: " + UNFIT[change].format(shelf.schema)]
    assert (done.rows["items"], "lines" in done.rows) == (1, False)


def test_what_changed_meanwhile_is_read_when_the_table_is_mended(shelf: Shelf) -> None:
    shelf.run(f"INSERT INTO lines VALUES ('one', 1, 1, 1, NULL, {NOW})")
    shelf.pull()
    shelf.run("ALTER TABLE lines RENAME pieces TO parts", "UPDATE lines SET version = 2")
    shelf.pull()
    shelf.run("ALTER TABLE lines RENAME parts TO pieces")
    assert (shelf.pull().rows["lines"], shelf.delivered(LINES, "version")) == (1, ["1", "2"])


WIDER = {
    "name": "varchar(80)", "version": "numeric", "amount": "bigint", "share": "integer", "updated_at": "timestamp",
    "seen_on": "timestamptz", "details": "json",
}  # fmt: skip
NARROWER = {"name": "uuid", "version": "smallint", "amount": "numeric(12, 2)", "share": "real", "details": "text[]"}


@pytest.mark.parametrize(
    ("types", "details"), [(WIDER, """'["a"]'"""), (NARROWER, "'{a}'"), ({"name": "char(3)"}, "NULL")]
)
def test_wider_and_narrower_types_of_one_kind_are_read(shelf: Shelf, types: dict[str, str], details: str) -> None:
    shelf.run("DROP TABLE items")
    shelf.create(ITEMS, **types)
    name = "gen_random_uuid()" if types["name"] == "uuid" else "'abc'"
    shelf.run(shelf.put_item("one", name=name, version=3, share="1.5", details=details))
    assert shelf.pull().faults == []
    assert shelf.delivered(ITEMS, "version") == ["3"]
    assert shelf.delivered(ITEMS, "details") in ([None], ['["a"]'])


def test_domains_enumerations_and_other_spellings_are_read(shelf: Shelf) -> None:
    shelf.run(
        "DROP TABLE items", "CREATE TYPE size AS ENUM ('small')", "CREATE DOMAIN count AS bigint CHECK (value > 0)"
    )
    shelf.create(ITEMS, name="size", version="count")
    shelf.run('ALTER TABLE items RENAME TO "Items"', 'ALTER TABLE "Items" RENAME name TO "Name"')
    shelf.run(f"""INSERT INTO "Items" (id, "Name", version, updated_at) VALUES ('one', 'small', 3, {NOW})""")
    assert shelf.pull().faults == []
    assert (shelf.delivered(ITEMS, "name"), shelf.delivered(ITEMS, "version")) == (["small"], ["3"])


def test_a_column_that_nobody_declared_is_not_read_and_spoken_of(shelf: Shelf) -> None:
    shelf.run("ALTER TABLE lines ADD COLUMN password_hash text DEFAULT 'x'")
    assert shelf.pull().faults == []
    [warned] = [said for said in shelf.home.said if "password" in said]
    assert warned == (
        "warning: shelf.lines: not declared and not read: password_hash; declare in cdp_platform/sources/shelf.py what "
        "is wanted"
    )


def test_a_column_that_is_declared_later_is_read_of_every_row(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf()
    shelf.run("ALTER TABLE lines ADD COLUMN extra bigint DEFAULT 7")
    shelf.run(f"INSERT INTO lines VALUES ('one', 1, 1, 1, NULL, {NOW})")
    assert shelf.pull(LINES).rows == {"lines": 1}
    wider = replace(LINES, columns=(*LINES.columns, integer("extra", "More.")))
    shelf.home.source = replace(SHELF, streams=(wider,))
    assert (shelf.pull(wider).rows, shelf.pull(wider).rows) == ({"lines": 1}, {"lines": 0})


def test_a_partitioned_table_is_read(shelf: Shelf) -> None:
    shelf.run(
        "DROP TABLE staff",
        "CREATE TABLE staff (id bigint, name text, updated_at timestamptz) PARTITION BY LIST (id)",
        "CREATE TABLE staff_1 PARTITION OF staff FOR VALUES IN (1)",
        f"INSERT INTO staff VALUES (1, 'Ada', {NOW})",
    )
    assert shelf.pull().rows["staff"] == 1
