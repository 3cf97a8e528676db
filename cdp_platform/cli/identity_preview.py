"""`cdp identity preview`: what the next refresh would do to customers, before it does.

Here: reading the warehouse as it is, and what is printed. Not here: the comparison (`identity.impact`).
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cdp_platform.cli.output import format_option, say, show, show_progress

if TYPE_CHECKING:
    from cdp_platform.environment import Settings
    from cdp_platform.identity.impact import Impact

MOST_CHANGES = 10


@click.command()
@click.option(
    "--exceptions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Proposed decisions; default: customer_match_exceptions.csv of the home, as it is now.",
)
@click.option(
    "--models",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Proposed models, as `cdp identity train` writes them.",
)
@format_option
def preview(exceptions: Path | None, models: Path | None, output: str) -> None:
    """Show what a change of decisions or models would do to the customers in force. Writes nothing.

    The records are those of the last refresh, the ids those that readers see, the day is today. Revenue is all that was
    ever billed to the records that get another id, in the reporting currency.

    \b
    cdp identity preview                                 after an edit of customer_match_exceptions.csv
    cdp identity preview --exceptions proposed.csv
    cdp identity preview --models models/ --format json
    """
    from cdp_platform.environment import load_settings

    show_progress()
    found = previewed(load_settings(), exceptions, models)
    changes, rules = found.changes.head(MOST_CHANGES).to_dicts(), found.rules.to_dicts()
    if output == "json":
        click.echo(json.dumps({**found.counts, "changes": changes, "rules": rules}, default=float, indent=2))
    elif output == "csv":
        show(changes, output, columns=found.changes.columns)
    elif found.changes.is_empty() and not rules:
        click.echo("nothing would change")
    else:
        show([found.counts], output)
        show(changes, output, columns=found.changes.columns, title=f"the biggest of {found.changes.height:,} changes")
        show(rules, output, columns=found.rules.columns, title="accepted pairs per rule")
        say("revenue: billed to the records that would get another id, in the reporting currency")


def previewed(settings: "Settings", exceptions: Path | None, models: Path | None) -> "Impact":
    """What resolving the warehouse's records with these decisions and models would change.

    Raises NothingToExplain, BadExceptionsFile, RefusedExceptions and UnusableModel.
    """
    from cdp_platform.assets.carried_ids import ALIAS, KEPT, LEDGER, ids_to_carry_on
    from cdp_platform.assets.exceptions_file import read_exceptions
    from cdp_platform.assets.memory_files import read_memory
    from cdp_platform.cli.identity_truth import read_models
    from cdp_platform.identity import resolve
    from cdp_platform.identity.impact import impact
    from cdp_platform.serving.members import RECORDS, reading

    decisions = read_exceptions(exceptions or settings.exceptions_file)
    proposed = None if models is None else read_models(models)
    with reading(settings, "a preview of identity", say=say) as master:
        records, edges = (master.frame(f"SELECT * FROM {table}") for table in (RECORDS, "customer_master.match_edge"))
        ledger, aliases = master.frame(f"SELECT * FROM {LEDGER}"), master.frame(f"SELECT * FROM {ALIAS}")
        if master.has(KEPT[LEDGER]):
            seen, its_aliases = ids_to_carry_on(master.connection, master.frame)
            # Where readers never had an id, the last run's are all that there is to compare with.
            ledger, aliases = (ledger, aliases) if seen.is_empty() else (seen, its_aliases)
        memory = read_memory(settings.identity_memory)
        remembered = memory and memory.loaded()  # when the lock is gone, a refresh may replace the files
        revenue = master.billed("party_source_record_id").rename({"party_source_record_id": "source_record_id"})
    found = resolve(
        records,
        ledger=ledger,
        aliases=aliases,
        exceptions=decisions,
        as_of=datetime.now(UTC),
        run_id="preview",
        memory=remembered,
        models=proposed,
    )
    return impact(ledger, edges, revenue, found)
