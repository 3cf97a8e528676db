"""How commands print: tables for people, JSON and CSV for programs; progress on standard error.

Here: the `--format` option and the two consoles. Not here: what is printed.
"""

import csv
import io
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.logging import RichHandler
from rich.table import Column, Table
from rich.text import Text

FORMATS = ("table", "json", "csv")
UNLIMITED = 100_000


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--format table|json|csv`, given to the command as `output`."""
    return click.option(
        "--format",
        "output",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How to print the result.",
    )(command)


def show_progress(verbose: bool = True) -> None:
    """Send what the platform says while it works to standard error."""
    handler = RichHandler(
        console=Console(stderr=True), show_level=False, show_path=False, markup=False, log_time_format="[%X]"
    )
    logger = logging.getLogger("cdp")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO if verbose else logging.WARNING)
    logger.propagate = False


def show(
    rows: Sequence[Mapping[str, Any]], output: str, *, columns: Sequence[str] | None = None, title: str | None = None
) -> None:
    """Print rows that share their keys, to standard output."""
    names = list(columns or (rows[0] if rows else ()))
    if output == "json":
        click.echo(json.dumps([{name: row[name] for name in names} for row in rows], default=_plain, indent=2))
    elif output == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_nested(row[name]) for name in names] for row in rows)
        click.echo(buffer.getvalue(), nl=False)
    else:
        table = Table(
            *(Column(Text(name)) for name in names),
            title=title,
            title_justify="left",
            box=None,
            header_style="bold",
            pad_edge=False,
        )
        for row in rows:
            table.add_row(*(Text("" if row[name] is None else cell(row[name])) for name in names))
        console().print(table)


def say(message: str) -> None:
    """A sentence to the person at the terminal, beside what is printed."""
    click.echo(message, err=True)


def console() -> Console:
    """Standard output; as wide as it takes where nobody looks at it, so that `grep` sees whole lines."""
    return Console(width=None if sys.stdout.isatty() else UNLIMITED, highlight=False)


def cell(value: Any) -> str:
    """A value as a table shows it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return f"{value:,}"
    # A control character in somebody's data must not steer the terminal.
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in str(value))


def _nested(value: Any) -> Any:
    return json.dumps(value, default=_plain) if isinstance(value, dict | list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
