"""What `cdp profile` finds in files that nobody declared, held against those that somebody did."""

import gzip
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cdp_platform.environment import Settings
from cdp_platform.landing.draft import cursor_of, draft, personal
from cdp_platform.landing.profile import ColumnProfile, NotProfiled, profile
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.sources.contract import Pii, Type

ORDERS = """Order Id,placed_at,total,currency,state,postcode,paid,email
1,2026-11-01T10:00:00Z,10.50,EUR,open,01234,true,a@x.com
2,2026-11-02T10:00:00Z,7,usd,paid,10115,false,b@x.com
3,2026-11-03T10:00:00Z,,EUR,open,80331,true,
"""


def test_types_are_those_that_landing_keeps_every_value_of(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    found = profile(file)
    assert {column.name: column.type for column in found.columns} == {
        "order id": Type.INTEGER,
        "placed_at": Type.TIMESTAMP,
        "total": Type.NUMBER,
        "currency": Type.TEXT,
        "state": Type.TEXT,
        "postcode": Type.TEXT,  # a leading zero is a digit of a code
        "paid": Type.BOOLEAN,
        "email": Type.TEXT,
    }
    total = next(column for column in found.columns if column.name == "total")
    assert (total.filled, total.nulls, total.distinct, total.smallest, total.largest) == (2, 1, 2, "7.0", "10.5")
    assert found.keys[0] == ("order id",)


def test_columns_that_come_later_and_rows_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl.gz"
    with gzip.open(file, "wt") as lines:
        lines.write('{"id": "a", "at": "2026-11-01"}\nnot json\n{"id": "b", "more": {"x": 1}}\n')
    found = profile(file)
    assert (found.rows, [column.name for column in found.columns]) == (2, ["id", "at", "more"])
    assert [said.split(":")[0] for said in found.unreadable] == ["row 2"]
    assert [(column.type, column.nulls) for column in found.columns] == [(Type.TEXT, 0), (Type.DATE, 1), (Type.JSON, 1)]


def test_a_key_of_two_and_of_versions(tmp_path: Path) -> None:
    pairs = pa.table({"shop": ["n", "n", "s"], "number": [1, 2, 1], "kind": ["a", "a", "a"]})
    pq.write_table(pairs, tmp_path / "pairs.parquet")
    assert profile(tmp_path / "pairs.parquet").keys == (("shop", "number"),)
    versions = pa.table({"id": ["a", "a", "b", "b"], "updated": [1700000000, 1700000001, 1700000000, 1700000000]})
    pq.write_table(versions, tmp_path / "versions.parquet")
    found = profile(tmp_path / "versions.parquet")
    assert (found.keys, found.repeated, cursor_of(found)) == ((("id",),), 1, "updated")


@pytest.mark.parametrize(("name", "text"), [("orders.xlsx", "x"), ("orders.csv", ""), ("orders.parquet", "no")])
def test_what_is_no_such_file_is_one_sentence(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(NotProfiled, match=f"{name}(: what is in it| cannot be read)"):
        profile(tmp_path / name)


def _imported(text: str, file: Path) -> ModuleType:
    file.write_text(text)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.pop(file.stem, None)
    spec.loader.exec_module(module)
    return module


def _largest(settings: Settings, source: Source, stream: Stream) -> Path:
    return max((settings.landing / source.name / stream.name).iterdir(), key=lambda file: file.stat().st_size)


def test_a_name_may_hold_anything(tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text('{"a\\"b": 1, "c\\\\d": "2026-11-01T10:00:00Z"}\n{"a\\"b": 2, "c\\\\d": "2026-11-01T11:00:00Z"}\n')
    [stream] = _imported(draft("odd", [profile(file)]), tmp_path / "drafted_odd.py").ODD.streams
    assert [column.name for column in stream.columns] == ['a"b', "c\\d"]
    assert (stream.key, stream.cursor) == (('a"b',), "c\\d")


ALIKE = {(Type.TEXT, Type.INTEGER), (Type.NUMBER, Type.INTEGER)}
"""Declared as one, and profiled as the other: ids in digits, amounts that happen to be whole."""


def test_the_declared_sources_are_found_again(built_company: Settings, tmp_path: Path) -> None:
    personal_columns, found_personal = set(), set()
    for source in SOURCES:
        profiles = [profile(_largest(built_company, source, stream)) for stream in source.streams]
        text = draft(source.name, profiles)
        drafted = getattr(_imported(text, tmp_path / f"drafted_{source.name}.py"), source.name.upper())
        for stream, found, proposed in zip(source.streams, profiles, drafted.streams, strict=True):
            where = f"{source.name}.{stream.name}"
            assert proposed.table == stream.table
            assert proposed.key == tuple(name.lower() for name in stream.key), where
            assert proposed.cursor == stream.cursor.lower(), where
            by_name = {column.name: column for column in found.columns}
            for column in stream.columns:
                if column.raw_name not in by_name or not by_name[column.raw_name].filled:
                    continue
                kind = by_name[column.raw_name].type
                assert kind is column.type or (column.type, kind) in ALIKE, f"{where}.{column.name}: {kind}"
                if column.pii is not Pii.NONE:
                    personal_columns.add(f"{where}.{column.name}")
                if personal(by_name[column.raw_name]) is column.pii:
                    found_personal.add(f"{where}.{column.name}")
    missed = personal_columns - found_personal
    assert missed <= {"stripe.charges.billing_details"}, missed


def test_a_mailbox_is_known_by_its_values_and_a_flag_is_none() -> None:
    def column(name: str, type_: Type, value: str) -> ColumnProfile:
        return ColumnProfile(name, type_, 1, 0, 1, value, value, len(value), (value,))

    assert personal(column("login", Type.TEXT, "ann@example.org")) is Pii.EMAIL
    assert personal(column("tax_id", Type.TEXT, "DE123")) is Pii.TAX_ID
    assert personal(column("address_id", Type.TEXT, "a1")) is Pii.NONE
    assert personal(column("has_email", Type.BOOLEAN, "true")) is Pii.NONE
    assert personal(column("email_status", Type.TEXT, "ok")) is Pii.NONE
