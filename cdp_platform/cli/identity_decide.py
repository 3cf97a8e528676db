"""`cdp identity approve` and `cdp identity decline`: a person says that two records are one customer, or two.

Here: the commands. Not here: what is refused (`assets.deciding`), or the file (`assets.appending`).
"""

from collections.abc import Callable
from typing import Any

import click

from cdp_platform.cli.output import say
from cdp_platform.environment import load_settings


def _who_and_why(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--rationale", metavar="TEXT", required=True, help="Why; it stays with the decision."),
        click.option("--requester", metavar="NAME", help="Who asks; default: the approver."),
        click.option("--approver", metavar="NAME", help="Who approves; without one the decision waits."),
        click.argument("record_b"),
        click.argument("record_a"),
    ):
        command = option(command)
    return command


@click.command()
@_who_and_why
def approve(record_a: str, record_b: str, approver: str | None, requester: str | None, rationale: str) -> None:
    """Decide that RECORD_A and RECORD_B are one customer: a force_match in customer_match_exceptions.csv, from today.

    Records are written <source>:<object>:<id>, or <source>:<id>. Without --approver the decision is a request that
    waits, and `cdp status` shows it. A decision that contradicts another is refused.

    \b
    cdp identity approve salesforce:account:0015g00000ABCDE netsuite:customer:10057 --approver "Ann Lee" \\
      --rationale "renamed in May, says the account manager"
    cdp identity approve salesforce:0015g00000ABCDE netsuite:10057 --requester "Bo Ek" --rationale "same address"
    """
    _decide("force_match", record_a, record_b, approver, requester, rationale)


@click.command()
@_who_and_why
def decline(record_a: str, record_b: str, approver: str | None, requester: str | None, rationale: str) -> None:
    """Decide that RECORD_A and RECORD_B are two customers: a never_match in customer_match_exceptions.csv, from today.

    Records are written <source>:<object>:<id>, or <source>:<id>. Without --approver the decision is a request that
    waits, and `cdp status` shows it. A decision that contradicts another is refused.

    \b
    cdp identity decline salesforce:account:0015g00000ABCDE netsuite:customer:10057 --approver "Ann Lee" \\
      --rationale "two branches with their own contracts"
    """
    _decide("never_match", record_a, record_b, approver, requester, rationale)


def _decide(
    action: str, record_a: str, record_b: str, approver: str | None, requester: str | None, rationale: str
) -> None:
    from cdp_platform.assets.deciding import Decision, decide
    from cdp_platform.serving.members import reading

    approver, requester, why = ((text or "").strip() for text in (approver, requester, rationale))
    if not why:
        raise click.UsageError("--rationale is empty: say why, for whoever reads it next year")
    if not (requester or approver):
        raise click.UsageError("nobody decides: give --approver, or --requester for a request that waits")
    settings = load_settings()
    decision = Decision(action, requester or approver, approver or None, why)
    with reading(settings, "a decision about who is who", say=say) as master:
        one, other = master.record(record_a), master.record(record_b)
        ledger = master.frame("SELECT * FROM customer_master.customer_id_ledger")
        exception_id = decide(settings.exceptions_file, decision, one, other, master.records(), ledger)
    pair = f"{one['source_record_id']} and {other['source_record_id']}"
    are_one, now = one["customer_id"] == other["customer_id"], one["customer_id"]
    now = f"{now} now" if are_one else f"{now} and {other['customer_id']} now"
    verdict = "one customer" if action == "force_match" else "two customers"
    click.echo(f"exception {exception_id}: {pair} ({now}) are {verdict}")
    if not approver:
        say(f"it waits: fill in its approver in {settings.exceptions_file}; `cdp status` shows what waits")
    else:
        say(f"written to {settings.exceptions_file}")
        say("next: `cdp refresh` resolves customers with it, rebuilds, checks and publishes")
