"""`cdp refresh`: what the schedule does, now."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from cdp_platform.automation.home import open_instance
from cdp_platform.automation.outcome import Refresh
from cdp_platform.automation.refresh import fail_killed_runs
from cdp_platform.automation.refresh import refresh as run_refresh
from cdp_platform.cli.output import show_progress
from cdp_platform.cli.stopping import stops_at_once
from cdp_platform.definitions import build
from cdp_platform.environment import Settings, load_settings
from cdp_platform.landing.files import unknown_folders
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse import open_warehouse

MOST_SAID = 20
"""Failed checks that are named at the end; `cdp status` names all."""


@click.command()
@click.argument("selection", required=False)
@click.option("--full", is_flag=True, help="Rebuild everything derived from raw; ledgers and ids stay.")
@click.option(
    "--landing",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A landing zone elsewhere than in the home.",
)
@click.option("--as-of", type=click.DateTime(), help="The moment the models take for now (UTC); default: the clock.")
@click.option("--quiet", is_flag=True, help="Say nothing while working.")
def refresh(selection: str | None, full: bool, landing: Path | None, as_of: datetime | None, quiet: bool) -> None:
    """Land new files, rebuild, check and publish; or only SELECTION and what it needs.

    SELECTION is a source (`netsuite`: it and all it reaches), a model (`fact_revenue`: it and all it is built from), a
    group (`finance`), or Dagster's selection syntax.
    """
    if full and selection:
        raise click.UsageError("--full rebuilds everything: leave out --full, or SELECTION")
    show_progress(not quiet)
    settings = load_settings()
    if landing is not None:
        settings = replace(settings, landing=landing.resolve())
        if not any((settings.landing / source.name).is_dir() for source in SOURCES):
            names = ", ".join(source.name for source in SOURCES)
            raise click.UsageError(f"{landing} has no folder of a source ({names}); files belong in <source>/<stream>/")
    for stray in unknown_folders(settings.landing):
        click.echo(f"warning: landing/{stray} is not read: no declared source or stream, or no known format", err=True)
    done = refresh_home(settings, selection=selection, full=full, as_of=as_of.replace(tzinfo=UTC) if as_of else None)
    say_outcome(done)
    if not done.success:
        raise click.exceptions.Exit(1)


def refresh_home(
    settings: Settings, *, selection: str | None = None, full: bool = False, as_of: datetime | None = None
) -> Refresh:
    """Refresh an installation in this process."""
    defs = build(settings)

    def remember_the_end() -> None:
        with open_instance(settings) as instance:
            fail_killed_runs(instance, os.getpid())

    with stops_at_once(remember_the_end), open_instance(settings) as instance:
        return run_refresh(defs, instance, open_warehouse(settings), selection=selection, full=full, as_of=as_of)


def say_outcome(done: Refresh) -> None:
    """The end of a refresh on standard error: runs, checks, where to look."""
    for outcome in done.outcomes:
        click.echo(f"{'ok    ' if outcome.success else 'FAILED'} {outcome.job:22} {outcome.seconds:6.1f} s", err=True)
        for failure in outcome.failures:
            click.echo(f"       {failure}", err=True)
    for failed in done.failed[:MOST_SAID]:
        click.echo(f"check  {failed}", err=True)
    if len(done.failed) > MOST_SAID:
        click.echo(f"check  and {len(done.failed) - MOST_SAID} more", err=True)
    counts = f"checks: {done.passed} passed, {done.warned} warned, {len(done.failed)} failed"
    click.echo(f"{counts}; more: cdp status", err=True)
    if not done.publishes:
        click.echo("readers still see the last version: `cdp refresh` publishes", err=True)
