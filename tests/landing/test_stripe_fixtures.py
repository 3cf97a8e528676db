"""Records no one here wrote: Stripe's published fixtures, refreshed as anybody would refresh from an export.

Collected only where the folder of samples lies beside the repository.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cdp_platform.environment import PROJECT, Settings, load_settings
from cdp_platform.landing.current import fate_sql
from cdp_platform.serving.reader import open_published
from cdp_platform.sources.stripe import STRIPE
from cdp_platform.warehouse.duckdb import Connection, open_for_reading
from tests.support.command import cdp

FIXTURES = PROJECT.parent / "shared" / "samples" / "stripe_openapi" / "fixtures3.json"
# a deleted object is published as its id and `deleted: true`, without what the contract asks for
REJECTED = {
    "customers": {"cus_QXg1o8vcGmoR32": {"created"}},
    "products": {"prod_QXg1hqf4jFNsqG": {"created"}},
    "prices": {"obj_123": {"created", "currency", "product"}},
    "subscriptions": {},
    "invoices": {"in_1Pgc6tB7WZ01zgkWu9fdqL6I": {"created", "currency", "total"}},
    "charges": {},
}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every Stripe object in the fixtures, however deep."""
    if isinstance(value, dict):
        if isinstance(value.get("object"), str):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from objects(item)


@pytest.fixture(scope="module")
def delivered() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {stream.table: [] for stream in STRIPE.streams}
    streams = {stream.object: stream.table for stream in STRIPE.streams}
    for item in objects(json.loads(FIXTURES.read_text())["resources"]):
        if item["object"] in streams:
            found[streams[item["object"]]].append(item)
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, delivered: dict[str, list[dict[str, Any]]]) -> Settings:
    """A home of its own, refreshed from a landing zone elsewhere by `cdp refresh --landing`."""
    settings = load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("stripe"))})
    exports = tmp_path_factory.mktemp("exports")
    for table, items in delivered.items():
        path: Path = exports / "stripe" / table / "fixtures3.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text("".join(json.dumps(item) + "\n" for item in items))
    said = cdp(settings, "refresh", "--landing", str(exports))
    assert "ok     refresh_stripe" in said.stderr, said.stderr[-2000:]
    return settings


@pytest.fixture(scope="module")
def landed(home: Settings) -> Iterator[tuple[Connection, dict[str, dict[str, Any]]]]:
    """The warehouse, and the load audit by stream."""
    with open_for_reading(home.warehouse_file) as connection:
        cursor = connection.execute("SELECT * FROM ops.load_audit WHERE source_system = 'stripe'")
        names = [column[0] for column in cursor.description or ()]
        loads = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        yield connection, {load["stream"]: load for load in loads}


each_stream = pytest.mark.parametrize("stream", STRIPE.streams, ids=lambda stream: stream.table)


@each_stream
def test_accepted_and_quarantined_are_what_was_delivered(stream: Any, landed: Any, delivered: Any) -> None:
    connection, loads = landed
    load = loads[stream.table]
    assert (load["status"], load["reason"]) == ("loaded", None)
    assert load["delivered"] == len(delivered[stream.table]) > 0
    fates = Counter(
        dict(connection.execute(f"SELECT fate, count(*) FROM ({fate_sql(STRIPE, stream)}) GROUP BY 1").fetchall())
    )
    quarantined = fates.pop("rejected", 0) + load["unreadable"]
    assert fates.total() + quarantined == load["delivered"]
    assert fates["current"] == len({item["id"] for item in delivered[stream.table] if "created" in item})
    assert fates["held"] == 0


@each_stream
def test_every_rejection_is_explained(stream: Any, landed: Any) -> None:
    connection, _ = landed
    found: dict[str, set[str]] = {}
    for id, reason in connection.execute(
        f"SELECT raw.id, reason FROM quarantine.rejected_row JOIN raw.{STRIPE.raw_table(stream)} AS raw "
        "ON raw_id = _airbyte_raw_id WHERE stream = ?",
        [stream.table],
    ).fetchall():
        found.setdefault(id, set()).add(reason)
    empty = {
        id: {f"{column} must not be empty" for column in columns} for id, columns in REJECTED[stream.table].items()
    }
    assert found == empty


def test_amounts_times_and_nested_objects_arrive_as_stripe_wrote_them(landed: Any, delivered: Any) -> None:
    connection, _ = landed
    [invoice] = [item for item in delivered["invoices"] if "created" in item]
    stored = connection.execute(
        "SELECT total, currency, created, lines->>'$.object' FROM raw.stripe__invoices WHERE created IS NOT NULL"
    )
    assert stored.fetchall() == [(invoice["total"], invoice["currency"], invoice["created"], "list")]


def test_what_counts_is_published(home: Settings, delivered: Any) -> None:
    customers = {item["id"] for item in delivered["customers"] if "created" in item}
    [invoice] = [item for item in delivered["invoices"] if "created" in item]
    with open_published(home) as connection:
        known = connection.execute("SELECT DISTINCT source_id FROM customer_crosswalk").fetchall()
        status, billed = invoice["status"], connection.execute("SELECT amount, currency_code FROM fact_revenue")
        expected = [] if status in ("draft", "void") else [(invoice["total"] / 100, invoice["currency"].upper())]
        assert billed.fetchall() == expected, status
    assert {id for (id,) in known} == customers
