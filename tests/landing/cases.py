"""Malformed deliveries, one per line of the table, and what is declared to become of each.

Every file holds a good record, the one that is told about, and (but for files that break off) another good record.
"""

import gzip
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.landing.shop import GOOD, csv_of, jsonl_of, record


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    NULLED = "accepted, a value nulled and noted"
    REJECTED = "row rejected"
    UNREADABLE_ROW = "row unreadable"
    UNREADABLE_FILE = "file unreadable"
    HELD = "delivery held"
    IGNORED = "not a delivery"


@dataclass(frozen=True)
class Case:
    """A file, what becomes of it, a part of the reason, and what is stored of the record told about (raw names)."""

    name: str
    file: str
    content: bytes
    outcome: Outcome
    reason: str = ""
    stored: dict[str, Any] = field(default_factory=dict)
    rows: int = 1
    new_columns: str | None = None
    others: int = 2


LAST = record(Id="last")
HEADER = ",".join(GOOD).encode()
GOOD_LINE = ",".join(GOOD.values()).encode()


def in_csv(
    name: str, outcome: Outcome, reason: str = "", *, stored: dict[str, Any] | None = None, **changes: Any
) -> Case:
    """A CSV file whose second record differs from a good one in `changes`."""
    more = dict.fromkeys(changes.keys() - GOOD.keys(), "")
    new = ", ".join(sorted(n.lower() if n[:9] != "_airbyte_" else f"delivered{n}" for n in more)) or None
    content = csv_of(GOOD | more, record(**({"Id": "bad"} | more | changes)), LAST | more)
    return Case(name, "f.csv", content, outcome, reason, stored or {}, new_columns=new)


def in_jsonl(
    name: str, outcome: Outcome, reason: str = "", *, stored: dict[str, Any] | None = None, **changes: Any
) -> Case:
    """A JSON Lines file whose second record differs from a good one in `changes`."""
    content = jsonl_of(GOOD, record(**({"Id": "bad"} | changes)), LAST)
    return Case(name, "f.jsonl", content, outcome, reason, stored or {})


def lines(name: str, outcome: Outcome, reason: str, *middle: bytes, suffix: str = "csv", **more: Any) -> Case:
    """A file of raw lines between two good ones."""
    first, last = (HEADER + b"\n" + GOOD_LINE, GOOD_LINE.replace(b"good", b"last"))
    if suffix == "jsonl":
        first, last = json.dumps(GOOD).encode(), json.dumps(LAST).encode()
    return Case(name, f"f.{suffix}", b"\n".join([first, *middle, last, b""]), outcome, reason, **more)


def whole(
    name: str, file: str, content: bytes, outcome: Outcome = Outcome.UNREADABLE_FILE, reason: str = "", **more: Any
) -> Case:
    """A file told about as a whole."""
    return Case(name, file, content, outcome, reason, **more)


def parquet_of(**changes: pa.Array | list[Any]) -> bytes:
    """Parquet of three good records in the declared types, single columns replaced."""
    texts = {name: [value] * 3 for name, value in GOOD.items()} | {"Id": ["good", "bad", "last"]}
    columns: dict[str, pa.Array] = {name: pa.array(values) for name, values in texts.items()}
    columns["Pieces"], columns["Share"] = pa.array([3, 3, 3]), pa.array([12.5] * 3)
    columns["Amount"], columns["IsBig"] = pa.array([10.25] * 3), pa.array([True] * 3)
    columns["ChangedAt"] = pa.array([datetime(2026, 3, 1, 10, tzinfo=UTC)] * 3, pa.timestamp("us", "UTC"))
    columns["SeenOn"] = columns["BookedOn"] = pa.array([date(2026, 3, 1)] * 3)
    for name, values in changes.items():
        columns[name] = values if isinstance(values, pa.Array) else pa.array(values)
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def in_parquet(
    name: str, outcome: Outcome, reason: str = "", stored: dict[str, Any] | None = None, **changes: Any
) -> Case:
    """A Parquet file of three records in which single columns are replaced."""
    return Case(name, "f.parquet", parquet_of(**changes), outcome, reason, stored or {})


def not_utf8() -> pa.Array:
    """Three texts of which nobody said that they are UTF-8."""
    offsets, data = pa.array([0, 1, 2, 3], pa.int32()).buffers()[1], pa.py_buffer(b"a\xffc")
    return pa.Array.from_buffers(pa.string(), 3, [None, offsets, data])


A, N, R, H = Outcome.ACCEPTED, Outcome.NULLED, Outcome.REJECTED, Outcome.HELD
ROW, FILE, IGNORED = Outcome.UNREADABLE_ROW, Outcome.UNREADABLE_FILE, Outcome.IGNORED
TWELVE = [record(Id=f"id{number}", Pieces="many") for number in range(12)]
UNIX = b"".join(
    (HEADER, b"\n", GOOD_LINE, b"\n", GOOD_LINE.replace(b"good", b"bad"), b"\n", GOOD_LINE.replace(b"good", b"last"))
)
MANY = {f"column_{number}": "x" for number in range(300)}
GZIP = gzip.compress(jsonl_of(GOOD, record(Id="bad"), LAST))

OPEN = jsonl_of(record(Id="bad"))[:-2]
WIDE_HEADER = ",".join(f"c{number}" for number in range(1_200)).encode()
DEEP = b"[" * 900 + b"]" * 900
WIDE = pa.decimal256(60, 2)
DAMAGED = parquet_of()[:300] + bytes(200) + parquet_of()[500:]

ENCODING = (
    lines("bytes that are not UTF-8", ROW, "not UTF-8", GOOD_LINE.replace(b"Acme", b"M\xfcller")),
    lines("bytes that are not UTF-8, in JSON", ROW, "not JSON", b'{"Id":"M\xfcller"}', suffix="jsonl"),
    whole("header that is not UTF-8", "f.csv", b"Id,N\xfcme\n1,2\n", reason="a column name that is not text"),
    lines("NUL in CSV", ROW, "NUL", GOOD_LINE.replace(b"Acme", b"Ac\0me")),
    in_jsonl("NUL in JSON", ROW, "NUL", Name="Ac\0me"),
    in_jsonl("NUL deep in JSON", ROW, "NUL", Details={"a": ["\0"]}),
    in_parquet("NUL in Parquet", ROW, "NUL", Name=["a", "b\0", "c"]),
    in_parquet("text that is not UTF-8 in Parquet", FILE, "ArrowInvalid", Name=not_utf8()),
    whole("byte order mark before CSV", "f.csv", b"\xef\xbb\xbf" + UNIX, A),
    whole("byte order mark before JSON", "f.jsonl", b"\xef\xbb\xbf" + jsonl_of(GOOD, record(Id="bad"), LAST), A),
    whole("UTF-16 CSV", "f.csv", UNIX.decode().encode("utf-16"), reason="UTF-16"),
    whole("UTF-16 JSON", "f.jsonl", jsonl_of(GOOD).decode().encode("utf-16"), reason="UTF-16"),
    in_csv("emoji, right-to-left and zero-width text", A, Name="🦄 شركة\u200b", stored={"name": "🦄 شركة\u200b"}),
    lines("half an emoji as a JSON escape", ROW, "not JSON", b'{"Id":"bad","Name":"\\ud83e"}', suffix="jsonl"),
)

LAYOUT = (
    whole("empty CSV", "f.csv", b"", reason="empty"),
    whole("empty JSON Lines", "f.jsonl", b"", reason="empty"),
    whole("empty Parquet", "f.parquet", b"", reason="empty"),
    whole("only a header", "f.csv", HEADER + b"\n", A, rows=0, others=0),
    whole("only blank lines", "f.jsonl", b"\n \n\n", A, rows=0, others=0),
    lines("blank lines between", A, "", b"", GOOD_LINE.replace(b"good", b"bad"), b"", b""),
    whole("CRLF", "f.csv", UNIX.replace(b"\n", b"\r\n"), A),
    whole("CR alone", "f.csv", UNIX.replace(b"\n", b"\r"), A),
    whole("mixed line endings", "f.csv", UNIX.replace(b"\n", b"\r\n", 1), A),
    whole("semicolons between fields", "f.csv", UNIX.replace(b",", b";"), reason="none of the declared columns"),
    whole("tabs between fields", "f.csv", UNIX.replace(b",", b"\t"), reason="none of the declared columns"),
    whole("no header", "f.csv", GOOD_LINE + b"\n", reason="none of the declared columns"),
    whole("the same name twice in the header", "f.csv", b"Id,Name,Name\n1,2,3\n", reason="the same column name twice"),
    whole("names that differ by case in the header", "f.csv", b"Id,ID\n1,2\n", reason="the same column name twice"),
    whole("an empty name in the header", "f.csv", b"Id,,Name\n1,2,3\n", reason="an empty column name"),
    lines("a field too few", ROW, "11 fields where the header has 12", b",".join([b"bad"] + [b"x"] * 10)),
    lines("a field too many", ROW, "13 fields where the header has 12", GOOD_LINE + b",more"),
    lines("a quote that is not closed", ROW, "a quote that is not closed", GOOD_LINE.replace(b"Acme", b'"Acme')),
    lines("text after a closing quote", ROW, "not CSV", GOOD_LINE.replace(b"Acme", b'"Acme" Ltd')),
    in_csv("line feeds within quotes", A, Name="Acme\nLtd\r\n", stored={"name": "Acme\nLtd\r\n"}),
    in_csv("a very long value", A, Name="x" * 300_000, stored={"name": "x" * 300_000}),
    whole("columns nobody could keep", "f.csv", WIDE_HEADER, reason="1200 columns"),
    whole(
        "a field name per record", "f.jsonl", jsonl_of(*({f"id_{n}": n} for n in range(1_200))),
        reason="different field names",
    ),
    whole("a JSON array", "f.jsonl", json.dumps([GOOD]).encode(), reason="a JSON array"),
    lines("a line that is JSON but no object", ROW, "not a JSON object", b"[1, 2]", suffix="jsonl"),
    lines("a line that is cut off", ROW, "not JSON", b'{"Id": "bad", "Na', suffix="jsonl"),
    lines("NaN, Infinity in JSON", ROW, "not JSON", b'{"Share":NaN}', b'{"Share":-Infinity}', suffix="jsonl", rows=2),
    lines("a field twice: the last counts", A, "", OPEN + b',"Name":"B"}', suffix="jsonl", stored={"name": "B"}),
    in_jsonl("fields that differ by case in JSON", ROW, "the same column name twice", ID="x"),
    in_jsonl("a field without a name in JSON", ROW, "an empty column name", **{"": "x"}),
    lines("JSON nested hundreds deep", ROW, "nested too deeply", OPEN + b',"Deep":' + DEEP + b"}", suffix="jsonl"),
    whole("other records altogether", "f.jsonl", b'{"foo": 1}\n', reason="no row has one of the declared columns"),
)  # fmt: skip

PACKING = (
    whole("gzip cut off", "f.jsonl.gz", GZIP[:-20], reason="not a complete gzip file"),
    whole("gzip that is none", "f.jsonl.gz", jsonl_of(GOOD), reason="not a complete gzip file"),
    whole("garbage after gzip", "f.jsonl.gz", GZIP + b"garbage", reason="not a complete gzip file"),
    whole("gzip with a wrong checksum", "f.jsonl.gz", GZIP[:-8] + b"\0" * 8, reason="not a complete gzip file"),
    whole("two gzip files in one", "f.jsonl.gz", GZIP + gzip.compress(jsonl_of(record(Id="more"))), A, others=3),
    whole("Parquet cut off", "f.parquet", parquet_of()[:-30], reason="not a complete parquet file"),
    whole("Parquet that is none", "f.parquet", UNIX, reason="not a complete parquet file"),
    whole("Parquet with damaged pages", "f.parquet", DAMAGED, reason="not a complete parquet file"),
    whole("suffix in capitals", "F.CSV", UNIX, A),
    whole("a file that is not finished", "f.csv.tmp", UNIX, IGNORED),
    whole("an unknown suffix", "f.xlsx", UNIX, IGNORED),
    whole("packed CSV, which is not read", "f.csv.gz", gzip.compress(UNIX), IGNORED),
)

COLUMN = (
    whole("a column missing", "f.csv", csv_of(record(Kind=...), record(Kind=...)), H, "missing column Kind"),
    whole("a key column missing", "f.csv", csv_of(record(Id=...), record(Id=...)), H, "missing column Id"),
    whole("a column retyped", "f.csv", csv_of(*TWELVE), H, "retyped column Pieces: 12 of 12 values are not integer"),
    in_csv("a column nobody declared", A, Colour="red", stored={"colour": "red"}),
    in_parquet("structs where text is due", H, "retyped column Name: struct", Name=pa.array([{"a": 1}] * 3)),
    in_parquet("structs where JSON is due", A, Details=pa.array([{"a": 1}] * 3), stored={"details": '{"a":1}'}),
    in_parquet("lists where JSON is due", A, Details=pa.array([[1, 2]] * 3), stored={"details": "[1,2]"}),
    in_parquet("numbers where text is due", H, "retyped column Id: int64", Id=[1, 2, 3]),
    in_parquet("bytes where text is due", H, "retyped column Name: binary", Name=pa.array([b"\xff"] * 3)),
    in_parquet("numbers where dates are due", H, "retyped column BookedOn: int64", BookedOn=[1, 2, 3]),
    in_parquet("decimals where numbers are due", A, Amount=pa.array([Decimal("1.10")] * 3), stored={"amount": 1.1}),
    in_parquet("whole doubles where integers are due", A, Pieces=[1.0, 2.0, None], stored={"pieces": 2}),
    in_parquet("dictionaries of text", A, Kind=pa.array(["small"] * 3).dictionary_encode(), stored={"kind": "small"}),
    in_parquet("nothing but null", A, Name=pa.nulls(3), stored={"name": None}),
    in_parquet("decimals of 256 bits", A, Amount=pa.array([Decimal("1.5")] * 3, WIDE), stored={"amount": 1.5}),
    in_csv("SQL in a column name", A, **{'"; drop table raw."x"; --': "x"}, stored={'"; drop table raw."x"; --': "x"}),
    in_csv("raw's own column delivered", A, _airbyte_raw_id="x", stored={"delivered_airbyte_raw_id": "x"}),
    in_csv("names that the models use themselves", A, fate="x", raw_id="y", _cursor="z", stored={"fate": "x"}),
    in_csv("three hundred new columns", A, **MANY, stored={"column_299": "x"}),
)  # fmt: skip

TEXT = (
    in_csv("an empty key", R, "Id must not be empty", Id=""),
    in_csv("a key of blanks", R, "Id must not be empty", Id="   "),
    in_jsonl("no key", R, "Id must not be empty", Id=...),
    in_jsonl("a null key", R, "Id must not be empty", Id=None),
    in_jsonl("an object as key", R, "Id does not fit its type text", Id={"a": 1}),
    in_csv("zeros before a key", A, Id="000123", stored={"id": "000123"}),
    in_jsonl("a number of 24 digits as key", A, Id=123456789012345678901234, stored={"id": "123456789012345678901234"}),
    in_csv("blanks around values", A, Name="  Acme ", Pieces=" 7 ", stored={"name": "  Acme ", "pieces": 7}),
    in_csv("a formula", A, Name="=cmd|' /C calc'!A0", stored={"name": "=cmd|' /C calc'!A0"}),
    in_csv("SQL in a value", A, Name="'); DROP TABLE raw.x; --", stored={"name": "'); DROP TABLE raw.x; --"}),
    in_jsonl("an object where text is due", A, Name={"first": "Ann"}, stored={"name": '{"first":"Ann"}'}),
    in_jsonl("a number where text is due", A, Name=1.50, stored={"name": "1.5"}),
    in_jsonl("text where JSON is due", N, "details", Details="hello", stored={"details": None}),
    in_jsonl("a number where JSON is due", N, "details", Details=7, stored={"details": None}),
    in_csv("JSON that is cut off", N, "details", Details='{"a": ', stored={"details": None}),
    in_jsonl("JSON within text", A, Details='{"a": 1}', stored={"details": '{"a": 1}'}),
    in_csv("a word that is not in the list", R, "Kind must be one of small, large", Kind="medium"),
    in_csv("a currency of four letters", R, "Currency must match", Currency="EURO"),
    in_csv("a currency in small letters", A, Currency="eur", stored={"currency": "eur"}),
    in_csv("T for true", A, IsBig="T", stored={"isbig": True}),
    in_csv("yes for true", A, IsBig="yes", stored={"isbig": True}),
    in_csv("0 for false", A, IsBig="0", stored={"isbig": False}),
    in_csv("2 for true", N, "isbig", IsBig="2", stored={"isbig": None}),
)

NUMBER = (
    in_csv("an integer of more than 64 bits", N, "pieces", Pieces="9223372036854775808", stored={"pieces": None}),
    in_csv("an integer of 400 digits", N, "pieces", Pieces="9" * 400),
    in_csv("a fraction where an integer is due", N, "pieces", Pieces="1.5"),
    in_csv("nothing behind the point of an integer", A, Pieces="7.00", stored={"pieces": 7}),
    in_csv("an exponent in an integer", N, "pieces", Pieces="1e3"),
    in_csv("a hexadecimal integer", N, "pieces", Pieces="0x1F"),
    in_csv("underscores in an integer", N, "pieces", Pieces="1_000"),
    in_csv("a decimal comma", N, "share", Share="1,5", stored={"share": None}),
    in_csv("a decimal comma in money", R, "Amount does not fit its type number", Amount="1,5"),
    in_csv("thousands separators in money", R, "Amount does not fit its type number", Amount="1,000.00"),
    in_csv("a currency sign in money", R, "Amount does not fit its type number", Amount="€ 1000"),
    in_csv("a percent sign", N, "share", Share="12%"),
    in_csv("NaN", N, "share", Share="NaN"),
    in_csv("infinity", N, "share", Share="-Infinity"),
    in_csv("a number beyond all doubles", N, "share", Share="1e400"),
    in_csv("money beyond all budgets", R, "Amount must lie within", Amount="1e300"),
    in_csv("negative money", R, "Amount must be at least 0", Amount="-0.01"),
    in_csv("a share above all", R, "Share must be at most 100", Share="100.5"),
    in_csv("two rules broken by one row", R, "Share must be at most 100", Share="1234.5", Kind="medium"),
)

TIME = (
    in_csv("31 February", N, "seenon", SeenOn="2026-02-31", stored={"seenon": None}),
    in_csv("31 February for money", R, "BookedOn does not fit its type date", BookedOn="2026-02-31"),
    in_csv("the year 0001", A, SeenOn="0001-01-01", stored={"seenon": date(1, 1, 1)}),
    in_csv("the year 9999", A, BookedOn="9999-12-31", stored={"bookedon": date(9999, 12, 31)}),
    in_csv("the year 0000", N, "seenon", SeenOn="0000-01-01"),
    in_csv("the year 10000", N, "seenon", SeenOn="10000-01-01"),
    in_csv("a year before Christ", R, "BookedOn does not fit its type date", BookedOn="2026-01-01 (BC)"),
    in_csv("the day 'epoch'", N, "seenon", SeenOn="epoch"),
    in_csv("the day 'infinity'", R, "BookedOn does not fit its type date", BookedOn="infinity"),
    in_csv("day before month", R, "BookedOn does not fit its type date", BookedOn="31/12/2026"),
    in_csv("text behind a date", R, "BookedOn does not fit its type date", BookedOn="2026-03-01maybe"),
    in_csv("no date for money", R, "BookedOn must not be empty", BookedOn=""),
    in_csv("a zone behind a date", A, BookedOn="2026-03-01T23:30:00-05:00", stored={"bookedon": date(2026, 3, 1)}),
    in_csv("a moment with an offset", A, ChangedAt="2026-03-01T10:00:00+05:30", stored={"utc": "2026-03-01 04:30:00"}),
    in_csv(
        "a moment as Salesforce writes it",
        A,
        ChangedAt="2026-03-01T10:00:00.000+0000",
        stored={"utc": "2026-03-01 10:00:00"},
    ),
    in_csv("a moment without zone is UTC", A, ChangedAt="2026-03-01 10:00:00", stored={"utc": "2026-03-01 10:00:00"}),
    in_csv(
        "a moment with the name of a zone", R, "ChangedAt does not fit", ChangedAt="2026-03-01T10:00:00 Europe/Berlin"
    ),
    in_csv("a moment in the 61st second", R, "ChangedAt does not fit", ChangedAt="2026-03-01T10:00:61Z"),
    in_csv("seconds where a moment is due", R, "ChangedAt does not fit", ChangedAt="1767225600"),
    in_csv("a cursor of the year 0001", A, ChangedAt="0001-01-01T00:00:00Z", stored={"utc": "0001-01-01 00:00:00"}),
    in_csv("a cursor in the future", R, "ChangedAt is over a day ahead", ChangedAt="9999-12-31T00:00:00Z"),
    in_csv("a cursor beyond the calendar", R, "ChangedAt does not fit", ChangedAt="9999-12-31T23:59:59-12:00"),
    in_csv("a cursor 'infinity'", R, "ChangedAt does not fit", ChangedAt="infinity"),
    in_csv("no cursor", R, "ChangedAt must not be empty", ChangedAt=""),
    in_parquet(
        "moments without zone are UTC",
        A,
        ChangedAt=pa.array([10**15] * 3, pa.timestamp("us")),
        stored={"utc": "2001-09-09 01:46:40"},
    ),
    in_parquet(
        "moments of the year 36812",
        R,
        "ChangedAt does not fit",
        ChangedAt=pa.array([0, 2**40, 0], pa.timestamp("s", "UTC")),
    ),
    in_parquet(
        "moments in nanoseconds",
        A,
        ChangedAt=pa.array([10**18] * 3, pa.timestamp("ns", "UTC")),
        stored={"utc": "2001-09-09 01:46:40"},
    ),
)

CASES = (*ENCODING, *LAYOUT, *PACKING, *COLUMN, *TEXT, *NUMBER, *TIME)
