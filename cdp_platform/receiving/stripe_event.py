"""What a Stripe event brings: the newest version of one object, as a row of that object's stream.

Here: which stream, the cursor, what counts as a deletion. Not here: whether the event is genuine (`signature`) or known
(`seen`).
"""

import re
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import orjson

from cdp_platform.receiving.refusal import Outcome, Refused
from cdp_platform.sources import Stream
from cdp_platform.sources.stripe import STRIPE

STREAMS = {stream.object: stream for stream in STRIPE.streams}
CREATION, CHANGE, DELETION = range(3)
_ID = re.compile(r"[A-Za-z0-9_]{1,255}")


@dataclass(frozen=True)
class Event:
    """An event, and the row it brings; without a stream it brings none.

    `moment` and `rank` order the versions of an object: within one second, its creation is the first and its deletion
    the last. `lacks_columns`: the object came without a declared column, which is null in the row.
    """

    id: str
    stream: Stream | None = None
    moment: int = 0
    rank: int = CHANGE
    row: bytes = field(default=b"", repr=False)
    lacks_columns: bool = False


def read_event(body: bytes) -> Event:
    """The event in a body that was verified. Raises Refused where it is none."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(Outcome.NO_EVENT) from error
    if not isinstance(event, dict):
        raise Refused(Outcome.NO_EVENT)
    id, kind, data = event.get("id"), event.get("type"), event.get("data")
    if not (isinstance(id, str) and _ID.fullmatch(id) and isinstance(kind, str)):
        raise Refused(Outcome.NO_EVENT)
    item = data.get("object") if isinstance(data, dict) else None
    if not isinstance(item, dict):
        return Event(id)
    stream = STREAMS.get(str(item.get("object")))
    # a preview, such as that of an upcoming invoice, has no id: nothing that could be kept
    if stream is None or not isinstance(item.get("id"), str):
        return Event(id)
    return _kept(event, id, kind, stream, item)


def _kept(event: dict[str, Any], id: str, kind: str, stream: Stream, item: dict[str, Any]) -> Event:
    moment = event.get("created")
    if not _is_moment(moment):
        raise Refused(Outcome.NO_EVENT)
    changed = item.get(stream.cursor)
    moment = max(moment, changed) if _is_moment(changed) else moment
    # `customer.subscription.deleted` is a cancellation: the subscription is still there, and says so itself
    is_deleted = kind == f"{stream.object}.deleted" or item.get("deleted") is True
    lacking = {column.name: None for column in stream.columns if not column.optional and column.name not in item}
    assert stream.delete_column is not None
    row = lacking | item | {stream.cursor: moment, stream.delete_column: is_deleted}
    rank = DELETION if is_deleted else CREATION if kind.endswith(".created") else CHANGE
    try:
        text = orjson.dumps(row)
    except orjson.JSONEncodeError as error:
        raise Refused(Outcome.NO_EVENT) from error
    return Event(id, stream, moment, rank, text, bool(lacking))


def _is_moment(value: Any) -> TypeGuard[int]:
    return type(value) is int and value >= 0
