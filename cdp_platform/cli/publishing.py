"""`cdp publish list` and `cdp publish rollback`: which version readers see.

Here: the two commands. Not here: writing a version (`serving.publish`) and the gate before it (`assets.gate`).
"""

import click

from cdp_platform.cli.output import format_option, say, show
from cdp_platform.environment import load_settings
from cdp_platform.serving.publish import Version, rollback, versions

COLUMNS = ("version", "is_current", "as_of", "published_at")


@click.group()
def publish() -> None:
    """The versions that readers see: list them, go back to an earlier one.

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


def _row(version: Version) -> dict[str, object]:
    return {
        "version": version.name,
        "is_current": version.is_current,
        "as_of": version.as_of,
        "published_at": version.published_at,
    }
