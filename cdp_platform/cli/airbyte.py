"""`cdp airbyte …`: what Airbyte is to be told, and how it differs from that.

Here: the two commands and how they print. Not here: the bodies (`cdp_platform.airbyte.connections`), the comparison
(`cdp_platform.airbyte.catalogue`).
"""

import json
from pathlib import Path
from uuid import UUID

import click

from cdp_platform.airbyte.catalogue import differences
from cdp_platform.airbyte.connections import connection_body, connection_name
from cdp_platform.cli.output import format_option, say, show
from cdp_platform.environment import load_settings
from cdp_platform.sources import SOURCES, Source

COLUMNS = ("source", "kind", "where", "declared", "found", "breaks")


@click.group()
def airbyte() -> None:
    """Airbyte as the source of raw: its connections, and how they differ from the declarations."""


class _SourceId(click.ParamType):
    """`NAME=ID`: a declared source, and the id of its connector in the workspace."""

    name = "name=id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Source, UUID]:
        """The pair."""
        name, _, id_ = value.partition("=")
        try:
            return _named(name), UUID(id_)
        except ValueError:
            self.fail(f"'{value}' is not NAME=ID, such as stripe=8b14cf3a-4b5e-4b1f-8f4f-5d0e1c2a3b4c", param, ctx)


def _named(name: str) -> Source:
    for source in SOURCES:
        if source.name == name:
            return source
    raise click.UsageError(f"no source '{name}'; declared are: {', '.join(source.name for source in SOURCES)}")


@airbyte.command()
@click.option("--destination", type=click.UUID, required=True, help="The id of the destination.")
@click.option(
    "--source",
    "sources",
    type=_SourceId(),
    multiple=True,
    required=True,
    help="A source and the id of its connector: stripe=8b14cf3a-…; once for each connection.",
)
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for one file per connection, instead of standard output.",
)
def connections(destination: UUID, sources: tuple[tuple[Source, UUID], ...], to: Path | None) -> None:
    """Write the connections' configuration: the JSON bodies that POST /v1/connections takes.

    Streams, declared columns, prefixes, Incremental | Append, cursors; no schedule; changes at the source are never
    propagated. Nothing is asked of Airbyte.

    \b
    cdp airbyte connections --destination ID --source stripe=ID --to connections/
    curl -X POST "$AIRBYTE_URL/api/public/v1/connections" -H "Authorization: Bearer $TOKEN" \\
         -H "Content-Type: application/json" -d @connections/stripe.json
    """  # fmt: skip
    bodies = {
        source.name: connection_body(source, source_id=str(id_), destination_id=str(destination))
        for source, id_ in sources
    }
    if to is None:
        click.echo(json.dumps(list(bodies.values()), indent=2))
        return
    to.mkdir(parents=True, exist_ok=True)
    for name, body in bodies.items():
        (to / f"{name}.json").write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
        say(f"{to / name}.json: connection {body['name']}, {len(body['configurations']['streams'])} streams")


@airbyte.command()
@click.argument("source", required=False)
@format_option
def drift(source: str | None, output: str) -> None:
    """How the workspace differs from what is declared: of SOURCE, or of every source that Airbyte syncs.

    Ends with 0 where nothing differs, else with 1.

    \b
    cdp airbyte drift
    cdp airbyte drift stripe --format json
    """  # fmt: skip
    settings = load_settings()
    if settings.airbyte is None:
        raise click.UsageError("no workspace: set AIRBYTE_WORKSPACE_ID and CDP_TARGET; docs/production.md says how")
    from cdp_platform.assets.airbyte_client import client_of, find_connection

    client = client_of(settings.airbyte)
    wanted = [_named(source)] if source else [declared for declared in SOURCES if settings.syncs(declared.name)]
    rows = []
    for declared in wanted:
        found = client.get_connection_details(find_connection(client, declared))
        for difference in differences(declared, found):
            row = {"source": declared.name, "breaks": difference.breaks, **vars(difference)}
            rows.append(row | {"kind": difference.kind.value})
        say(f"{connection_name(declared)} was compared")
    show(rows, output, columns=COLUMNS)
    if rows:
        raise click.exceptions.Exit(1)
