"""`cdp status`: the on-call's minute.

Here: where the findings come from, and one screen of them. Not here: what is a finding (`serving.deliveries`,
`check_history`, `run_history`, `releases`, `webhooks`). The warehouse is never opened, so that it answers while a run
is writing.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime

import click
import dagster as dg
from rich.padding import Padding
from rich.text import Text

from cdp_platform.cli.errors import demo_hint
from cdp_platform.cli.output import console, format_option, show
from cdp_platform.environment import Settings, bind_dagster, load_settings
from cdp_platform.serving.check_history import check_findings
from cdp_platform.serving.deliveries import delivery_findings
from cdp_platform.serving.findings import Finding, Section
from cdp_platform.serving.publish import versions
from cdp_platform.serving.reader import open_operations
from cdp_platform.serving.releases import exception_findings, release_findings, withheld_since
from cdp_platform.serving.run_history import gold_rebuilt_at, run_findings
from cdp_platform.serving.webhooks import webhook_findings

LONGEST_WHY = 150
PER_SECTION = 5


@click.command()
@click.option("--all", "every", is_flag=True, help=f"Every line, not the first {PER_SECTION} of each kind.")
@format_option
def status(every: bool, output: str) -> None:
    """What is stale, failing, held or withheld: since when, why, and what to run.

    Ends with 0 where all is well, 1 where data is stale or failing; rows in quarantine, warnings and decisions that
    wait for an approver are told but are no failure. Answers while a run is writing. Times are UTC.

    \b
    cdp status
    cdp status --format json | jq '.[] | select(.is_failing)'
    cdp status > /dev/null || page the on-call
    """
    settings = load_settings()
    found = sorted(findings(settings, datetime.now(UTC)), key=lambda finding: list(Section).index(finding.section))
    if output == "table":
        _print(settings, found, every)
    else:
        show([asdict(finding) for finding in found], output, columns=[field.name for field in fields(Finding)])
    if any(finding.is_failing for finding in found):
        raise click.exceptions.Exit(1)


def findings(settings: Settings, now: datetime) -> list[Finding]:
    """Everything there is to know about an installation now, worst first within each section."""
    operations = open_operations(settings)
    if operations is None:
        run = demo_hint(settings) or "cdp demo, or cdp refresh"
        nothing = Finding(Section.STALE, "everything", None, "nothing was ever refreshed in this home", run)
        return [nothing, *webhook_findings(settings.receiver, now), *exception_findings(settings.exceptions_file)]
    with operations as connection:
        found = list(delivery_findings(connection, settings.landing, now))
        withheld = withheld_since(connection)
    rebuilt_at = None
    if (settings.dagster_home / "dagster.yaml").exists():
        bind_dagster(settings)
        with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
            found += [*check_findings(instance), *run_findings(instance)]
            rebuilt_at = gold_rebuilt_at(instance)
    found += release_findings(versions(settings), withheld, rebuilt_at, now)
    found += webhook_findings(settings.receiver, now)
    found += exception_findings(settings.exceptions_file)
    return found


def _print(settings: Settings, found: Sequence[Finding], every: bool) -> None:
    out = console()
    current = next((version for version in versions(settings) if version.is_current), None)
    seen = f"{current.name}, the state of {current.as_of:%Y-%m-%d %H:%M}" if current else "nothing"
    out.print(
        Text.assemble((str(settings.home), "bold"), f" at {datetime.now(UTC):%Y-%m-%d %H:%M}: readers see {seen}")
    )
    told = list(found) if every else _without_echoes(found)
    for section in Section:
        lines = [finding for finding in told if finding.section is section]
        nothing = ("", "") if lines else ("nothing", "green")
        out.print(Text.assemble((f"{section.capitalize():16}", "bold"), nothing))
        shown = lines if every else lines[:PER_SECTION]
        for line in shown:
            _print_line(line, every)
        if len(lines) > len(shown):
            out.print(f"  and {len(lines) - len(shown)} more: cdp status --all")
    failing = sum(finding.is_failing for finding in told)
    out.print(Text(f"{failing} to mend" if failing else "all is well", style="bold red" if failing else "bold green"))


def _without_echoes(found: Sequence[Finding]) -> list[Finding]:
    """What a stream's own checks say again of a delivery that is held and of rows that wait in quarantine."""
    echoes = {Section.HELD: "", Section.QUARANTINE: "keeps_its_contract"}
    told = tuple(
        f"raw/{finding.what.replace('.', '__')}: {echoes[finding.section]}"
        for finding in found
        if finding.section in echoes
    )
    return [finding for finding in found if not (finding.section is Section.CHECKS and finding.what.startswith(told))]


def _print_line(line: Finding, every: bool) -> None:
    mark, style = ("✗", "red") if line.is_failing else ("·", "yellow")
    since = f"  since {line.since:%m-%d %H:%M}" if line.since else ""
    why = line.why if every or len(line.why) <= LONGEST_WHY else f"{line.why[:LONGEST_WHY]}…"
    console().print(Text.assemble((f"  {mark} {line.what}", style), since, (f"  → {line.run}", "cyan")))
    console().print(Padding(Text(why), (0, 0, 0, 6), expand=False))
