"""A decision is added at the end of the file; nothing that was there changes."""

from datetime import date
from pathlib import Path

import pytest

from cdp_platform.assets.appending import appended, next_id
from cdp_platform.assets.exceptions_file import read_exceptions
from cdp_platform.identity import EXCEPTION_SCHEMA

HEADER = ",".join(EXCEPTION_SCHEMA)
ROW = {
    "exception_id": "x2", "action": "never_match", "source_system_a": "crm", "source_id_a": "account:1",
    "source_system_b": "erp", "source_id_b": "customer:7", "requester": "ada", "approver": None,
    "rationale": 'two branches, "they say"\nin May', "valid_from": date(2026, 11, 27), "valid_to": None,
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "customer_match_exceptions.csv"


def written(file: Path, before: str) -> str:
    file.parent.mkdir()
    file.write_bytes(before.encode())
    appended(file, ROW)
    return file.read_bytes().decode()


def test_a_file_that_is_not_there_is_made_with_its_header(file: Path) -> None:
    appended(file, ROW)
    assert file.read_text().splitlines()[0] == HEADER
    [row] = read_exceptions(file).to_dicts()
    assert row == {**dict.fromkeys(EXCEPTION_SCHEMA), **ROW}
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "before",
    [
        f"{HEADER}\n",
        f"{HEADER}\nx1,exclude,crm,1,,,,ada,bob,why,,\n\n",
        f"{HEADER}\nx1, exclude ,crm,1,,,,ada,bob,'odd spacing' ,,",
        f"\ufeff{HEADER}\r\nx1,exclude,crm,1,,,,ada,bob,why,,\r\n",
    ],
)
def test_what_was_there_stays_byte_for_byte(file: Path, before: str) -> None:
    after = written(file, before)
    assert after.startswith(before)
    ending = "\r\n" if "\r\n" in before else "\n"
    gap = "" if before.endswith("\n") else ending
    rationale = '"two branches, ""they say""\nin May"'
    assert after[len(before) :] == (
        f"{gap}x2,never_match,crm,account:1,erp,customer:7,,ada,,{rationale},2026-11-27,{ending}"
    )
    assert read_exceptions(file)["exception_id"].to_list()[-1] == "x2"


def test_columns_stay_where_the_file_has_them(file: Path) -> None:
    names = ["note", *reversed(EXCEPTION_SCHEMA)]
    after = written(file, ",".join(names) + "\n")
    assert after.splitlines()[1].startswith(",,2026-11-27,")
    assert read_exceptions(file)["source_id_b"].to_list() == ["customer:7"]


def test_who_may_read_the_file_stays(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(f"{HEADER}\n")
    file.chmod(0o640)
    appended(file, ROW)
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        ([], "x1"),
        (["first"], "x1"),
        (["x1", None, "x9 "], "x10"),
        (["DEC-011", "DEC-009"], "DEC-012"),
        (["x7", "2026-08"], "2026-09"),
        (["7", "12"], "13"),
    ],
)
def test_ids_go_on_as_the_file_spells_them(taken: list[str | None], following: str) -> None:
    assert next_id(taken) == following
