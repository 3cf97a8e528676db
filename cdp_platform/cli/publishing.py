"""`cdp publish list|rollback|accept`: which version readers see, and what they may see next.

Here: the commands. Not here: writing a version (`serving.publish`), the gate before it (`assets.gate`), and which ids
changed (`assets.new_ids`).
"""

import click

from cdp_platform.cli.output import format_option, say, show
from cdp_platform.environment import load_settings
from cdp_platform.serving.publish import Version, rollback, versions
from cdp_platform.warehouse import open_warehouse

COLUMNS = ("version", "is_current", "as_of", "published_at")


@click.group()
def publish() -> None:
    """The versions that readers see: list them, go back to one, accept new customer ids.

    A refresh whose line-stopping checks pass publishes a new version; seven are kept.
    """


@publish.command("list")
@format_option
def list_versions(output: str) -> None:
    """List the published versions, newest first.

    \b
    cdp publish list
    cdp publish list --format json
    """
    rows = [_row(version) for version in versions(load_settings())]
    show(rows, output, columns=COLUMNS)
    if not rows:
        say("nothing is published yet; run `cdp demo` or `cdp refresh` first")


@publish.command("rollback")
@click.argument("version", required=False)
@format_option
def roll_back(version: str | None, output: str) -> None:
    """Let readers see VERSION again, or the version before the current one.

    Readers that are at work notice nothing; the next green refresh publishes a new version over it.

    \b
    cdp publish rollback
    cdp publish rollback 20261119T020000000-1a2b3c4d
    """
    chosen = rollback(load_settings(), version)
    show([_row(chosen)], output, columns=COLUMNS)
    say(f"readers now see {chosen.name}; mend what was wrong, then `cdp refresh` publishes anew")


@publish.command("accept")
@click.option("--by", "requester", required=True, help="Who decides.")
@click.option("--reason", required=True, help="Why so many ids change; kept for the auditor.")
def accept_new_ids(requester: str, reason: str) -> None:
    """Accept that records have another customer id than readers see.

    More than one in a thousand withholds publish (the check keeps_customer_ids). What later runs change is not
    accepted with it.

    \b
    cdp publish accept --by "Ada Byron" --reason "two CRMs became one"
    """
    from cdp_platform.assets.new_ids import NothingToAccept, accept
    from cdp_platform.landing.upgrade import prepare

    warehouse = open_warehouse(load_settings())
    if not warehouse.file.exists():
        raise NothingToAccept("nothing was ever refreshed here; run `cdp demo` or `cdp refresh` first")
    with warehouse.writing("accepting new customer ids", say=say) as connection:
        prepare(connection)
        found = accept(connection, requester=requester, reason=reason)
    causes = ", ".join(f"{cause} {records:,}" for cause, records in found.causes.items())
    say(f"{found.records:,} of {found.known:,} records may change their customer id: {causes}; next: cdp refresh")


def _row(version: Version) -> dict[str, object]:
    return {
        "version": version.name,
        "is_current": version.is_current,
        "as_of": version.as_of,
        "published_at": version.published_at,
    }
