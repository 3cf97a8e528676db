"""Journals: torn, handed over twice, on a disk that is full; and the receiver that writes them."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cdp_platform.receiving.receiver import Receiver
from cdp_platform.receiving.refusal import Outcome, Refused
from cdp_platform.receiving.seen import WINDOW, SeenEvents
from cdp_platform.receiving.spool import Journal, hand_over, left_behind, line_of
from cdp_platform.receiving.stripe_event import Event, read_event
from tests.receiving.sender import customer, event, invoice


def an_event(id: str, kind: str = "customer.updated", created: int = 1767225900, **changes: Any) -> Event:
    return read_event(event(f"evt_{id}", kind, customer("cus_1", **changes), created))


def journal_of(folder: Path, *events: Event) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder)
    journal.append(map(line_of, events))
    journal.close()
    return journal.path


def landed(landing: Path) -> dict[str, bytes]:
    return {str(path.relative_to(landing)): path.read_bytes() for path in landing.rglob("*") if path.is_file()}


def named(landing: Path) -> list[str]:
    return [json.loads(line)["name"] for text in landed(landing).values() for line in text.splitlines()]


def test_a_journal_becomes_one_file_per_stream_and_the_same_ones_again(tmp_path: Path) -> None:
    bill = read_event(event("evt_3", "invoice.paid", invoice("in_1")))
    journal = journal_of(tmp_path / "spool", an_event("1"), an_event("2"), bill)
    assert hand_over(journal, tmp_path / "landing").ids == ["evt_1", "evt_2", "evt_3"]
    first = landed(tmp_path / "landing")
    assert sorted(first) == [
        f"stripe/customers/webhook-{journal.stem}.jsonl",
        f"stripe/invoices/webhook-{journal.stem}.jsonl",
    ]
    hand_over(journal, tmp_path / "landing")
    assert landed(tmp_path / "landing") == first


WHOLE = b'evt_9\tcustomers\t1\t1\t{"id": "cus_9"}'


@pytest.mark.parametrize("tail", [b"", b"evt_9", WHOLE[:-9], WHOLE, b"\0" * 4096, b"a\tb\tc\td\te\n"])
def test_a_line_that_was_never_finished_is_left_out(tmp_path: Path, tail: bytes) -> None:
    journal = journal_of(tmp_path, an_event("1"), an_event("2"))
    with journal.open("ab") as torn:
        torn.write(tail)
    done = hand_over(journal, tmp_path / "landing")
    assert (done.ids, done.torn) == (["evt_1", "evt_2"], int(bool(tail)))
    assert all(json.loads(line) for text in landed(tmp_path / "landing").values() for line in text.splitlines())


def test_versions_of_one_second_are_in_the_order_of_a_life(tmp_path: Path) -> None:
    late = an_event("1", "customer.deleted", name="deleted"), an_event("2", name="changed")
    first = an_event("3", "customer.created", name="created"), an_event("4", created=1767225800, name="before")
    hand_over(journal_of(tmp_path / "spool", *late, *first), tmp_path / "landing")
    assert named(tmp_path / "landing") == ["before", "created", "changed", "deleted"]


@pytest.mark.parametrize("renamed", [False, True])
def test_a_hand_over_that_was_cut_off_is_done_again(tmp_path: Path, renamed: bool) -> None:
    """Power went between writing and renaming, or between renaming and taking the journal away."""
    spool, landing = tmp_path / "spool", tmp_path / "landing"
    journal = journal_of(spool, an_event("1"), an_event("2"))
    if renamed:
        hand_over(journal, landing)
    else:
        half = landing / "stripe" / "customers" / f"webhook-{journal.stem}.jsonl.tmp"
        half.parent.mkdir(parents=True)
        half.write_bytes(b'{"id": "cus')

    async def live() -> list[Outcome]:
        receiver = Receiver(spool, landing)
        await receiver.start()
        outcomes = [await receiver.take(an_event("1"))]
        await receiver.stop()
        return outcomes

    assert asyncio.run(live()) == [Outcome.DUPLICATE]
    assert (len(landed(landing)), len(named(landing)), left_behind(spool)) == (1, 2, [])


def test_events_that_come_while_the_disk_is_busy_go_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (synced.append(file), sync(file)))

    async def live() -> None:
        receiver = Receiver(tmp_path / "spool", tmp_path / "landing")
        await receiver.start()
        synced.clear()
        await asyncio.gather(*(receiver.take(an_event(str(n))) for n in range(100)))
        assert 0 < len(synced) < 10
        await receiver.stop()

    asyncio.run(live())
    assert len(named(tmp_path / "landing")) == 100


def test_a_full_disk_refuses_and_what_is_sent_again_is_kept_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    async def live() -> None:
        receiver = Receiver(tmp_path / "spool", tmp_path / "landing")
        await receiver.start()
        assert await receiver.take(an_event("1")) is Outcome.KEPT
        with monkeypatch.context() as disk:
            disk.setattr(os, "fsync", full)
            with pytest.raises(Refused) as refused:
                await receiver.take(an_event("2"))
            assert refused.value.outcome is Outcome.NOT_STORED
            assert not receiver.takes_events
        assert await receiver.take(an_event("2")) is Outcome.KEPT
        assert receiver.takes_events
        await receiver.stop()

    asyncio.run(live())
    assert len(named(tmp_path / "landing")) == 2


def test_a_landing_zone_that_takes_nothing_loses_nothing(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    landing.write_text("a file where a folder should be")

    async def live(*events: Event) -> tuple[list[Outcome], bool, bool]:
        receiver = Receiver(tmp_path / "spool", landing)
        await receiver.start()
        outcomes = [await receiver.take(each) for each in events]
        await receiver.stop()
        return outcomes, receiver.hands_over, receiver.counts.is_stopped

    assert asyncio.run(live(an_event("1"))) == ([Outcome.KEPT], False, False)
    assert asyncio.run(live(an_event("1"), an_event("2"))) == ([Outcome.DUPLICATE, Outcome.KEPT], False, False)
    assert len(left_behind(tmp_path / "spool")) == 2
    landing.unlink()
    assert asyncio.run(live(an_event("1"))) == ([Outcome.DUPLICATE], True, True)
    assert len(named(landing)) == 2


def test_ids_are_remembered_for_the_window_and_no_longer(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    seen = SeenEvents(tmp_path / "seen.sqlite")
    seen.remember(["evt_old"], now - WINDOW - timedelta(days=1))
    seen.remember(["evt_in_time", "evt_in_time"], now - WINDOW + timedelta(days=1))
    assert [seen.knows(id) for id in ("evt_in_time", "evt_other")] == [True, False]
    seen.remember([], now)
    assert [seen.knows(id) for id in ("evt_in_time", "evt_old")] == [True, False]
    seen.close()
