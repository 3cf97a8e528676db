"""What is restated run by run equals what is built at once: random days of a small company, and every way out of order.

The days are told in raw rows of the product's streams; the customers change hands between them.
"""

import random
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cdp_platform.assets.manifest import parsed_manifest
from cdp_platform.environment import load_settings
from cdp_platform.landing.tables import insert_row
from tests.dbt.deliveries import run_dbt
from tests.dbt.small_company import AS_OF

RESTATED_STREAMS = ("leave_event", "feature_usage", "health_score")
PARTIES = ("P1", "P2", "P3", "P9")
"""Tenants; nobody knows the last one."""
CUSTOMERS = ("C-ACME", "C-BETA", "C-GAMMA")
LAYERS = ("staging", "domain", "customer_master", "gold")
START = datetime.fromisoformat(AS_OF)


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


class Days:
    """A warehouse to which days are told, and what dbt made of them last."""

    def __init__(self, file: Path, seed: int) -> None:
        self.file, self.random, self.told, self.now = file, random.Random(seed), 0, START

    def open(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(str(self.file))
        connection.execute("SET TimeZone = 'UTC'")
        return connection

    def moment(self) -> datetime:
        """A moment of the last months, now and then an old one."""
        back = self.random.choice([1, 3, 20, 100, 700])
        return self.now - timedelta(days=self.random.random() * back)

    def row(self, noun: str) -> dict[str, Any]:
        at, tenant = self.moment(), self.random.choice(PARTIES)
        day, number = at.date(), self.random.randint
        told: dict[str, dict[str, Any]] = {
            "leave_event": {"employee_id": self.random.choice("abc"), "occurred_at": at, "event_type": "requested"},
            "feature_usage": {"feature": "calendar", "usage_count": number(1, 9), "used_on": monday_of(day)},
            "health_score": {"scored_on": day, "score": number(0, 100), "usage_score": self.random.choice([None, 40])},
            "subscription": {"product_code": "LEAVE-PRO", "status": "active", "mrr": 10.0, "seats": number(1, 5),
                             "started_on": day},
        }  # fmt: skip
        return {"organization_id": tenant} | told[noun]

    def tell(self, rows: int, hours: float) -> None:
        """Time passes and rows arrive: new, late, deleted, back again, without a moment, or rejected."""
        self.now += timedelta(hours=hours)
        with self.open() as connection:
            for noun in (*RESTATED_STREAMS, "subscription"):
                table = "feature_usage" if noun == "feature_usage" else f"{noun}s"
                for _ in range(rows):
                    self._add(connection, table, self.row(noun))
                connection.execute("DELETE FROM ops.model_mark WHERE stream = ?", [table])
                mark = {"source_system": "platform", "stream": table, "validated_until": self.now}
                insert_row(connection, "ops.model_mark", mark)
            connection.execute("DELETE FROM ops.model_run")
            connection.execute("INSERT INTO ops.model_run VALUES ('run', ?, ?)", [self.now, self.now])

    def _add(self, connection: duckdb.DuckDBPyConnection, table: str, values: dict[str, Any]) -> None:
        self.told += 1
        dice = self.random.random()
        key = {
            "_airbyte_raw_id": f"raw-{self.told:05}",
            "_airbyte_extracted_at": self.now,
            "id": str(self.random.randint(1, 25)),
            "updated_at": None if dice < 0.05 else self.moment(),
            "_ab_cdc_deleted_at": self.now if dice > 0.8 else None,
        }
        insert_row(connection, f"raw.platform__{table}", key | values)
        if 0.7 < dice < 0.8:
            rejected = {"source_system": "platform", "stream": table, "rule": "r", "raw_id": key["_airbyte_raw_id"]}
            insert_row(connection, "quarantine.rejected_row", rejected)

    def change_hands(self) -> None:
        """A tenant's record goes to another customer."""
        with self.open() as connection:
            moved, to = f"platform:organization:{self.random.choice(PARTIES[:3])}", self.random.choice(CUSTOMERS)
            connection.execute(
                "UPDATE customer_master.customer_crosswalk SET customer_id = ? WHERE source_record_id = ?", [to, moved]
            )

    def refresh(self, *also: str) -> dict[str, str]:
        """Run the hourly models; how each restated one was built."""
        with self.open() as connection:
            [(before,)] = connection.execute("SELECT coalesce(max(seq), 0) FROM ops.restatement").fetchall()
        results = run_dbt(self.file, "run", "--select", *(also or ("+subscription", "tag:hourly")))
        failed = {name: r.message for name, r in results.items() if r.status not in ("success", "skipped")}
        assert failed == {}
        with self.open() as connection:
            built = "SELECT model, how FROM ops.restatement WHERE seq > ?"
            return dict(connection.execute(built, [before]).fetchall())


@pytest.fixture
def days(small_company: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Days:
    (tmp_path / "now").mkdir()
    file = tmp_path / "now" / "warehouse.duckdb"
    shutil.copy(small_company, file)
    days = Days(file, getattr(request, "param", 1))
    with days.open() as connection:
        for noun in (*RESTATED_STREAMS, "subscription"):
            connection.execute(f"DROP TABLE domain.{noun}")
    return days


def contents(file: Path) -> dict[str, list[str]]:
    """Every relation of the layers as sorted rows."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        named = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema IN ?", [LAYERS]
        ).fetchall()
        return {name: sorted(map(repr, connection.execute(f"FROM {name}").fetchall())) for (name,) in named}


def built_at_once(days: Days) -> dict[str, list[str]]:
    """The same after all restated tables were forgotten."""
    fresh = days.file.parent.parent / "fresh"
    fresh.mkdir()
    shutil.copy(days.file, fresh)
    with duckdb.connect(str(fresh / "warehouse.duckdb")) as connection:
        connection.execute("DELETE FROM ops.model_state")
    other = Days(fresh / "warehouse.duckdb", 0)
    assert set(other.refresh("+subscription", "tag:hourly", "int_customer__membership").values()) == {"built"}
    return contents(other.file)


def test_days_and_hours_one_by_one_equal_a_build_at_once(days: Days) -> None:
    days.tell(20, 1)
    days.refresh()
    for hours in (2, 50):
        days.tell(6, hours)
        how = days.refresh()
        assert {how["fact_active_lives"], how["stg_platform__leave_event"], how["fact_customer_health_score"]} == {
            "part"
        }
    days.change_hands()
    days.tell(3, 1)
    how = days.refresh("+subscription", "int_customer__membership", "tag:hourly")
    assert (how["int_customer__membership"], how["fact_active_lives"]) == ("whole", "part")
    assert contents(days.file) == built_at_once(days)


@pytest.mark.drill
@pytest.mark.parametrize("days", range(2, 5), indirect=True)
def test_many_random_days_equal_a_build_at_once(days: Days) -> None:
    days.tell(30, 1)
    days.refresh()
    for _ in range(8):
        if days.random.random() < 0.3:
            days.change_hands()
            days.refresh("int_customer__membership")
        days.tell(days.random.randint(0, 6), days.random.choice([0.5, 1, 24, 24 * 9]))
        days.refresh()
    assert contents(days.file) == built_at_once(days)


def test_a_build_that_broke_off_and_one_that_saw_other_sql_build_anew(days: Days) -> None:
    only = ("stg_platform__leave_event",)
    days.tell(5, 1)
    assert days.refresh(*only) == {"stg_platform__leave_event": "built"}
    assert days.refresh(*only) == {"stg_platform__leave_event": "part"}
    for statement in (
        "DELETE FROM ops.model_state WHERE model = 'stg_platform__leave_event'",
        "UPDATE ops.model_state SET fingerprint = 'of other SQL' WHERE model = 'stg_platform__leave_event'",
        "DROP TABLE staging.stg_platform__leave_event",
    ):
        with days.open() as connection:
            connection.execute(statement)
        assert days.refresh(*only) == {"stg_platform__leave_event": "built"}, statement


def test_a_restated_model_names_the_changes_of_every_restated_model_that_it_reads(tmp_path: Path) -> None:
    """One that is always built anew is excepted, for after it the next are computed as a whole."""
    nodes = parsed_manifest(load_settings({"CDP_HOME": str(tmp_path)})).nodes
    restated = {id: node for id, node in nodes.items() if node.config.materialized == "restated"}
    compared = {id for id, node in restated.items() if node.config.meta.get("compare", True)}
    through = {id for id, node in nodes.items() if node.config.materialized == "changing_view"}
    parts = [node for id, node in restated.items() if "touching(" in node.raw_code]
    assert len(parts) >= 12
    for node in parts:
        named = set(re.findall(r"changes\('(\w+)'\)", node.raw_code))
        named |= {"int_customer__membership"} if "touched_by_membership" in node.raw_code else set()
        read = {nodes[id].name for id in node.depends_on.nodes if id in compared | through}
        assert named == read, node.name
        others = [nodes[id] for id in node.depends_on.nodes if id in nodes and id not in restated.keys() | through]
        assert {other.name for other in others if other.resource_type == "model"} <= {"dim_time"}, node.name


def test_what_the_hourly_run_reads_of_the_product_is_in_it(tmp_path: Path) -> None:
    """A table below it that is not would hand on the rows of yesterday."""
    nodes = parsed_manifest(load_settings({"CDP_HOME": str(tmp_path)})).nodes
    hourly = {id for id, node in nodes.items() if "hourly" in node.tags and node.resource_type == "model"}
    seen, waiting = set(hourly), [*hourly]
    while waiting:
        for id in nodes[waiting.pop()].depends_on_nodes:
            if id.startswith("model.") and id not in seen:
                seen.add(id)
                waiting.append(id)
    below = {id for id in seen if id.split(".")[2].startswith("stg_platform__")}
    tables = {id for id in below if nodes[id].config.materialized != "view"}
    assert tables
    assert tables <= hourly
