"""`cdp pull`: read a source's database into the landing zone, as its extract does before it lands.

Here: the command. Not here: what it does (`cdp_platform.pulling`).
"""

import click

from cdp_platform.cli.output import say, show_progress
from cdp_platform.environment import load_settings
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse import open_warehouse


@click.command()
@click.argument("source", type=click.Choice([source.name for source in SOURCES]))
@click.option("--all", "anew", is_flag=True, help="Read every row, not only what is new.")
@click.option("--accept-deletes", is_flag=True, help="Believe that most rows are gone.")
def pull(source: str, anew: bool, accept_deletes: bool) -> None:
    """Read what is new in SOURCE's PostgreSQL tables into the landing zone.

    CDP_<SOURCE>_POSTGRES says which database: a URI, key=value pairs, or service=NAME. Nothing is landed yet: that is
    `cdp refresh SOURCE`, which pulls as well. Ends with 1 where a table is not as declared.

    \b
    CDP_PLATFORM_POSTGRES=service=product cdp pull platform
    """
    from cdp_platform.pulling.pull import pull as run_pull

    show_progress()
    settings = load_settings()
    declared = next(one for one in SOURCES if one.name == source)
    done = run_pull(
        open_warehouse(settings), declared, declared.streams, say=say, anew=anew, accepts_deletes=accept_deletes
    )
    rows, gone = sum(done.rows.values()), sum(done.gone.values())
    say(f"{rows:,} rows and {gone:,} deletes are in the landing zone; `cdp refresh {source}` lands them")
    if done.faults:
        raise click.exceptions.Exit(1)
