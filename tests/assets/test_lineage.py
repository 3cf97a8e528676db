"""As of when a table holds a stream: as its oldest table on the way to that stream does."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from cdp_platform.assets.lineage import states

NOW = datetime(2026, 11, 27, 5, tzinfo=UTC)
DAILY, BEFORE = NOW - timedelta(hours=3), NOW - timedelta(days=1)


def key(name: str) -> dg.AssetKey:
    return dg.AssetKey(name.split("/"))


def graph(**reads: list[str]) -> dict[dg.AssetKey, dg.AssetSpec]:
    names = {name.replace("__", "/", 1): deps for name, deps in reads.items()}
    return {key(name): dg.AssetSpec(key(name), deps=[key(dep) for dep in deps]) for name, deps in names.items()}


GRAPH = graph(
    staging__stg_invoice=["raw/invoice"],
    staging__stg_usage=["raw/usage"],
    domain__invoice=["staging/stg_invoice"],
    domain__usage=["staging/stg_usage"],
    gold__fact_revenue=["domain/invoice"],
    gold__fact_health=["domain/usage", "domain/invoice", "gold/fact_revenue"],
)


def test_an_hourly_table_holds_daily_inputs_as_of_the_daily_run() -> None:
    began = {key(name): DAILY for name in ("domain/invoice", "gold/fact_revenue")}
    began |= {key(name): NOW for name in ("domain/usage", "gold/fact_health")}
    held = states(GRAPH, began, NOW)
    assert held[key("gold/fact_revenue")] == {key("raw/invoice"): DAILY}
    assert held[key("gold/fact_health")] == {key("raw/invoice"): DAILY, key("raw/usage"): NOW}


def test_a_table_that_was_not_rebuilt_keeps_its_own_moment() -> None:
    began = {key("domain/invoice"): DAILY, key("gold/fact_revenue"): BEFORE}
    assert states(GRAPH, began, NOW)[key("gold/fact_revenue")] == {key("raw/invoice"): BEFORE}


def test_views_hold_nothing_themselves() -> None:
    began = {key("staging/stg_invoice"): BEFORE, key("domain/invoice"): DAILY}
    assert states(GRAPH, began, NOW)[key("domain/invoice")] == {key("raw/invoice"): DAILY}
