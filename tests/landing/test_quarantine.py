"""What an operator does with what was rejected or held, and that nothing is lost by it."""

from pathlib import Path

import pytest

from cdp_platform.landing import quarantine
from cdp_platform.landing.quarantine import NothingHeld, NotReplayable, Replay, UnknownRejection
from cdp_platform.sources import Stream
from tests.landing.shop import GOOD, PEOPLE, SHOP, THINGS, Home, csv_of, jsonl_of, record

BAD = record(Id="bad", Kind="medium", Amount="-1")


def replay(home: Home, folder: Path, content: bytes, name: str = "mended.csv", to: Stream = THINGS) -> Replay:
    file = folder / name
    file.write_bytes(content)
    return quarantine.replay(home.warehouse, SHOP, to, file)


def open_reasons(home: Home) -> list[str]:
    with home.open() as connection:
        return [entry.reason for entry in quarantine.list_rejections(connection)]


def nothing_is_lost(home: Home) -> bool:
    [(delivered, raw, unreadable)] = home.ask("SELECT sum(delivered), sum(raw), sum(unreadable) FROM ops.landed_file")
    [(held,)] = home.ask("SELECT count(*) FROM raw.shop__things")
    [(listed,)] = home.ask("SELECT count(*) FROM quarantine.rejected_row WHERE rule = 'unreadable'")
    fates = home.fates(THINGS)
    return (raw, unreadable, delivered) == (held, listed, held + listed) and sum(map(len, fates.values())) == held


@pytest.fixture
def rejected(home: Home) -> Home:
    """A home with one good row, one that broke two rules, and one that nobody could read."""
    home.put(THINGS, "1.csv", csv_of(GOOD, BAD) + b"x,y\n")
    home.land()
    return home


def test_listing_shows_every_rule_that_was_broken(rejected: Home) -> None:
    with rejected.open() as connection:
        found = quarantine.list_rejections(connection, source="shop", stream="things")
        assert [(e.rule, e.reason, e.file_name, e.row_number, e.status) for e in found] in (
            [("value", "Amount must be at least 0", "1.csv", 2, "open"),
             ("value", "Kind must be one of small, large", "1.csv", 2, "open"),
             ("unreadable", "2 fields where the header has 12", "1.csv", 3, "open")],
            [("value", "Kind must be one of small, large", "1.csv", 2, "open"),
             ("value", "Amount must be at least 0", "1.csv", 2, "open"),
             ("unreadable", "2 fields where the header has 12", "1.csv", 3, "open")],
        )  # fmt: skip
        assert quarantine.list_rejections(connection, source="elsewhere") == []
        assert quarantine.list_rejections(connection, status="resolved") == []
        assert len(quarantine.list_rejections(connection, status=None, limit=2)) == 2


def test_showing_gives_the_row_or_its_text(rejected: Home) -> None:
    with rejected.open() as connection:
        by_rule = {entry.rule: entry.rejection_id for entry in quarantine.list_rejections(connection)}
        row = quarantine.show(connection, SHOP, THINGS, by_rule["value"])
        assert row.values is not None
        assert (row.values["id"], row.values["kind"], row.raw_text) == ("bad", "medium", None)
        unreadable = quarantine.show(connection, SHOP, THINGS, by_rule["unreadable"])
        assert (unreadable.values, unreadable.raw_text) == (None, "x,y")
        with pytest.raises(UnknownRejection, match=r"no rejection 'none' in shop\.things"):
            quarantine.show(connection, SHOP, THINGS, "none")


def test_a_mended_row_counts_and_closes_the_rejections_of_its_key(rejected: Home, tmp_path: Path) -> None:
    done = replay(rejected, tmp_path, csv_of(record(Id="bad", Name="mended")))
    assert (done.load.status, done.load.delivered, done.load.rejected, done.resolved) == ("loaded", 1, 0, 2)
    assert rejected.fates(THINGS) == {"current": ["bad", "good"], "rejected": ["bad"]}
    assert open_reasons(rejected) == ["2 fields where the header has 12"]
    assert rejected.ask("SELECT DISTINCT resolved_by FROM quarantine.rejected_row WHERE status = 'resolved'") == [
        ("replay/mended.csv",)
    ]
    assert nothing_is_lost(rejected)


def test_a_row_nobody_could_read_is_mended_by_its_rejection_id(rejected: Home, tmp_path: Path) -> None:
    with rejected.open() as connection:
        [unread] = [e for e in quarantine.list_rejections(connection) if e.rule == "unreadable"]
    done = replay(rejected, tmp_path, jsonl_of(record(Id="third", _rejection_id=unread.rejection_id)), "mended.jsonl")
    assert (done.resolved, done.load.new_columns) == (1, None)
    assert rejected.fates(THINGS)["current"] == ["good", "third"]
    assert len(open_reasons(rejected)) == 2
    assert nothing_is_lost(rejected)


def test_a_row_without_key_is_mended_by_its_rejection_id(home: Home, tmp_path: Path) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD, record(Id="", Kind="medium")))
    home.land()
    with home.open() as connection:
        first, *_ = quarantine.list_rejections(connection)
    assert replay(home, tmp_path, csv_of(record(Id="found", _rejection_id=first.rejection_id))).resolved == 2
    assert open_reasons(home) == []


def test_a_row_rejected_again_stays_open_and_says_so(rejected: Home, tmp_path: Path) -> None:
    done = replay(rejected, tmp_path, csv_of(record(Id="bad", Kind="huge")))
    assert (done.load.rejected, done.resolved) == (1, 0)
    assert sorted(open_reasons(rejected)) == [
        "2 fields where the header has 12",
        "Amount must be at least 0",
        "Kind must be one of small, large",
        "Kind must be one of small, large",
    ]
    assert replay(rejected, tmp_path, csv_of(record(Id="bad"))).resolved == 3
    assert nothing_is_lost(rejected)


def test_an_older_good_version_does_not_mend_a_newer_bad_one(rejected: Home, tmp_path: Path) -> None:
    assert replay(rejected, tmp_path, csv_of(record(Id="bad", ChangedAt="2026-01-01T00:00:00Z"))).resolved == 0
    assert rejected.fates(THINGS)["current"] == ["bad", "good"]


def test_a_cursor_in_the_future_is_mended_by_a_true_one(home: Home, tmp_path: Path) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD, record(Id="bad", ChangedAt="2999-01-01T00:00:00Z")))
    home.land()
    assert replay(home, tmp_path, csv_of(record(Id="bad"))).resolved == 1


def test_the_vendor_mends_by_delivering_the_record_again(rejected: Home) -> None:
    rejected.put(THINGS, "2.csv", csv_of(record(Id="bad")))
    rejected.land()
    assert open_reasons(rejected) == ["2 fields where the header has 12"]


def test_replays_know_no_usual_volume_and_are_none(home: Home, tmp_path: Path) -> None:
    for number in range(5):
        home.put(THINGS, f"{number}.csv", csv_of(*(record(Id=f"{number}-{n}") for n in range(300)), BAD))
    home.land()
    for number in range(5):
        done = replay(home, tmp_path, csv_of(record(Id="bad", Name=str(number))), f"{number}.csv")
        assert done.load.status == "loaded"
    home.put(THINGS, "5.csv", csv_of(*(record(Id=f"5-{n}") for n in range(300))))
    assert home.land(THINGS)[0].status == "loaded"


def test_a_replay_of_the_held_file_s_name_does_not_withdraw_it(home: Home, tmp_path: Path) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD, record(Id="x")).replace(b'"Kind"', b'"Sort"'))
    home.land()
    done = replay(home, tmp_path, csv_of(GOOD), "1.csv")
    assert done.load.status == "held"
    assert home.files(THINGS) == [("1.csv", "held"), ("replay/1.csv", "held")]
    assert home.fates(THINGS) == {"held": ["good", "good", "x"]}


@pytest.mark.parametrize(
    ("to", "name", "content", "said"),
    [
        (THINGS, "mended.xlsx", b"", "the name must end in .parquet, .jsonl, .jsonl.gz, .csv"),
        (THINGS, "mended.csv", b"", "the file is empty"),
        (THINGS, "mended.csv", csv_of(record(Kind=...)), "missing column Kind; a mended row has all the columns"),
        (THINGS, "mended.csv", csv_of(GOOD, BAD) + b"x,y\n", "this very content was delivered before"),
        (PEOPLE, "mended.csv", csv_of(GOOD), "People comes as full lists"),
    ],
    ids=["unknown format", "empty", "a column missing", "nothing mended", "full list"],
)
def test_what_cannot_be_replayed_loads_nothing(
    rejected: Home, tmp_path: Path, to: Stream, name: str, content: bytes, said: str
) -> None:
    before = rejected.ask("SELECT count(*) FROM ops.landed_file")
    with pytest.raises(NotReplayable, match=said):
        replay(rejected, tmp_path, content, name, to)
    assert rejected.ask("SELECT count(*) FROM ops.landed_file") == before


def release(home: Home) -> str:
    with home.open() as connection:
        return quarantine.release(connection, SHOP, THINGS, requester="ann", reason="the vendor says so").status


def test_a_held_delivery_can_be_accepted_with_a_reason(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(*(record(Id=f"id{n}", Kind="medium" if n < 12 else "small") for n in range(14))))
    home.put(THINGS, "2.csv", csv_of(record(Id="x", Kind=...)))
    assert home.land(THINGS)[0].status == "held"
    release(home)
    assert home.fates(THINGS)["current"] == ["id12", "id13", "x"]
    assert len(home.fates(THINGS)["rejected"]) == 12
    assert home.ask("SELECT status, reason FROM ops.landed_file ORDER BY delivery_id") == [
        (
            "validated",
            "released by ann: the vendor says so; was 1.csv: 12 of 14 rows rejected (Kind must be one of small, large)",
        ),
        (
            "validated",
            "released by ann: the vendor says so; was 1.csv: 12 of 14 rows rejected (Kind must be one of small, large)",
        ),
    ]
    assert home.land(THINGS)[0].status == "unchanged"
    assert nothing_is_lost(home)


def test_wrong_totals_can_be_accepted_too(home: Home) -> None:
    home.put(THINGS, "1.csv", csv_of(GOOD))
    home.put_controls(THINGS, "2026-03-01,amount,EUR,999")
    assert home.land(THINGS)[0].cause == "controls"
    release(home)
    assert home.fates(THINGS) == {"current": ["good"]}


def test_releasing_gives_up_a_file_nobody_can_read(home: Home) -> None:
    home.put(THINGS, "1.csv", b"")
    home.land()
    release(home)
    assert home.files(THINGS) == [("1.csv", "withdrawn")]
    assert home.ask("SELECT status, resolved_by FROM quarantine.rejected_row") == [
        ("resolved", "released by ann: the vendor says so")
    ]
    with pytest.raises(NothingHeld, match=r"nothing of shop\.things is held"):
        release(home)


def test_every_act_leaves_an_audit_row(rejected: Home, tmp_path: Path) -> None:
    replay(rejected, tmp_path, csv_of(record(Id="bad")))
    rejected.put(THINGS, "2.csv", b"")
    rejected.land(THINGS)
    release(rejected)
    runs = rejected.ask("SELECT run_id, status FROM ops.load_audit WHERE stream = 'things' ORDER BY started_at")
    assert runs == [("run", "loaded"), ("replay", "loaded"), ("run", "held"), ("release", "unchanged")]
