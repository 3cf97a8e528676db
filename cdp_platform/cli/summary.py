"""The one screen at the end of `cdp demo`.

Here: rows per layer, customers, the last month's figures, checks, score, where to look next. Not here: computing them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from cdp_platform.automation.outcome import Refresh
from cdp_platform.environment import Settings
from cdp_platform.serving.publish import NothingPublished, Role, current_file
from cdp_platform.serving.score import Measure, score_home
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.connection import Connection, scalar
from cdp_platform.warehouse.duckdb import open_for_reading

LAST_MONTH = """
    WITH month AS (
        SELECT date_trunc('month', max(transaction_date) - INTERVAL 1 MONTH) AS first_day
        FROM gold.fact_revenue WHERE revenue_type = 'recognized'
    )
    SELECT revenue_type, first_day, sum(reporting_amount), any_value(reporting_currency_code)
    FROM gold.fact_revenue JOIN month ON date_trunc('month', transaction_date) = first_day
    GROUP BY ALL ORDER BY 1"""
LAYERS = ("raw", "staging", "domain", "customer_master", "gold")


def print_summary(settings: Settings, done: Refresh, *, seconds: Mapping[str, float]) -> bool:
    """Print it to standard output; returns whether every measure of the score is met."""
    console = Console(width=110)
    scores: list[Measure] = []
    console.rule("[bold]customer data platform")
    with open_warehouse(settings).writing("summing up") as connection:
        console.print(_layers(connection))
    try:
        published = open_for_reading(current_file(settings, Role.INTERNAL))
    except NothingPublished:
        console.print("[red]nothing is published: a line-stopping check failed, see below")
    else:
        scores = score_home(settings)
        with published:
            console.print(_figures(published))
        console.print(_scores(scores))
    _checks(console, done)
    times = ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items())
    runs = ", ".join(f"{outcome.job.removeprefix('refresh_')} {outcome.seconds:.1f} s" for outcome in done.outcomes)
    console.print(f"time: {times} ({runs})", highlight=False)
    console.print(
        "next: [bold]make dev[/] opens the UI on this data · [bold]cdp status[/] what is stale or wrong · "
        '[bold]cdp where fact_revenue[/] · [bold]cdp sql "select * from gold.agg_revenue_month"[/]',
        highlight=False,
    )
    return all(measure.is_met for measure in scores)


def _layers(connection: Connection) -> Table:
    table = Table("layer", "tables", "rows", box=None, header_style="bold")
    for layer in LAYERS:
        names = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = $1 UNION ALL "
            "SELECT view_name FROM duckdb_views() WHERE schema_name = $1",
            [layer],
        ).fetchall()
        rows = sum(scalar(connection, f'SELECT count(*) FROM {layer}."{name}"') for (name,) in names)
        table.add_row(layer, f"{len(names)}", f"{rows:,}")
    rejected = scalar(connection, "SELECT count(*) FROM quarantine.rejected_row WHERE status = 'open'")
    table.add_row("quarantine", "1", f"{rejected:,}")
    return table


def _figures(connection: Connection) -> Table:
    records, customers = connection.execute(
        "SELECT count(*), count(DISTINCT customer_id) FROM customer_master.customer_crosswalk"
    ).fetchall()[0]
    table = Table("figure", "value", box=None, header_style="bold")
    table.add_row("source records → customers", f"{records:,} → {customers:,}")
    for revenue_type, month, amount, code in connection.execute(LAST_MONTH).fetchall():
        table.add_row(f"revenue {revenue_type}, {month:%Y-%m}", f"{amount or 0:,.2f} {code or ''}")
    for day, lives in connection.execute(
        "SELECT activity_date, sum(active_lives) FROM gold.fact_active_lives GROUP BY 1 ORDER BY 1 DESC LIMIT 1"
    ).fetchall():
        table.add_row(f"active lives on {day:%Y-%m-%d}", f"{lives:,}")
    return table


def _scores(scores: Sequence[Measure]) -> Table:
    table = Table("score against the truth", "expected", "actual", "", box=None, header_style="bold")
    for measure in scores:
        row: Mapping[str, Any] = measure.row()
        table.add_row(
            row["measure"], f"{row['expected']:,}", f"{row['actual']:,}", "ok" if row["is_met"] else "[red]off"
        )
    return table


def _checks(console: Console, done: Refresh) -> None:
    colour = "red" if done.failed else "green"
    console.print(
        f"checks: [{colour}]{done.passed} passed, {done.warned} warned, {len(done.failed)} failed", highlight=False
    )
    for failed in done.failed[:10]:
        console.print(f"  [red]{failed}", highlight=False, markup=True)
