"""Ids are carried on from what was published or accepted: a run that nobody saw leaves no trace."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import duckdb
import pytest

from cdp_platform.assets.carried_ids import KEPT, ids_to_carry_on
from cdp_platform.assets.identity import _frame, write
from cdp_platform.assets.new_ids import accept, changes
from cdp_platform.identity import resolve
from cdp_platform.landing.tables import insert_row
from cdp_platform.landing.upgrade import prepare
from cdp_platform.warehouse.duckdb import Connection
from tests.identity.parties import DAY, exception, exceptions, frame, human

ANN, BOB, CLEO = (human(f"crm:contact:{number}", name) for number, name in enumerate(("Ann", "Bob", "Cleo")))
# What joins two customers that are two: a bad rule does it as a wrong decision does.
BAD = (exception("x1", "force_match", "crm:contact:0", "crm:contact:1"),)
WORSE = (*BAD, exception("x2", "force_match", "crm:contact:1", "crm:contact:2"))
IDS = {
    "customer_crosswalk": "*",
    "customer_id_ledger": "*",
    "customer_id_alias": "*",
    "customer_id_history": "* EXCLUDE (run_id)",
}


@dataclass
class Home:
    """A warehouse, and what happens in it, one day after the other."""

    connection: Connection
    days: int = 0

    def resolve(self, *records: dict[str, Any], decided: tuple[dict[str, Any], ...] = (), day: int = 0) -> None:
        self.days += 1
        ledger, aliases = ids_to_carry_on(self.connection, partial(_frame, self.connection))
        found = resolve(
            frame(list(records)), ledger=ledger, aliases=aliases, exceptions=exceptions(*decided),
            as_of=DAY + timedelta(days=day), run_id=f"run {self.days}",
        )  # fmt: skip
        write(self.connection, found, exceptions(*decided), {})

    def publish(self, *, is_published: bool = True) -> None:
        insert_row(
            self.connection,
            "ops.publication",
            {"published_at": datetime.now(UTC), "is_published": is_published},
        )

    def ids(self) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table: self.connection.execute(
                f"SELECT {columns} FROM customer_master.{table} ORDER BY ALL"
            ).fetchall()
            for table, columns in IDS.items()
        }  # fmt: skip


@pytest.fixture
def homes() -> Iterator[tuple[Home, Home]]:
    """Two homes in which the same was resolved and published."""
    with closing(duckdb.connect(":memory:")) as one, closing(duckdb.connect(":memory:")) as other:
        both = Home(one), Home(other)
        for home in both:
            prepare(home.connection)
            home.resolve(ANN, BOB)
            home.publish()
        yield both


def test_a_withheld_run_that_is_taken_back_leaves_no_trace(homes: tuple[Home, Home]) -> None:
    home, never = homes
    home.resolve(ANN, BOB, decided=BAD, day=1)
    assert home.ids()["customer_id_alias"] != []
    home.publish(is_published=False)
    for each in homes:
        each.resolve(ANN, BOB, CLEO, day=2)
    assert home.ids() == never.ids()
    home.publish()
    never.publish()
    for each in homes:
        each.resolve(ANN, BOB, CLEO, decided=BAD, day=3)
    assert home.ids() == never.ids()


def test_withheld_runs_do_not_pile_up(homes: tuple[Home, Home]) -> None:
    home, never = homes
    for decided in (BAD, WORSE, BAD, WORSE):
        home.resolve(ANN, BOB, CLEO, decided=decided, day=1)
        home.publish(is_published=False)
    never.resolve(ANN, BOB, CLEO, decided=WORSE, day=1)
    assert home.ids() == never.ids()
    assert changes(home.connection) == changes(never.connection)


def test_what_readers_never_saw_at_all_is_begun_again() -> None:
    with closing(duckdb.connect(":memory:")) as connection, closing(duckdb.connect(":memory:")) as other:
        home, never = Home(connection), Home(other)
        prepare(connection)
        prepare(other)
        home.resolve(ANN, BOB, decided=BAD)
        home.publish(is_published=False)
        for each in (home, never):
            each.resolve(ANN, BOB, day=1)
        assert home.ids() == never.ids()


def test_accepted_ids_are_carried_on_and_count_no_more(homes: tuple[Home, Home]) -> None:
    home, never = homes
    for each in homes:
        each.resolve(ANN, BOB, decided=BAD, day=1)
    assert accept(home.connection, requester="Ada", reason="they are one").records == 1
    never.publish()
    for each in homes:
        each.resolve(ANN, BOB, CLEO, decided=BAD, day=2)
    assert home.ids() == never.ids()
    assert changes(home.connection).records == 0


def test_a_warehouse_from_before_goes_on_with_the_ids_it_has(homes: tuple[Home, Home]) -> None:
    home, _ = homes
    home.resolve(ANN, BOB, decided=BAD, day=1)
    for kept in KEPT.values():
        home.connection.execute(f"DROP TABLE {kept}")
    prepare(home.connection)
    home.resolve(ANN, BOB, decided=BAD, day=2)
    assert changes(home.connection).records == 1, "what readers do not see adds up, as it did"
    home.publish()
    seen = home.ids()
    home.resolve(ANN, BOB, day=3)
    home.resolve(ANN, BOB, decided=BAD, day=3)
    assert home.ids() == seen
