"""`cdp receive` as a process: what is answered, and what is in the landing zone after it ended, well or badly."""

import json
import signal
import stat
import threading
import time
from collections import Counter
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from cdp_platform.environment import Settings, load_settings
from cdp_platform.landing.files import unknown_folders
from cdp_platform.receiving.app import MAX_BODY_BYTES
from cdp_platform.receiving.counts import read_counts
from tests.receiving.process import receiving
from tests.receiving.sender import SECRET, Sender, customer, event, invoice, signed
from tests.support.command import cdp

KEPT, DUPLICATE = (200, "kept"), (200, "duplicate")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"CDP_HOME": str(tmp_path / "home")})


def landed(settings: Settings, stream: str = "customers") -> list[dict[str, Any]]:
    files = sorted((settings.landing / "stripe" / stream).glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def ids(settings: Settings, stream: str = "customers") -> list[str]:
    return sorted(row["id"] for row in landed(settings, stream))


def counted(settings: Settings) -> Counter[str]:
    counts = read_counts(settings.receiver)
    assert counts is not None
    return sum(counts.days.values(), Counter())


def test_an_event_is_a_row_of_its_stream_once_the_receiver_has_ended(settings: Settings) -> None:
    with receiving(settings) as receiver:
        sender = Sender(receiver.port)
        assert sender.send(event("evt_1", "customer.created", customer("cus_1"), 1767225700)) == KEPT
        assert sender.send(event("evt_2", "invoice.paid", invoice("in_1", status="paid"), 1767225800)) == KEPT
        assert sender.health() == (200, '{"takes_events":true,"hands_over":true}')
        assert ids(settings) == []
        assert receiver.end() == 0
    assert landed(settings) == [customer("cus_1") | {"updated": 1767225700, "is_deleted": False}]
    assert landed(settings, "invoices") == [
        invoice("in_1", status="paid") | {"updated": 1767225800, "is_deleted": False}
    ]
    assert unknown_folders(settings.landing) == []
    assert list(settings.receiver.glob("*.journal")) == []


def test_what_is_not_genuine_is_refused_and_counted_and_never_said(settings: Settings) -> None:
    body = event("evt_1", "customer.created", customer("cus_1"))
    large = event("evt_2", "customer.created", customer("cus_1", description="x" * MAX_BODY_BYTES))
    now = time.time()
    with receiving(settings) as receiver:
        refused = [
            Sender(receiver.port).send(sent, headers)
            for sent, headers in (
                (body, {}),
                (body, signed(body, "whsec_of_somebody_else")),
                (body + b" ", signed(body)),
                (body, signed(body, at=now - 400)),
                (body, signed(body, at=now + 400)),
                (b"billing@", signed(b"billing@")),
                (large, signed(large)),
            )
        ]
        receiver.end()
    assert refused == [
        (400, "no signature"),
        (400, "bad signature"),
        (400, "bad signature"),
        (400, "too old"),
        (400, "too old"),
        (400, "no event"),
        (413, "too large"),
    ]
    assert counted(settings) == Counter(
        {"no signature": 1, "bad signature": 2, "too old": 2, "no event": 1, "too large": 1}
    )
    assert landed(settings) == []
    said = "".join(receiver.said) + "".join(path.read_text("latin-1") for path in settings.receiver.iterdir())
    assert [word for word in ("billing@", "cus_1", SECRET) if word in said] == []
    told = cdp(settings, "status", "--format", "json")
    [webhooks] = [row for row in json.loads(told.stdout) if row["section"] == "webhooks"]
    assert webhooks["what"] == "7 requests were refused"
    assert webhooks["is_failing"]


def test_what_no_stream_keeps_is_answered_well_and_only_counted(settings: Settings) -> None:
    with receiving(settings) as receiver:
        sender = Sender(receiver.port)
        for kind, item in (
            ("payout.paid", {"id": "po_1", "object": "payout"}),
            ("x", {}),
            ("y", {"object": "invoice"}),
        ):
            assert sender.send(event("evt_1", kind, item)) == (200, "of no stream")
        receiver.end()
    assert counted(settings) == Counter({"of no stream": 3})
    assert not settings.landing.exists()


def test_an_event_that_comes_again_is_kept_once_and_a_restart_does_not_forget_it(settings: Settings) -> None:
    first = event("evt_1", "customer.created", customer("cus_1"))
    second = event("evt_2", "customer.updated", customer("cus_1"))
    with receiving(settings) as receiver:
        sender = Sender(receiver.port)
        assert [sender.send(first), sender.send(first), sender.send(second)] == [KEPT, DUPLICATE, KEPT]
        receiver.end()
    with receiving(settings) as receiver:
        sender = Sender(receiver.port)
        assert [sender.send(first), sender.send(second)] == [DUPLICATE, DUPLICATE]
        receiver.kill()
    with receiving(settings) as receiver:
        assert Sender(receiver.port).send(first) == DUPLICATE
        receiver.end(signal.SIGINT)
    assert ids(settings) == ["cus_1", "cus_1"]
    assert counted(settings)["kept"] == 2


def send_until_it_is_gone(port: int, prefix: str, answered: list[str]) -> None:
    sender = Sender(port)
    for number in range(10_000):
        id = f"{prefix}_{number}"
        try:
            code, _ = sender.send(event(f"evt_{id}", "customer.created", customer(id)))
        except (OSError, HTTPException):
            return
        assert code == 200
        answered.append(id)


@pytest.mark.parametrize("every", ["86400", "0.1"])
def test_killed_at_any_moment_every_answered_event_is_there_exactly_once(settings: Settings, every: str) -> None:
    """Four senders, three kills; with rounds that never end, and with rounds that end all the time."""
    answered: list[str] = []
    for life in range(3):
        with receiving(settings, "--every", every) as receiver:
            threads = [
                threading.Thread(target=send_until_it_is_gone, args=[receiver.port, f"cus_{life}_{n}", answered])
                for n in range(4)
            ]
            for thread in threads:
                thread.start()
            enough = len(answered) + 150
            while len(answered) < enough:
                time.sleep(0.005)
            receiver.kill()
            for thread in threads:
                thread.join()
    with receiving(settings) as receiver:
        assert receiver.end() == 0
    times = Counter(ids(settings))
    assert set(answered) - set(times) == set()
    assert {id for id, count in times.items() if count > 1} == set()
    assert list(settings.receiver.glob("*.journal")) == []


def test_rounds_end_while_events_come(settings: Settings) -> None:
    with receiving(settings, "--every", "0.1") as receiver:
        sender, number = Sender(receiver.port), 0
        folder = settings.landing / "stripe" / "customers"
        while not folder.exists() or len(list(folder.glob("*.jsonl"))) < 3:
            number += 1
            assert sender.send(event(f"evt_{number}", "customer.created", customer(f"cus_{number}"))) == KEPT
        assert receiver.end() == 0
    assert ids(settings) == sorted(f"cus_{n}" for n in range(1, number + 1))


def test_the_same_event_from_many_at_once_is_kept_once(settings: Settings) -> None:
    body, answers = event("evt_1", "customer.created", customer("cus_1")), []
    with receiving(settings) as receiver:
        threads = [threading.Thread(target=lambda: answers.append(Sender(receiver.port).send(body))) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        receiver.end()
    assert Counter(answers) == Counter({DUPLICATE: 19, KEPT: 1})
    assert ids(settings) == ["cus_1"]


def test_a_second_receiver_on_a_home_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", SECRET)
    with receiving(settings):
        done = cdp(settings, "receive", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert "a receiver already runs on" in done.stderr


def test_without_a_secret_it_does_not_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_WEBHOOK_SECRET", raising=False)
    done = cdp(settings, "receive")
    assert done.returncode == 2
    assert "STRIPE_WEBHOOK_SECRET is not set: take the signing secret" in done.stderr
    assert not settings.receiver.exists()


def test_a_taken_port_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", SECRET)
    with receiving(settings) as receiver:
        elsewhere = load_settings({"CDP_HOME": str(settings.home / "elsewhere")})
        done = cdp(elsewhere, "receive", "--port", str(receiver.port))
    assert done.returncode == 2
    assert "choose another with --port" in done.stderr


def test_what_waits_in_the_spool_is_for_its_owner_only(settings: Settings) -> None:
    with receiving(settings) as receiver:
        assert Sender(receiver.port).send(event("evt_1", "customer.created", customer("cus_1"))) == KEPT
        [journal] = settings.receiver.glob("*.journal")
        assert stat.S_IMODE(journal.stat().st_mode) == 0o600
        assert stat.S_IMODE(settings.receiver.stat().st_mode) == 0o700
