"""`cdp simulate`, and the options that say which synthetic company.

Here: writing its files. Not here: what the platform makes of them (`demo`).
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from cdp_platform.cli.output import format_option, say, show, show_progress
from cdp_platform.environment import demo_home, load_settings

DEFAULT_SCALE = 0.03
_log = logging.getLogger("cdp.demo")


def _mix(_ctx: click.Context, _option: click.Parameter, text: str | None) -> Mapping[str, float] | None:
    """The share of each country, as typed: `US=0.6,DE=0.4`."""
    from cdp_platform.simulator import Locales

    try:
        return None if text is None else Locales.read(text).share
    except ValueError as mistake:
        raise click.BadParameter(str(mistake)) from mistake


scale_option = click.option(
    "--scale",
    type=click.FloatRange(0.0005, 10),
    default=DEFAULT_SCALE,
    show_default=True,
    help="1 is the full size (1.4 M records).",
)
seed_option = click.option(
    "--seed",
    type=int,
    default=7,
    show_default=True,
    help="Same seed, scale, noise, locales and end: same bytes.",
)
noise_option = click.option(
    "--noise", type=click.FloatRange(0, 2), default=1.0, show_default=True, help="How wrong the sources are."
)
locales_option = click.option(
    "--locales",
    metavar="MIX",
    callback=_mix,
    help="Where its people and companies are, as US=0.6,DE=0.4; default: fifteen countries.",
)
end_option = click.option(
    "--end", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the history; default: yesterday."
)


def yesterday() -> date:
    """The last day that is over (UTC)."""
    return datetime.now(UTC).date() - timedelta(days=1)


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
@locales_option
@end_option
@click.option("--days", type=click.IntRange(1, 365), help="Add days to the company that is there, as it was made.")
@click.option("--fault", "faults", multiple=True, help="Plant a fault by name; `--fault list` names them.")
@click.option(
    "--records",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Only write the party records of all eight systems to this file, and the truth beside it.",
)
@format_option
def simulate(
    scale: float,
    seed: int,
    noise: float,
    locales: Mapping[str, float] | None,
    end: datetime | None,
    days: int | None,
    faults: tuple[str, ...],
    records: Path | None,
    output: str,
) -> None:
    """Write the synthetic company's exports into the landing zone of CDP_HOME.

    \b
    cdp simulate --scale 0.03                two years of history, ending yesterday
    cdp simulate --locales US=0.6,DE=0.4
    cdp simulate --days 1 --fault dropped_column
    cdp simulate --records people.parquet --scale 1
    """
    from cdp_platform.simulator import FAULTS, add_days, simulate_records
    from cdp_platform.simulator import simulate as write_company

    show_progress()
    if "list" in faults:
        show([{"fault": name, "noticed_by": fault.noticed_by} for name, fault in FAULTS.items()], output)
        return
    if records is not None:
        unfit = [name for name, value in (("--end", end), ("--days", days), ("--fault", faults)) if value]
        if unfit:
            raise click.UsageError(f"--records writes one file that has no days: leave out {', '.join(unfit)}")
        truth = records.with_name(f"{records.stem}_truth{records.suffix}")
        with user_mistakes():
            count = simulate_records(records, truth, scale=scale, seed=seed, noise=noise, locales=locales)
        say(f"{count:,} records in {records}, the truth in {truth}")
        return
    settings = load_settings(home=demo_home())
    last = end.date() if end else yesterday()
    places = settings.landing, settings.truth
    with user_mistakes():
        if days is not None:
            add_days(*places, days=days, faults=faults, progress=_log.info)
        else:
            write_company(
                *places,
                scale=scale,
                seed=seed,
                noise=noise,
                locales=locales,
                end=last,
                faults=faults,
                progress=_log.info,
            )
    say(f"delivered to {settings.landing}; next: cdp refresh")
