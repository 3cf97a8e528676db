"""How `cdp score`, `demo` and `dev` end, and what `dev` does before it opens. Not here: a whole demo (`main_job`)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cdp_platform.automation.outcome import Refresh
from cdp_platform.environment import Settings
from cdp_platform.serving.publish import publish
from cdp_platform.serving.score import Measure
from cdp_platform.simulator.parameters import Parameters
from cdp_platform.warehouse.connection import Column
from cdp_platform.warehouse.duckdb import Connection
from tests.cli.conftest import Said

KeysOf = Callable[[str, str], list[dict[str, Any]]]
MET = Measure("billed in 2026-10", 10.5, 10.5, True)
MISSED = Measure("person duplicates left: at most", 0.05, 0.06, False)
TABLES = {
    "gold.fact_revenue": {
        "revenue_type": "VARCHAR",
        "transaction_date": "DATE",
        "reporting_amount": "DECIMAL(18,2)",
        "reporting_currency_code": "VARCHAR",
    },
    "gold.fact_active_lives": {"activity_date": "DATE", "active_lives": "BIGINT"},
    "customer_master.customer_crosswalk": {"source_record_id": "VARCHAR", "customer_id": "VARCHAR"},
}


def yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


@pytest.mark.parametrize(("measures", "code"), [([MET], 0), ([MET, MISSED], 1)])
def test_score_ends_as_its_measures_say(
    cdp: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
    has_the_keys_of: KeysOf,
    measures: list[Measure],
    code: int,
) -> None:
    monkeypatch.setattr("cdp_platform.serving.score.score_home", lambda _: measures)
    said = cdp("score", "--format", "json")
    assert said.code == code
    rows = has_the_keys_of("score", said.out)
    assert [row["is_met"] for row in rows] == [measure.is_met for measure in measures]


@pytest.fixture
def refreshed(settings: Settings, warehouse: Connection, monkeypatch: pytest.MonkeyPatch) -> Refresh:
    """A home that publishes empty tables, as if `demo` had just simulated and refreshed it; it does neither."""
    for name, columns in TABLES.items():
        typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        warehouse.execute(f"CREATE TABLE IF NOT EXISTS {name} ({typed})")
    now = datetime.now(UTC)
    relations = {name: {column: Column(kind) for column, kind in columns.items()} for name, columns in TABLES.items()}
    publish(settings, warehouse, relations, name="v1", as_of=now, published_at=now)
    warehouse.close()
    done = Refresh(passed=3)
    monkeypatch.setattr("cdp_platform.simulator.simulate", lambda *_, **__: None)
    monkeypatch.setattr("cdp_platform.cli.refreshing.refresh_home", lambda *_, **__: done)
    return done


@pytest.mark.parametrize(
    ("measures", "failed", "code"), [([MET], [], 0), ([MET, MISSED], [], 1), ([MET], ["fact_revenue: a check"], 1)]
)
def test_the_demo_ends_as_its_last_screen_says(
    cdp: Callable[..., Said],
    refreshed: Refresh,
    monkeypatch: pytest.MonkeyPatch,
    measures: list[Measure],
    failed: list[str],
    code: int,
) -> None:
    monkeypatch.setattr("cdp_platform.cli.summary.score_home", lambda _: measures)
    refreshed.failed.extend(failed)
    said = cdp("demo")
    assert said.code == code
    assert MET.measure in said.out
    assert (" off" in said.out) is (MISSED in measures)
    assert f"checks: 3 passed, 0 warned, {len(failed)} failed" in said.out


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The homes on which Dagster would have been opened; it is not."""
    homes: list[Settings] = []

    @contextmanager
    def claim(*_: object, **__: object) -> Iterator[int]:
        yield 0

    monkeypatch.setattr("cdp_platform.automation.claim.claim", claim)
    monkeypatch.setattr("cdp_platform.automation.supervisor.run_dagster", lambda settings, **_: homes.append(settings))
    return homes


def company_until(settings: Settings, end: date) -> None:
    """A company that has been delivered until that day, without its files."""
    Parameters.checked(7, 0.0005, 1.0, {"US": 1}, end).save(settings.truth)


def test_dev_adds_the_days_that_have_passed(
    cdp: Callable[..., Said], settings: Settings, opened: list[Settings]
) -> None:
    company_until(settings, yesterday() - timedelta(days=2))
    said = cdp("dev")
    assert said.code == 0
    known = Parameters.load(settings.truth)
    assert known is not None
    assert (known.end, known.locales) == (yesterday(), {"US": 1})
    delivered = {file.name[:10] for file in settings.landing.glob("[!_]*/[!_]*/*.*")}
    assert delivered == {(yesterday() - timedelta(days=back)).isoformat() for back in (0, 1)}
    assert "nothing is here yet" not in said.err
    assert opened == [settings]


def test_dev_says_in_one_sentence_that_a_company_is_too_old(
    cdp: Callable[..., Said], settings: Settings, opened: list[Settings]
) -> None:
    company_until(settings, yesterday() - timedelta(days=600))
    said = cdp("dev")
    assert said.code == 2
    assert said.err.startswith("Error: this world knows its future only for about 400 days")
    assert len(said.err.splitlines()) == 1
    assert opened == []
