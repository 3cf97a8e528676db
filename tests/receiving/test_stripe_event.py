"""What row an event brings: its stream, its place among the versions of the object, whether it is a deletion."""

import json
from typing import Any

import pytest

from cdp_platform.receiving.refusal import Outcome, Refused
from cdp_platform.receiving.stripe_event import CHANGE, CREATION, DELETION, STREAMS, read_event
from tests.receiving.sender import customer, event, invoice

AT = 1767225900


def row(kind: str, item: dict[str, Any], created: int = AT) -> dict[str, Any]:
    found = read_event(event("evt_1", kind, item, created))
    return dict(json.loads(found.row))


def test_the_cursor_is_the_moment_of_the_event_or_a_newer_one_of_the_object() -> None:
    assert row("customer.updated", customer("cus_1"))["updated"] == AT
    assert row("customer.updated", customer("cus_1", updated=AT - 9))["updated"] == AT
    assert row("customer.updated", customer("cus_1", updated=AT + 9))["updated"] == AT + 9
    assert row("customer.updated", customer("cus_1", updated="soon"))["updated"] == AT


def test_a_deletion_is_one_and_the_end_of_a_subscription_is_none() -> None:
    subscription = {"id": "sub_1", "object": "subscription", "status": "canceled"}
    assert row("customer.deleted", customer("cus_1"))["is_deleted"] is True
    assert row("customer.updated", customer("cus_1", deleted=True))["is_deleted"] is True
    assert row("customer.subscription.deleted", subscription)["is_deleted"] is False
    assert row("invoice.paid", invoice("in_1"))["is_deleted"] is False


def test_within_a_second_creation_is_first_and_deletion_last() -> None:
    kinds = ["customer.created", "customer.updated", "customer.deleted"]
    assert [read_event(event("e", kind, customer("c"))).rank for kind in kinds] == [CREATION, CHANGE, DELETION]


def test_what_the_object_has_beside_the_declared_columns_stays() -> None:
    said = row("customer.updated", customer("cus_1", shipping={"name": "Ines"}, livemode=True))
    assert (said["shipping"], said["livemode"]) == ({"name": "Ines"}, True)


def test_a_declared_column_that_the_object_lacks_is_null_and_noted() -> None:
    whole, part = customer("cus_1"), {"id": "cus_1", "object": "customer", "created": AT}
    assert not read_event(event("evt_1", "customer.updated", whole)).lacks_columns
    found = read_event(event("evt_1", "customer.updated", part))
    assert found.lacks_columns
    declared = {column.name for column in STREAMS["customer"].columns if not column.optional}
    assert declared <= set(json.loads(found.row))


@pytest.mark.parametrize("noun", sorted(STREAMS))
def test_every_stream_is_reached_by_its_object(noun: str) -> None:
    found = read_event(event("evt_1", f"{noun}.updated", {"id": "x_1", "object": noun}))
    assert found.stream is STREAMS[noun]


@pytest.mark.parametrize("item", [{}, {"object": "payout", "id": "po_1"}, {"object": "invoice"}, {"object": ["x"]}])
def test_what_is_of_no_stream_brings_no_row(item: dict[str, Any]) -> None:
    assert read_event(event("evt_1", "some.thing", item)).stream is None


def test_a_thin_event_brings_no_row() -> None:
    thin = {"id": "evt_1", "object": "v2.core.event", "type": "v1.billing.meter", "created": "2026-01-01T00:00:00Z"}
    assert read_event(json.dumps(thin).encode()).stream is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"{}",
        b'{"id": 1, "type": "x"}',
        b'{"id": "evt_1"}',
        b'{"id": "evt\\t1", "type": "x"}',
        b'{"id": "evt_1\\n", "type": "x"}',
        b'\xff{"id": "evt_1", "type": "x"}',
        b'{"id": "evt_1", "type": "\\ud800"}',
        b"[" * 100_000,
        event("evt_1", "customer.updated", customer("cus_1"), -1),
        json.dumps({"id": "e", "type": "x", "data": {"object": customer("c")}}).encode(),
    ],
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_event(body)
    assert refused.value.outcome is Outcome.NO_EVENT


def test_an_object_nested_too_deeply_to_be_written_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"a": deep}
    with pytest.raises(Refused):
        read_event(event("evt_1", "customer.updated", customer("cus_1", metadata=deep)))
