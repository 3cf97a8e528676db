"""`cdp sql`: a question to the published data.

Here: the command and how it prints. Not here: what may be asked (`serving.statements`), asking it (`serving.answer`).
"""

import math
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from cdp_platform.cli.output import format_option, say, show
from cdp_platform.environment import load_settings
from cdp_platform.serving.ages import stale_tables
from cdp_platform.serving.answer import ask
from cdp_platform.serving.publish import Role
from cdp_platform.serving.reader import open_published

DEFAULT_LIMIT = 1_000


@click.command()
@click.argument("query")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.INTERNAL.value,
    show_default=True,
    help="restricted sees personal data, internal sees it masked.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=DEFAULT_LIMIT, show_default=True, help="Print at most so many rows."
)
@format_option
def sql(query: str, role: str, limit: int, output: str) -> None:
    """Run one reading QUERY on the published data.

    QUERY is DuckDB's SQL, or - for standard input. It reads the version that readers see now, never the warehouse, and
    no file. On standard error it says which of the tables rest on data that is stale by now (`ops.table_age`).

    \b
    cdp sql "show all tables"
    cdp sql "select revenue_type, sum(reporting_amount) from fact_revenue group by all"
    cdp sql - --format csv --limit 100000 < question.sql > answer.csv
    """  # fmt: skip
    text = sys.stdin.read() if query == "-" else query
    with open_published(load_settings(), Role(role)) as connection, _stopped_at_once():
        answer = ask(connection, text, limit=limit)
        old = list(stale_tables(connection, text, datetime.now(UTC)))
    names = _distinct(answer.columns)
    rows = [dict(zip(names, (_printable(value, output) for value in row), strict=True)) for row in answer.rows]
    show(rows, output, columns=names)
    if answer.was_cut:
        say(f"cut after {limit:,} rows; --limit N prints more")
    for line in old:
        say(line)


@contextmanager
def _stopped_at_once() -> Iterator[None]:
    """Ctrl-C ends the process: DuckDB may not look up for minutes, and a reader leaves nothing half done."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _distinct(columns: list[str]) -> list[str]:
    """Column names as keys: a name that comes again gets a number."""
    seen: dict[str, int] = {}
    for name in columns:
        seen[name] = seen.get(name, 0) + 1
    repeated = {name for name, count in seen.items() if count > 1}
    return [f"{name}_{place}" if name in repeated else name for place, name in enumerate(columns, start=1)]


def _printable(value: Any, output: str) -> Any:
    """Numbers as they are: 2026 is a year to us as well as a count. Nested values keep their form in JSON."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and output == "table":
        return str(value)
    return value
