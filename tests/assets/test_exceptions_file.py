"""People's decisions as people write them; what is wrong with the file is said by row, without a value."""

from datetime import date
from pathlib import Path

import pytest

from cdp_platform.assets.exceptions_file import BadExceptionsFile, read_exceptions
from cdp_platform.identity import EXCEPTION_SCHEMA

HEADER = ",".join(EXCEPTION_SCHEMA)
ROW = "1,force_match,salesforce,account:1,netsuite,customer:7,,ada,bob,{rationale},{valid_from},"
SECRET = "Ada Lovelace"


def row(rationale: str = "same tax id", valid_from: str = "2026-01-31") -> str:
    return ROW.format(rationale=rationale, valid_from=valid_from)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "customer_match_exceptions.csv"


def test_no_file_is_no_decision(file: Path) -> None:
    assert read_exceptions(file).is_empty()


def test_a_file_as_a_spreadsheet_saves_it(file: Path) -> None:
    file.write_text("\ufeff" + "\r\n".join([HEADER, row('"the same, they say"'), ",,,,,,,,,,,", row(valid_from="")]))
    read = read_exceptions(file)
    assert read.schema == EXCEPTION_SCHEMA
    assert read["rationale"].to_list() == ["the same, they say", "same tax id"]
    assert read["valid_from"].to_list() == [date(2026, 1, 31), None]
    assert read["customer_id"].to_list() == [None, None]


def test_what_is_left_out_at_the_end_is_empty(file: Path) -> None:
    file.write_text(f"{HEADER}\n{row().removesuffix(',')}\n2,pin_id\n")
    assert read_exceptions(file)["valid_to"].to_list() == [None, None]


def test_columns_in_any_order_and_more_of_them(file: Path) -> None:
    names = ["note", *reversed(EXCEPTION_SCHEMA)]
    file.write_text(",".join(names) + "\n" + ",".join(["x", *reversed(row().split(","))]))
    assert read_exceptions(file).row(0, named=True)["source_id_b"] == "customer:7"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the header lacks exception_id, action"),
        ("exception_id,action\n", "the header lacks source_system_a"),
        (f"{HEADER}\n{row()}\n{row(rationale=SECRET + ', again')}\n", r"row 2: 13 values where the header has 12; put"),
        (f"{HEADER}\n{row(valid_from=SECRET)}\n", "row 1: valid_from is no date; write YYYY-MM-DD"),
        (f"{HEADER}\n{row(valid_from='31.01.2026')}\n", "row 1: valid_from is no date"),
        (f"{HEADER}\n{row(rationale=chr(34) + SECRET)}\n", "a quoted value is not closed"),
    ],
)
def test_what_is_wrong_is_said_without_a_value(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(BadExceptionsFile, match=said) as caught:
        read_exceptions(file)
    assert file.name in str(caught.value)
    assert SECRET not in str(caught.value)


def test_another_encoding(file: Path) -> None:
    file.write_bytes(HEADER.encode() + b"\n" + row(rationale="Zo\u00eb").encode("latin-1"))
    with pytest.raises(BadExceptionsFile, match="is not UTF-8"):
        read_exceptions(file)
