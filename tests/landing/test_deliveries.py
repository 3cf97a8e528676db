"""A stream's life: what is loaded once, what stops the mark, and what goes on meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from cdp_platform.landing import (
    audit,
    chunk,
    csv_rows,
    files,
    jsonl_rows,
    judge,
    known,
    load,
    parquet_rows,
    tables,
    validate,
)
from cdp_platform.landing.delivery import load as load_file
from cdp_platform.landing.delivery import parse
from cdp_platform.landing.known import Known, new_files
from cdp_platform.landing.typed import decode_raw_id
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import Source
from cdp_platform.sources.columns import epoch, key, money, text
from cdp_platform.sources.contract import Type
from cdp_platform.warehouse.duckdb import scratch
from tests.landing.shop import GOOD, PEOPLE, SHOP, THINGS, Home, csv_of, jsonl_of, record, stream

BAD = record(Id="bad", Kind="medium")


def many(count: int, *, bad: int = 0, prefix: str = "id") -> bytes:
    """A CSV of `count` records, of which the first `bad` break a rule."""
    return csv_of(*(record(Id=f"{prefix}{n}", Kind="medium" if n < bad else "small") for n in range(count)))


def test_a_second_run_loads_nothing_and_says_so(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    first, second = home.land(THINGS)[0], home.land(THINGS)[0]
    assert (first.status, first.files, first.delivered) == ("loaded", 1, 1)
    assert (second.status, second.files, second.delivered) == ("unchanged", 0, 0)
    assert second.high_water == first.high_water == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert home.fates(THINGS) == {"current": ["good"]}


def test_the_same_content_under_a_new_name_is_no_new_delivery(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.land()
    home.put(THINGS, "2.csv", csv_of(GOOD))
    home.put(THINGS, "3.csv", csv_of(GOOD, record(Id="more")))
    assert home.land(THINGS)[0].files == 1
    assert home.files(THINGS) == [("1.csv", "validated"), ("3.csv", "validated")]


def test_new_content_under_the_same_name_is_a_new_delivery(home: Home) -> None:
    path = home.put(THINGS, "1.csv", csv_of(GOOD))
    home.land()
    path.write_bytes(csv_of(record(Name="Else", ChangedAt="2026-03-02T00:00:00Z")))
    home.land()
    assert home.fates(THINGS) == {"current": ["good"], "superseded": ["good"]}


def test_files_are_taken_in_name_order_and_each_is_one_moment(home: Home) -> None:
    for name in ("b.csv", "c.jsonl", "a.csv"):
        content = jsonl_of if name.endswith("jsonl") else csv_of
        home.put(THINGS, name, content(record(Id=name), record(Id=f"{name}+")))
    home.land()
    assert [name for name, _ in home.files(THINGS)] == ["a.csv", "b.csv", "c.jsonl"]
    found = home.ask("SELECT DISTINCT _airbyte_extracted_at, left(id, 1) FROM raw.shop__things ORDER BY 1")
    assert [letter for _, letter in found] == ["a", "b", "c"]


def test_a_delivery_repeated_in_part_counts_once(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD, record(Id="x")))
    home.put(THINGS, "2.csv", csv_of(GOOD, record(Id="y")))
    home.land()
    assert home.fates(THINGS) == {"current": ["good", "x", "y"], "duplicate": ["good"]}


def test_a_retry_after_a_crash_writes_the_same_raw_ids(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD, record(Id="x")))

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    seen = []
    monkeypatch.setattr(audit, "validate", crash)
    with pytest.raises(KeyboardInterrupt):
        home.land()
    seen.append(home.ask("SELECT _airbyte_raw_id, id FROM raw.shop__things ORDER BY 1"))
    assert home.files(THINGS) == [("1.csv", "pending")]
    assert home.fates(THINGS) == {"held": ["good", "x"]}
    home.ask("DELETE FROM raw.shop__things")
    home.ask("DELETE FROM ops.landed_file")
    monkeypatch.undo()
    home.land()
    seen.append(home.ask("SELECT _airbyte_raw_id, id FROM raw.shop__things ORDER BY 1"))
    assert seen[0] == seen[1]
    assert [decode_raw_id(raw_id)[1] for raw_id, _ in seen[0]] == [1, 2]


def test_what_was_loaded_before_a_crash_is_judged_by_the_next_run(home: Home, tmp_path: Path) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD, BAD))
    with home.open() as connection, scratch() as memory:
        prepare(connection)
        [file], _ = new_files(home.settings.landing, SHOP, THINGS, Known())
        load_file(connection, SHOP, THINGS, parse(memory, file, THINGS, tmp_path / "parsed"))
    assert home.fates(THINGS) == {"held": ["bad", "good"]}
    [done] = home.land(THINGS)
    assert (done.files, done.rejected) == (0, 1)
    assert home.fates(THINGS) == {"current": ["good"], "rejected": ["bad"]}


def test_a_load_that_fails_leaves_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    monkeypatch.setitem(tables.LEDGERS, "ops.landed_file", "delivery_id BIGINT, source_system VARCHAR, stream VARCHAR")
    with pytest.raises(duckdb.Error):
        home.land()
    with home.open() as connection:
        assert connection.execute("SELECT count(*) FROM raw.shop__things").fetchall() == [(0,)]


def test_two_runs_at_once_load_a_file_once(home: Home, tmp_path: Path) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    with scratch() as memory:
        [file], _ = new_files(home.settings.landing, SHOP, THINGS, Known())
        parsed = parse(memory, file, THINGS, tmp_path / "parsed")
    home.land()
    with home.open() as connection:
        done = load.load_stream(connection, SHOP, THINGS, [parsed], run_id="slower")
    assert (done.files, home.fates(THINGS)) == (0, {"current": ["good"]})


def test_a_new_column_is_kept_and_reported(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.land()
    home.put(THINGS, "2.csv", csv_of(record(Id="x", Colour="red")))
    [done] = home.land(THINGS)
    assert (done.status, done.new_columns) == ("loaded", "colour")
    assert home.ask("SELECT id, colour FROM raw.shop__things ORDER BY 1") == [("good", None), ("x", "red")]
    assert home.ask("SELECT new_columns FROM ops.landed_file ORDER BY delivery_id") == [(None,), ("colour",)]


def test_a_new_column_that_somebody_declares_later_gets_its_type(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(record(Weight="1.5")))
    home.land()
    declared = Source("shop", "", "team:test", (stream(columns=(*THINGS.columns, money("Weight", "Weight."))), PEOPLE))
    tables.SOURCES = (declared,)
    home.source = declared
    home.put(THINGS, "2.csv", csv_of(record(Id="x", Weight="2.5")))
    assert [done.status for done in home.land()] == ["loaded", "unchanged"]
    assert home.ask("SELECT id, weight FROM raw.shop__things ORDER BY 1") == [("good", 1.5), ("x", 2.5)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (csv_of(record(Id="x", Kind=...)), "2.csv: missing column Kind"),
        (csv_of(*(record(Id=f"x{n}", Pieces="many") for n in range(20))), "2.csv: retyped column Pieces: 20 of 20"),
    ],
    ids=["missing", "retyped"],
)
def test_drift_stops_the_stream_and_the_delivery_before_it_counts(home: Home, content: bytes, reason: str) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.put(THINGS, "2.csv", content)
    home.put(THINGS, "3.csv", csv_of(record(Id="later")))
    home.put(PEOPLE, "1.csv", csv_of(GOOD))
    things, people = home.land()
    assert (things.status, things.cause) == ("held", "drift")
    assert reason in (things.reason or "")
    assert [status for _, status in home.files(THINGS)] == ["validated", "held", "held"]
    assert home.fates(THINGS)["current"] == ["good"]
    assert people.status == "loaded"
    assert home.fates(PEOPLE) == {"current": ["good"]}


def test_the_same_name_again_takes_the_place_of_what_was_held(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(record(Kind=...)))
    home.put(THINGS, "2.csv", csv_of(record(Id="later")))
    home.land()
    home.put(THINGS, "1.csv", csv_of(GOOD))
    [done] = home.land(THINGS)
    assert done.status == "loaded"
    assert home.files(THINGS) == [("1.csv", "withdrawn"), ("2.csv", "validated"), ("1.csv", "validated")]
    assert home.fates(THINGS) == {"current": ["good", "later"], "rejected": ["good"]}
    assert home.ask("SELECT rule, status, resolved_by FROM quarantine.rejected_row") == [
        ("withdrawn_delivery", "resolved", "redelivery")
    ]


@pytest.mark.parametrize(
    ("rows", "bad", "held"),
    [(20, 10, False), (20, 11, True), (2_000, 20, False), (2_000, 21, True)],
)
def test_more_than_ten_bad_rows_and_one_percent_hold_a_delivery(home: Home, rows: int, bad: int, held: bool) -> None:
    home.put(THINGS, "1.csv", many(rows, bad=bad))
    [done] = home.land(THINGS)
    if held:
        assert (done.status, done.cause, done.rejected) == ("held", "contract", 0)
        assert f"{bad} of {rows} rows rejected (Kind must be one of small, large)" in (done.reason or "")
        assert home.ask("SELECT count(*) FROM quarantine.rejected_row") == [(0,)]
    else:
        assert (done.status, done.rejected) == ("loaded", bad)


def test_more_than_a_thousand_bad_rows_hold_a_delivery_of_any_size(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "MAX_REJECTED_ROWS", 30)
    home.put(THINGS, "1.csv", many(5_000, bad=31))
    assert home.land(THINGS)[0].cause == "contract"


def test_unreadable_rows_count_as_bad_ones(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD) + b"x\n" * 11)
    [done] = home.land(THINGS)
    assert "11 of 12 rows rejected (unreadable rows)" in (done.reason or "")
    assert home.fates(THINGS) == {"held": ["good"]}


def test_a_bad_version_never_hides_the_good_one(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.put(THINGS, "2.csv", csv_of(record(ChangedAt="2026-04-01T00:00:00Z", Kind="medium")))
    home.land()
    assert home.fates(THINGS) == {"current": ["good"], "rejected": ["good"]}


def test_the_mark_and_quarantine_move_in_one_transaction(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD, BAD))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(validate, "_move_mark", crash)
    with pytest.raises(KeyboardInterrupt):
        home.land()
    assert home.ask("SELECT count(*) FROM quarantine.rejected_row") == [(0,)]
    monkeypatch.undo()
    home.land()
    mark, extracted_at = home.ask("SELECT validated_until, extracted_at FROM ops.validated_mark, ops.landed_file")[0]
    assert mark == extracted_at
    assert home.ask("SELECT count(*) FROM quarantine.rejected_row") == [(1,)]


def test_volume_far_from_the_usual_holds_a_delivery(home: Home) -> None:
    for number in range(5):
        home.put(THINGS, f"{number}.csv", many(300, prefix=f"{number}-"))
    home.put(THINGS, "5.csv", many(19, prefix="few"))
    [done] = home.land(THINGS)
    assert (done.cause, done.reason) == ("volume", "5.csv: 19 rows where the last 5 deliveries had a median of 300")
    home.put(THINGS, "5.csv", many(21, prefix="few"))
    assert home.land(THINGS)[0].status == "loaded"
    home.put(THINGS, "6.csv", many(3_200, prefix="lots"))
    assert home.land(THINGS)[0].cause == "volume"


@pytest.mark.parametrize("name", [judge.RECEIVED, judge.PULLED])
def test_what_says_what_happened_meanwhile_has_no_usual_volume_and_makes_none(home: Home, name: str) -> None:
    for number in range(5):
        home.put(THINGS, f"{number}.csv", many(300, prefix=f"{number}-"))
    for number, rows in enumerate((1, 4_000, 2, 3, 1, 1)):
        home.put(THINGS, f"{name}{number}.csv", many(rows, prefix=f"w{number}-"))
    assert home.land(THINGS)[0].status == "loaded"
    home.put(THINGS, "x.csv", many(19, prefix="few"))
    assert home.land(THINGS)[0].cause == "volume"


def test_who_is_absent_from_the_newest_list_is_deleted(home: Home) -> None:
    home.put(PEOPLE, "1.csv", csv_of(GOOD, record(Id="left"), record(Id="bad")))
    home.put(PEOPLE, "2.csv", csv_of(record(ChangedAt="2026-03-02T00:00:00Z"), BAD))
    home.land()
    assert home.fates(PEOPLE) == {
        "current": ["bad", "good"],
        "deleted": ["left"],
        "rejected": ["bad"],
        "superseded": ["good"],
    }


def test_going_back_to_an_earlier_list_means_something(home: Home) -> None:
    both, one = csv_of(GOOD, record(Id="x")), csv_of(GOOD)
    for content in (both, one, both, both):
        home.put(PEOPLE, "people.csv", content)
        home.land()
    assert [status for _, status in home.files(PEOPLE)] == ["validated"] * 3
    assert home.fates(PEOPLE)["current"] == ["good", "x"]
    assert home.ask("SELECT count(DISTINCT _airbyte_raw_id), count(*) FROM raw.shop__people") == [(5, 5)]


@pytest.mark.parametrize(
    ("content", "cause"),
    [(csv_of(GOOD) + b"x\n", "contract"), (csv_of(GOOD, record(Id="")), "contract"), (csv_of(GOOD)[:130], "volume")],
    ids=["an unreadable row", "a row without key", "no row"],
)
def test_a_full_list_that_cannot_say_who_is_gone_is_held(home: Home, content: bytes, cause: str) -> None:
    home.put(PEOPLE, "1.csv", csv_of(GOOD, record(Id="x")))
    home.put(PEOPLE, "2.csv", content.split(b"\n")[0] + b"\n" if cause == "volume" else content)
    assert home.land(PEOPLE)[0].cause == cause
    assert home.fates(PEOPLE)["current"] == ["good", "x"]


def test_an_unreadable_file_is_reported_until_it_comes_again(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.put(THINGS, "2.csv", b"")
    [done] = home.land(THINGS)
    assert (done.status, done.cause, done.reason) == ("held", "contract", "2.csv could not be read: the file is empty")
    assert home.fates(THINGS) == {"current": ["good"]}
    home.put(THINGS, "2.csv", csv_of(record(Id="x")))
    assert home.land(THINGS)[0].status == "loaded"
    assert home.files(THINGS) == [("1.csv", "validated"), ("2.csv", "withdrawn"), ("2.csv", "validated")]
    assert home.ask("SELECT status, resolved_by FROM quarantine.rejected_row") == [("resolved", "2.csv")]


def test_every_run_leaves_an_audit_row_per_stream(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD, BAD) + b"x\n")
    home.land()
    rows = home.ask(
        "SELECT run_id, source_system, stream, files, bytes > 0, delivered, raw, unreadable, rejected, "
        "high_water::VARCHAR, status, seconds >= 0 FROM ops.load_audit ORDER BY stream DESC"
    )
    assert rows == [
        ("run", "shop", "things", 1, True, 3, 2, 1, 1, "2026-03-01 10:00:00+00", "loaded", True),
        ("run", "shop", "people", 0, False, 0, 0, 0, 0, None, "unchanged", True),
    ]


def test_an_epoch_cursor_that_is_no_moment_rejects_the_row(
    tmp_path: Path, make_home: Callable[[Path, Source], Home]
) -> None:
    columns = (key("Id", "Key."), text("Name", "Text."), epoch("ChangedAt", "Cursor.", required=True))
    things = stream(columns=columns)
    assert things.column("ChangedAt").type is Type.INTEGER
    home = make_home(tmp_path, Source("shop", "", "team:test", (things,)))
    moments = {"good": 1_700_000_000, "far": 253_402_300_800, "farther": 2**63 - 1, "before": -1}
    home.put(
        things, "1.jsonl", jsonl_of(*({"Id": id, "Name": "", "ChangedAt": moment} for id, moment in moments.items()))
    )
    home.land()
    assert home.fates(things) == {"current": ["good"], "rejected": ["before", "far", "farther"]}
    assert {reason for (reason,) in home.ask("SELECT reason FROM quarantine.rejected_row")} == {
        "ChangedAt does not fit its type integer"
    }


def test_memory_is_bounded_by_the_chunk(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (chunk, csv_rows, jsonl_rows, parquet_rows):
        monkeypatch.setattr(module, "CHUNK_ROWS", 100)
    monkeypatch.setattr(judge, "CHUNK_ROWS", 100)
    home.put(THINGS, "1.csv", many(1_050, bad=5))
    home.put(
        THINGS, "2.jsonl", jsonl_of(*(record(Id=f"j{n}", **({"Extra": n} if n > 990 else {})) for n in range(1_000)))
    )
    sizes: list[int] = []
    rejections = judge.rejections

    def watched(rows: object, *args: object, **kwargs: object) -> object:
        sizes.append(rows.height)  # type: ignore[attr-defined]
        return rejections(rows, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(judge, "rejections", watched)
    [done] = home.land(THINGS)
    assert (done.raw, done.rejected, done.new_columns) == (2_050, 5, "extra")
    assert sum(sizes) == 2_050
    assert home.ask("SELECT count(*) FROM raw.shop__things WHERE extra IS NOT NULL") == [(9,)]


def test_a_file_is_read_again_only_when_the_file_system_says_it_changed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "SETTLED_NANOSECONDS", 0)
    path = home.put(THINGS, "1.csv", csv_of(GOOD))
    home.land()
    hashed: list[str] = []
    monkeypatch.setattr(files.LandedFile, "sha256", lambda file: hashed.append(file.name) or "0")
    home.land()
    assert hashed == []
    path.touch()
    home.land()
    assert hashed == ["1.csv"]


def test_a_warehouse_that_lacks_columns_goes_on(home: Home) -> None:
    with home.open() as connection:
        prepare(connection)
        for column in ("cause", "fingerprint", "format"):
            connection.execute(f"ALTER TABLE ops.landed_file DROP COLUMN {column}")
        connection.execute("ALTER TABLE raw.shop__things DROP COLUMN amount")
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.put(THINGS, "2.csv", b"")
    home.land()
    found = home.ask("SELECT file_name, format, status, cause, reason FROM ops.landed_file ORDER BY delivery_id")
    assert found == [
        ("1.csv", "csv", "validated", None, None),
        ("2.csv", "csv", "unreadable", "contract", "the file is empty"),
    ]
    assert home.ask("SELECT id, amount FROM raw.shop__things") == [("good", 10.25)]
