"""Records as anybody has them: what is read, what is refused with its row, what is collapsed."""

from datetime import date

import polars as pl
import pytest

from cdp_platform.identity import UnusableRecords, taken

HEADER = ("source_system", "source_id", "record_type")


def table(*rows: tuple[str | None, ...], columns: tuple[str, ...] = ()) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys((*HEADER, *columns), pl.String), orient="row")


def test_columns_may_be_missing_and_others_are_told() -> None:
    found = taken(table(("crm", "1", "Person", " Bob ", "x"), columns=("first_name", "shoe_size")))
    assert found.unknown_columns == ("shoe_size",)
    assert found.records.select("record_type", "first_name", "email").row(0) == ("person", "Bob", None)


def test_identical_repeats_are_collapsed_and_counted() -> None:
    found = taken(table(("crm", "1", "person"), ("crm", "1", "person"), ("erp", "1", "person")))
    assert (found.records.height, found.repeats) == (2, 1)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("crm", "1", "person"), ("crm", None, "person")],
            "row 2: lacks one of source_system, source_id, record_type",
        ),
        ([("crm", "1", "robot")], "row 1: record_type must be organization or person"),
        ([("crm", "1", "person"), ("erp", "1", "person"), ("crm", "1", "organization")], "row 1, 3: differs"),
    ],
)
def test_a_bad_row_is_refused_by_its_number(rows: list[tuple[str | None, ...]], said: str) -> None:
    with pytest.raises(UnusableRecords, match=said):
        taken(table(*rows))


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(UnusableRecords, match="the header lacks source_id, record_type"):
        taken(pl.DataFrame({"source_system": ["crm"]}))


def test_ids_of_two_systems_never_meet() -> None:
    found = taken(table(("a", "b:c", "person"), ("a:b", "c", "person")))
    assert found.records["source_record_id"].n_unique() == 2


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("1980-04-17", "DE", date(1980, 4, 17)),
        ("19800417", "DE", date(1980, 4, 17)),
        ("17.04.1980", "DE", date(1980, 4, 17)),
        ("7/4/1980", "GB", date(1980, 4, 7)),
        ("4/7/1980", "US", date(1980, 4, 7)),
        ("1980-04-17T00:00:00Z", None, date(1980, 4, 17)),
        ("n/a", "DE", None),
    ],
)
def test_birth_dates_are_read_as_people_write_them(text: str, country: str | None, expected: date | None) -> None:
    found = taken(table(("crm", "1", "person", text, country), columns=("birth_date", "country")))
    assert found.records["birth_date"].to_list() == [expected]
    assert found.unreadable_birth_dates == (expected is None)
