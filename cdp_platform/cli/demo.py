"""`cdp demo`, `simulate`, `score` and `dev`: the synthetic company, from its making to the UI on its data."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from cdp_platform.cli.output import format_option, show, show_progress
from cdp_platform.environment import demo_home, load_settings

DEFAULT_SCALE = 0.03
_log = logging.getLogger("cdp.demo")

scale_option = click.option(
    "--scale",
    type=click.FloatRange(0.0005, 10),
    default=DEFAULT_SCALE,
    show_default=True,
    help="1 is the full size (1.4 M records).",
)
seed_option = click.option(
    "--seed", type=int, default=7, show_default=True, help="Same seed, scale and end: same bytes."
)
noise_option = click.option(
    "--noise", type=click.FloatRange(0, 2), default=1.0, show_default=True, help="How wrong the sources are."
)
day_type = click.DateTime(["%Y-%m-%d"])


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def _midnight_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


@contextmanager
def user_mistakes() -> Iterator[None]:
    """The simulator says what is wrong with its parameters by a ValueError: a user's mistake, not a fault of ours."""
    try:
        yield
    except ValueError as mistake:
        raise click.ClickException(str(mistake)) from mistake


@click.command()
@scale_option
@seed_option
@noise_option
@click.option("--end", type=day_type, help="Last day of the history; default: yesterday.")
def demo(scale: float, seed: int, noise: float, end: datetime | None) -> None:
    """Simulate a company, refresh everything, publish, and score the result against the truth.

    Works in .cdp/demo, never in your own home. Running it again is fine; a new scale or seed starts afresh.
    """
    from cdp_platform.cli.refreshing import refresh_home, say_outcome
    from cdp_platform.cli.summary import print_summary
    from cdp_platform.simulator import forget_other_company, simulate

    show_progress()
    settings = load_settings(home=demo_home())
    last = end.date() if end else _yesterday()
    started = time.monotonic()
    with user_mistakes():
        if forget_other_company(settings.home, scale=scale, seed=seed, noise=noise, end=last):
            _log.info("another company was here: starting afresh in %s", settings.home)
        simulate(settings.landing, settings.truth, scale=scale, seed=seed, end=last, noise=noise, progress=_log.info)
    simulated = time.monotonic() - started
    done = refresh_home(settings, as_of=_midnight_after(last))
    say_outcome(done)
    print_summary(settings, done, seconds={"simulate": simulated, "total": time.monotonic() - started})
    if not done.success:
        raise click.exceptions.Exit(1)


@click.command()
@scale_option
@seed_option
@noise_option
@click.option("--end", type=day_type, help="Last day of the history; default: yesterday.")
@click.option("--days", type=click.IntRange(1, 365), help="Add days to the company that is there.")
@click.option("--fault", "faults", multiple=True, help="Plant a fault by name; `--fault list` names them.")
@click.option(
    "--records",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Only write the party records of all eight systems to this file, and the truth beside it.",
)
def simulate(
    scale: float,
    seed: int,
    noise: float,
    end: datetime | None,
    days: int | None,
    faults: tuple[str, ...],
    records: Path | None,
) -> None:
    """Write the synthetic company's exports into the landing zone of CDP_HOME.

    \b
    cdp simulate --scale 0.03                two years of history, ending yesterday
    cdp simulate --days 1 --fault dropped_column
    cdp simulate --records people.parquet --scale 1
    """
    from cdp_platform.simulator import FAULTS, add_days, simulate_records
    from cdp_platform.simulator import simulate as write_company

    show_progress()
    if "list" in faults:
        show([{"fault": name, "noticed_by": fault.noticed_by} for name, fault in FAULTS.items()], "table")
        return
    if records is not None:
        truth = records.with_name(f"{records.stem}_truth{records.suffix}")
        with user_mistakes():
            count = simulate_records(records, truth, scale=scale, seed=seed, noise=noise, locales=None)
        click.echo(f"{count:,} records in {records}, the truth in {truth}", err=True)
        return
    settings = load_settings(home=demo_home())
    last = end.date() if end else _yesterday()
    with user_mistakes():
        if days is not None:
            add_days(settings.landing, settings.truth, days=days, faults=faults, progress=_log.info)
        else:
            write_company(
                settings.landing,
                settings.truth,
                scale=scale,
                seed=seed,
                end=last,
                noise=noise,
                faults=faults,
                progress=_log.info,
            )
    click.echo(f"delivered to {settings.landing}; next: cdp refresh", err=True)


@click.command()
@format_option
def score(output: str) -> None:
    """Compare what is published with what the synthetic company really is."""
    from cdp_platform.serving.score import score_home

    settings = load_settings(home=demo_home())
    show([measure.row() for measure in score_home(settings)], output)


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
    from cdp_platform.simulator import add_days, days_missing

    show_progress()
    settings = load_settings(home=demo_home())
    prepare_home(settings)
    try:
        with claim(settings, host=host, port=port) as claimed:
            behind = days_missing(settings.truth, _yesterday())
            if behind:
                add_days(settings.landing, settings.truth, days=behind, progress=_log.info)
            elif not settings.warehouse_file.exists():
                click.echo(f"nothing is here yet: `cdp demo`, or put files into {settings.landing}", err=True)
            _log.info("starting Dagster on %s", settings.home)
            said = f"{url(host, port)} is open; end with Ctrl-C"
            run_dagster(settings, host=host, port=port, inherit=claimed, ready=lambda: click.echo(said, err=True))
    except CannotOpen as mistake:
        raise click.ClickException(str(mistake)) from mistake
    except EndedByItself as fault:
        click.echo(f"cdp: {fault}", err=True)
        raise click.exceptions.Exit(1) from fault
