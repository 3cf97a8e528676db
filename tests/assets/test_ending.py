"""Ending a decision changes one row of the file, and nothing else of it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cdp_platform.assets.ending import CannotEnd, ended
from cdp_platform.assets.exceptions_file import BadExceptionsFile, read_exceptions
from cdp_platform.identity import EXCEPTION_SCHEMA
from cdp_platform.identity.exceptions import statuses
from tests.identity.parties import company, frame

HEADER = ",".join(EXCEPTION_SCHEMA)
TODAY = date(2026, 11, 20)
QUOTED = 'x1,never_match,crm,1,erp,2,,ann,bea,"two lines\r\n, and ""so"" on", 2026-01-01 ,'
PLAIN = "x2,force_match,crm,1,erp,3,,ann,bea,why,,"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "customer_match_exceptions.csv"


def days(file: Path) -> dict[str, date | None]:
    return dict(read_exceptions(file).select("exception_id", "valid_to").iter_rows())


def test_other_rows_stay_byte_for_byte(file: Path) -> None:
    file.write_bytes(f"\ufeff{HEADER},note\r\n{QUOTED}\r\n\r\n{PLAIN},mine\r\n{QUOTED.replace('x1', 'x3')}".encode())
    file.chmod(0o640)
    ended(file, "x2", TODAY, "no longer so")
    changed = f"{PLAIN.replace('why,,', 'why; ended: no longer so,,2026-11-20')},mine"
    assert file.read_bytes().decode() == (
        f"\ufeff{HEADER},note\r\n{QUOTED}\r\n\r\n{changed}\r\n{QUOTED.replace('x1', 'x3')}"
    )
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_row_of_several_lines_and_the_last_one(file: Path, end: str) -> None:
    file.write_text(f"{HEADER}\n{PLAIN}\n{QUOTED}{end}", newline="")
    ended(file, "x1", TODAY)
    assert days(file) == {"x2": None, "x1": TODAY}
    assert read_exceptions(file)["rationale"].to_list() == ["why", 'two lines\r\n, and "so" on']
    assert file.read_bytes().endswith(f",2026-11-20{end}".encode())


def test_what_is_left_out_at_the_end_of_a_row_is_filled(file: Path) -> None:
    file.write_text(f"{HEADER}\nx1,exclude,crm,1\n")
    ended(file, "x1", TODAY, "why")
    assert file.read_text().splitlines()[1] == "x1,exclude,crm,1,,,,,,ended: why,,2026-11-20"


@pytest.mark.parametrize("begins", [TODAY, date(2027, 1, 1)])
def test_one_that_never_came_into_force_never_does(file: Path, begins: date) -> None:
    file.write_text(f"{HEADER}\n{PLAIN.replace('why,,', f'why,{begins},')}\n")
    ended(file, "x2", TODAY)
    assert days(file) == {"x2": begins}
    records = frame([company("crm:account:1"), company("erp:customer:3")])
    for day in ("2026-11-19", "2026-11-20", "2026-12-31", "2027-01-01", "2027-01-02"):
        as_of = datetime.fromisoformat(day).replace(tzinfo=UTC)
        [status] = statuses(read_exceptions(file), records, as_of=as_of)["status"]
        assert status in {"not_yet_valid", "expired"}
    with pytest.raises(CannotEnd, match="has ended already"):
        ended(file, "x2", TODAY)


def test_an_end_in_the_future_comes_sooner(file: Path) -> None:
    file.write_text(f"{HEADER}\n{PLAIN}2027-01-01\n")
    ended(file, "x2", TODAY)
    assert days(file) == {"x2": TODAY}


def test_what_cannot_be_ended_is_told_and_left(file: Path) -> None:
    with pytest.raises(CannotEnd, match="has no exception x1; there are: none"):
        ended(file, "x1", TODAY)
    text = f"{HEADER}\n{PLAIN}2026-11-20\n{QUOTED}\n{QUOTED}\n"
    file.write_text(text, newline="")
    with pytest.raises(CannotEnd, match="no exception x9; there are: x1, x1, x2"):
        ended(file, "x9", TODAY)
    with pytest.raises(CannotEnd, match="x2 has ended already: its valid_to is 2026-11-20"):
        ended(file, "x2", TODAY)
    with pytest.raises(BadExceptionsFile, match="2 exceptions x1: give each an id of its own"):
        ended(file, "x1", TODAY)
    assert file.read_bytes().decode() == text
