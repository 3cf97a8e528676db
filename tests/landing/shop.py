"""One small source that has a column of every type, its records as files, and an installation to land them in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cdp_platform.environment import Settings
from cdp_platform.landing.audit import StreamLoad
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.load import land_source
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.columns import business_day, currency, cursor, day, flag, integer, key, money, number, text
from cdp_platform.sources.columns import json as json_column
from cdp_platform.sources.contract import Control, Deletes
from cdp_platform.warehouse import Warehouse, open_warehouse
from cdp_platform.warehouse.duckdb import Connection

COLUMNS = (
    key("Id", "Key."),
    text("Name", "Text."),
    text("Kind", "Text of a closed list.", one_of=("small", "large")),
    integer("Pieces", "Whole number."),
    number("Share", "Number.", minimum=0, maximum=100),
    money("Amount", "Money.", minimum=0),
    currency("Currency", "Currency."),
    flag("IsBig", "True or false."),
    cursor("ChangedAt"),
    day("SeenOn", "A date."),
    business_day("BookedOn", "A date that money is booked under.", required=True),
    json_column("Details", "Object or array."),
)
GOOD = {
    "Id": "good", "Name": "Acme", "Kind": "small", "Pieces": "3", "Share": "12.5", "Amount": "10.25", "Currency": "EUR",
    "IsBig": "true", "ChangedAt": "2026-03-01T10:00:00Z", "SeenOn": "2026-03-01", "BookedOn": "2026-03-02",
    "Details": "{}",
}  # fmt: skip


def stream(name: str = "Things", **changes: Any) -> Stream:
    """The small source's stream."""
    declared = {"object": "thing", "description": "A thing.", "key": ("Id",), "cursor": "ChangedAt", "columns": COLUMNS}
    return Stream(name=name, **(declared | changes))


def record(**changes: Any) -> dict[str, Any]:
    """A good record with something else in it; `...` leaves a column out."""
    return {name: value for name, value in (GOOD | changes).items() if value is not ...}


def csv_of(*records: dict[str, Any]) -> bytes:
    """CSV of records that have the same columns, every value in quotes."""
    lines = [list(records[0]), *(list(r.values()) for r in records)]
    fields = [
        ['"' + ("" if value is None else str(value)).replace('"', '""') + '"' for value in line] for line in lines
    ]
    return "".join(",".join(line) + "\n" for line in fields).encode("utf-8", "surrogateescape")


def jsonl_of(*records: dict[str, Any]) -> bytes:
    """JSON Lines of records."""
    return "".join(json.dumps(r) + "\n" for r in records).encode()


THINGS = stream(controls=(Control("amount", period="BookedOn", measure="Amount", currency="Currency"),))
PEOPLE = stream("People", deletes=Deletes.ABSENCE)
SHOP = Source("shop", "A source with a column of every type.", "team:test", (THINGS, PEOPLE))


class Home:
    """An installation whose landing zone tests write to."""

    def __init__(self, settings: Settings, source: Source) -> None:
        self.settings, self.source = settings, source
        self.warehouse: Warehouse = open_warehouse(settings)
        self.said: list[str] = []

    def put(self, stream: Stream, name: str, content: bytes) -> Path:
        """A finished file."""
        path = self.settings.landing / self.source.name / stream.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def put_controls(self, stream: Stream, *rows: str) -> Path:
        """The vendor's totals."""
        return self.put(
            stream, f"../_control/{stream.table}.csv", "\n".join(("period,measure,currency_code,value", *rows)).encode()
        )

    def land(self, *streams: Stream) -> list[StreamLoad]:
        """One run over the streams, or all of them."""
        chosen = streams or self.source.streams
        return land_source(self.warehouse, self.source, chosen, run_id="run", say=self.said.append)

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """The warehouse."""
        with self.warehouse.writing("test") as connection:
            yield connection

    def ask(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.open() as connection:
            return connection.execute(sql, parameters).fetchall()

    def fates(self, stream: Stream) -> dict[str, list[str | None]]:
        """The keys of raw rows by their fate."""
        found: dict[str, list[str | None]] = {}
        for fate, id in self.ask(f"SELECT fate, id FROM ({fate_sql(self.source, stream)}) ORDER BY fate, id"):
            found.setdefault(fate, []).append(id)
        return found

    def files(self, stream: Stream) -> list[tuple[str, str]]:
        """Names and statuses of the deliveries."""
        sql = "SELECT file_name, status FROM ops.landed_file WHERE stream = ? ORDER BY delivery_id"
        return self.ask(sql, stream.table)  # type: ignore[return-value]
