"""`cdp demo`, `score` and `dev`: the synthetic company, from its making to the UI on its data.

Not here: which company, and writing its files without the rest (`simulating`).
"""

import logging
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from typing import Any

import click

from cdp_platform.cli.output import format_option, show, show_progress
from cdp_platform.cli.simulating import (
    end_option,
    locales_option,
    noise_option,
    scale_option,
    seed_option,
    user_mistakes,
    yesterday,
)
from cdp_platform.environment import Settings, demo_home, load_settings

_log = logging.getLogger("cdp.demo")


def _midnight_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


@click.command()
@scale_option
@seed_option
@noise_option
@locales_option
@end_option
def demo(scale: float, seed: int, noise: float, locales: Mapping[str, float] | None, end: datetime | None) -> None:
    """Simulate a company, refresh everything, publish, and score the result against the truth.

    Works in .cdp/demo, never in your own home. Running it again is fine; another company starts afresh.

    It ends with 1 where a check failed or a figure is not the true one.
    """
    from cdp_platform.simulator import forget_other_company

    show_progress()
    settings = load_settings(home=demo_home())
    last = end.date() if end else yesterday()
    company: dict[str, Any] = {"scale": scale, "seed": seed, "noise": noise, "locales": locales, "end": last}
    started = time.monotonic()
    with user_mistakes(), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        if forget_other_company(settings.home, **company):
            _log.info("another company was here: starting afresh in %s", settings.home)
        simulating = beside.submit(_make_company, settings, company)
        # Dagster and dbt take as long to import as the company takes to be made.
        from cdp_platform.cli.refreshing import refresh_home, say_outcome
        from cdp_platform.cli.summary import print_summary

        simulated = simulating.result()
    done = refresh_home(settings, as_of=_midnight_after(last))
    say_outcome(done)
    is_true = print_summary(settings, done, seconds={"simulate": simulated, "total": time.monotonic() - started})
    if not (done.success and is_true):
        raise click.exceptions.Exit(1)


def _make_company(settings: Settings, company: Mapping[str, Any]) -> float:
    """In a process of its own; returns the seconds it took."""
    from cdp_platform.simulator import simulate

    show_progress()
    started = time.monotonic()
    simulate(settings.landing, settings.truth, **company, progress=_log.info)
    return time.monotonic() - started


@click.command()
@format_option
def score(output: str) -> None:
    """Compare what is published with what the synthetic company really is.

    It ends with 1 where a measure is not met.
    """
    from cdp_platform.serving.score import score_home

    settings = load_settings(home=demo_home())
    measures = score_home(settings)
    show([measure.row() for measure in measures], output)
    if not all(measure.is_met for measure in measures):
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def dev(port: int, host: str) -> None:
    """Open the Dagster UI (webserver and daemon) on the demo's home, or on CDP_HOME.

    Adds the days that have passed since the demo was made; the landing sensor then refreshes what they touch.
    """
    from cdp_platform.automation.claim import CannotOpen, claim, url
    from cdp_platform.automation.home import prepare_home
    from cdp_platform.automation.supervisor import EndedByItself, run_dagster

    show_progress()
    settings = load_settings(home=demo_home())
    prepare_home(settings)
    try:
        with claim(settings, host=host, port=port) as claimed:
            if not _catch_up(settings) and not settings.warehouse_file.exists():
                click.echo(f"nothing is here yet: `cdp demo`, or put files into {settings.landing}", err=True)
            _log.info("starting Dagster on %s", settings.home)
            said = f"{url(host, port)} is open; end with Ctrl-C"
            run_dagster(settings, host=host, port=port, inherit=claimed, ready=lambda: click.echo(said, err=True))
    except CannotOpen as mistake:
        raise click.ClickException(str(mistake)) from mistake
    except EndedByItself as fault:
        click.echo(f"cdp: {fault}", err=True)
        raise click.exceptions.Exit(1) from fault


def _catch_up(settings: Settings) -> int:
    """Deliver the days that have passed since the company's last one; returns how many."""
    from cdp_platform.simulator import add_days, days_missing

    with user_mistakes():
        behind = days_missing(settings.truth, yesterday())
        if behind:
            add_days(settings.landing, settings.truth, days=behind, progress=_log.info)
    return behind
