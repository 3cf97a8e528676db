"""`cdp trace`: a row of gold back to the lines of the files it came from.

Here: the command and how a trace is printed. Not here: how a row is followed (`serving.trace`).
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import click
import orjson
from filelock import FileLock
from rich.padding import Padding
from rich.text import Text

from cdp_platform.cli.output import console, format_option, say, show
from cdp_platform.environment import PROJECT, load_settings
from cdp_platform.serving.customers import ATTRIBUTE, MEMBERSHIP
from cdp_platform.serving.steps import Step
from cdp_platform.serving.trace import trace as follow

INDENT = (0, 0, 0, 4)
LONGEST_VALUE = 60
MANIFEST = PROJECT / "cdp_dbt" / "target" / "manifest.json"
REPEATED = frozenset({"source_record_id", "source_system", "source_object", "source_id", "raw_id"})
"""Columns that say again what a step is called."""


@click.command()
@click.argument("table")
@click.argument("key")
@click.option("--unmasked", is_flag=True, help="Show personal data.")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Show at most so many rows of a kind."
)
@format_option
def trace(table: str, key: str, unmasked: bool, limit: int, output: str) -> None:
    """Follow a row of TABLE back to domain, staging, raw rows, file and line.

    KEY is the value of the row's key; values of several columns, or column=value, are joined by commas. Every step says
    why it is there: the rule that joined two records, who won an attribute, what became of each delivered version.
    Personal data is masked. Waits while the warehouse is being written.

    \b
    cdp trace fact_revenue billed:netsuite:invoice_line:48213
    cdp trace dim_customer 6f1c2a90b7d34e58
    cdp trace fact_active_lives 6f1c2a90b7d34e58,2026-10-31
    cdp trace agg_revenue_month revenue_type=billed,month_start_date=2026-10-01
    """
    found = follow(load_settings(), table, key, manifest=manifest(), unmasked=unmasked, limit=limit, say=say)
    rows = [{**asdict(step), "values": dict(step.values)} for step in found.steps]
    if output == "table":
        for step in found.steps:
            _print_step(step)
    else:
        show(rows, output, columns=[field.name for field in fields(Step)])
    for note in found.notes:
        say(note)


def manifest() -> Mapping[str, Any]:
    """dbt's manifest as it was parsed when the models were last built; parsed now where it never was."""
    if not MANIFEST.exists():
        from cdp_platform.assets.manifest import manifest_file

        manifest_file(load_settings())
    with FileLock(MANIFEST.with_name("parse.lock")):
        parsed: Mapping[str, Any] = orjson.loads(MANIFEST.read_bytes())
    return parsed


def _print_step(step: Step) -> None:
    out = console()
    place = "" if step.file is None else f"  {step.file}:{step.line}"
    at = "" if step.at is None else f"  {step.at:%Y-%m-%d %H:%M}"
    out.print(Text.assemble((step.table, "bold"), f"  {step.record}{place}{at}"))
    values = "  ".join(f"{name}={_short(value)}" for name, value in step.values.items() if name not in REPEATED)
    said = f"{step.fate}: {step.why}" if step.fate else step.why
    if step.table == ATTRIBUTE:
        said, values = f"{values}  {said}", ""
    out.print(Padding(Text(said, style="green" if step.fate in (None, "current") else "yellow"), INDENT, expand=False))
    if values and step.fate in (None, "current") and step.table != MEMBERSHIP:
        out.print(Padding(Text(values, style="dim"), INDENT, expand=False))


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
