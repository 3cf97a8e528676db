"""The command line: `cdp …`.

Here: the group and its manners: exit 0 good, 1 data stale or failing, 2 wrong use; progress on standard error; a user's
mistake is one sentence and a remedy. Not here: what a command does (one module per subject, imported when it is run).
"""

import atexit
import gc
import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from cdp_platform.cli.errors import EMPTY_HOME, demo_hint, mistakes
from cdp_platform.environment import load_settings

COMMANDS = {
    "demo": ("demo", "Simulate a company, refresh everything, publish, and score the result against the truth."),
    "simulate": ("simulating", "Write the synthetic company's exports into the landing zone of CDP_HOME."),
    "refresh": ("refreshing", "Land new files, rebuild, check and publish; or only SELECTION and what it needs."),
    "profile": (
        "profiling",
        "What is in FILES that nobody has declared: columns, types, nulls, distinct values, keys, ranges.",
    ),
    "pull": ("pulling", "Read what is new in SOURCE's PostgreSQL tables into the landing zone."),
    "receive": ("receiving", "Take signed webhooks into the landing zone: Stripe's events, at POST /stripe."),
    "status": ("state", "What is stale, failing, held or withheld: since when, why, and what to run."),
    "where": ("asset", "Where ASSET comes from, what guards and refreshes it, and the file that defines it."),
    "trace": ("tracing", "Follow a row of TABLE back to domain, staging, raw rows, file and line."),
    "sql": ("data", "Run one reading QUERY on the published data."),
    "score": ("demo", "Compare what is published with what the synthetic company really is."),
    "quarantine": (
        "quarantine",
        "Rows that a contract rejected: list, show, replay what was mended, release a delivery.",
    ),
    "publish": ("publishing", "The versions that readers see: list them, go back to one, accept new customer ids."),
    "identity": ("identity", "Who is the same customer, in any file of records of your own."),
    "airbyte": ("airbyte", "Airbyte as the source of raw: its connections, and how they differ from the declarations."),
    "dev": ("demo", "Open the Dagster UI (webserver and daemon) on the demo's home, or on CDP_HOME."),
}
"""Command to its module in this package and its line in `cdp --help`: the first sentence of its docstring."""

COLLECT_SELDOM = (500_000, 20, 50)
"""Thresholds of Python's garbage collector: dbt's and Dagster's graphs live to the end, and it took a fifth of a demo's
time to look through them again and again."""


class Commands(click.Group):
    """Commands that are imported when they are run, so that a small one answers at once."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order of a first day, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"cdp_platform.cli.{COMMANDS[cmd_name][0]}"), cmd_name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="cdp-platform")
def cdp() -> None:
    """A customer data platform: from a landing zone to published, reconciled gold.

    CDP_HOME names the installation (default .cdp/home here; the demo's is .cdp/demo), CDP_TARGET the engine.

    \b
    cdp demo                               see it work on a synthetic company
    cdp refresh --landing exports/         do it with your own files
    cdp status                             what is wrong, and what to run
    """


def main() -> NoReturn:
    """Run a command, say a user's mistake in a sentence, and end by SystemExit."""
    gc.set_threshold(*COLLECT_SELDOM)
    try:
        code = cdp.main(prog_name="cdp", standalone_mode=False)
    except click.ClickException as mistake:
        mistake.show()
        sys.exit(2)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except mistakes() as mistake:
        click.echo(f"cdp: {mistake}", err=True)
        if type(mistake).__name__ in EMPTY_HOME and (hint := demo_hint(load_settings())):
            click.echo(hint, err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def process() -> NoReturn:
    """The entry point `cdp`: `main`, and an end without the last collection of garbage.

    That one takes seconds to look through dbt's and Dagster's graphs, and frees what the process gives back anyway.
    """
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(code)  # whoever read us is gone: let Python say so
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(code)
