"""`cdp identity preview`: what the next refresh would do to customers, before it does.

Here: reading the warehouse as it is, and what is printed. Not here: the comparison (`identity.impact`).
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cdp_platform.cli.output import format_option, say, show, show_progress

if TYPE_CHECKING:
    from cdp_platform.environment import Settings
    from cdp_platform.identity.impact import Impact

MOST_CHANGES = 10
RECORDS = "SELECT * FROM customer_master.int_customer__record ORDER BY source_record_id"
BILLED = """SELECT party_source_record_id AS source_record_id,
    cast(sum(reporting_amount) AS DECIMAL(38, 2)) AS revenue
FROM gold.fact_revenue WHERE revenue_type = 'billed' AND party_source_record_id IS NOT NULL GROUP BY 1"""
_IDENTITY = ("customer_id_ledger", "customer_id_alias", "customer_crosswalk", "match_edge")


class NothingToPreview(ValueError):
    """The home has no warehouse, or one in which customers were never resolved."""


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

    The records are those of the last refresh, the day is today. Revenue is all that was ever billed to the records that
    get another id, in the reporting currency.

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

    Raises NothingToPreview, BadExceptionsFile, RefusedExceptions and UnusableModel.
    """
    from cdp_platform.assets.exceptions_file import read_exceptions
    from cdp_platform.cli.identity_truth import read_models
    from cdp_platform.identity import resolve
    from cdp_platform.identity.impact import impact

    decisions = read_exceptions(exceptions or settings.exceptions_file)
    proposed = None if models is None else read_models(models)
    frames = _frames(settings)
    found = resolve(
        frames["records"],
        ledger=frames["customer_id_ledger"],
        aliases=frames["customer_id_alias"],
        exceptions=decisions,
        as_of=datetime.now(UTC),
        run_id="preview",
        models=proposed,
    )
    return impact(frames["customer_crosswalk"], frames["match_edge"], frames["revenue"], found)


def _frames(settings: "Settings") -> dict[str, Any]:
    import duckdb

    from cdp_platform.warehouse import open_warehouse
    from cdp_platform.warehouse.duckdb import open_for_reading

    asked = {table: f"SELECT * FROM customer_master.{table}" for table in _IDENTITY}
    asked |= {"records": RECORDS, "revenue": BILLED}
    file = settings.warehouse_file
    if not file.exists():
        raise NothingToPreview(f"nothing was ever refreshed in {settings.home}; run `cdp refresh` first")
    with open_warehouse(settings).lock("a preview of identity", say=say), open_for_reading(file) as connection:
        try:
            return {name: connection.sql(sql).pl() for name, sql in asked.items()}
        except duckdb.CatalogException as error:
            raise NothingToPreview("customers were never resolved in this home; run `cdp refresh` first") from error
