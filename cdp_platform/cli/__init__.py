"""The command line: `cdp …`.

Here: the group and its manners: exit 0 good, 1 data stale or failing, 2 wrong use; progress on standard error; a user's
mistake is one sentence and a remedy. Not here: what a command does (one module per subject).
"""

import sys

import click

from cdp_platform.cli.data import sql, trace
from cdp_platform.cli.demo import demo, dev, score, simulate
from cdp_platform.cli.errors import USER_MISTAKES
from cdp_platform.cli.publishing import publish
from cdp_platform.cli.quarantine import quarantine
from cdp_platform.cli.refreshing import refresh
from cdp_platform.cli.state import status, where


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="cdp-platform")
def cdp() -> None:
    """A customer data platform: from a landing zone to published, reconciled gold.

    CDP_HOME names the installation (default .cdp/home here; the demo's is .cdp/demo), CDP_TARGET the engine.
    """


for command in (demo, simulate, refresh, status, where, trace, sql, score, quarantine, publish, dev):
    cdp.add_command(command)


def main() -> None:
    """The entry point `cdp`."""
    try:
        cdp.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as mistake:
        mistake.show()
        sys.exit(2)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except USER_MISTAKES as mistake:
        click.echo(f"cdp: {mistake}", err=True)
        sys.exit(2)
