"""`cdp identity undo`: a decision about who is who no longer holds.

Here: the command. Not here: the change of the file (`assets.ending`), or the ids that return (`identity.claims`).
"""

from datetime import UTC, datetime

import click

from cdp_platform.cli.output import say


@click.command()
@click.argument("exception_id")
@click.option("--rationale", metavar="TEXT", help="Why, added to the rationale that the decision has.")
def undo(exception_id: str, rationale: str | None) -> None:
    """End the decision EXCEPTION_ID of customer_match_exceptions.csv: from today (UTC) it no longer holds.

    Its row stays, with today as valid_to; the other rows are not touched. The next refresh gives its customers the ids
    that they had before.

    \b
    cdp identity undo x1 --rationale "they merged last year"
    cdp identity preview     what that will change
    cdp refresh              do it
    """
    from cdp_platform.assets.ending import ended
    from cdp_platform.environment import load_settings

    file = load_settings().exceptions_file
    ended(file, exception_id, datetime.now(UTC).date(), rationale)
    say(f"exception {exception_id} has ended in {file}")
    say("next: `cdp identity preview` shows what that changes; `cdp refresh` resolves, rebuilds, checks and publishes")
