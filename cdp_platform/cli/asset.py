"""`cdp where`: what an asset is, read off the live graph, so that it cannot go stale.

Here: the command and how it prints. Not here: the graph (`graph`), what is wrong now (`state`).
"""

from collections.abc import Mapping
from typing import Any

import click
import orjson
from rich.table import Table
from rich.text import Text

from cdp_platform.assets.manifest import manifest_file
from cdp_platform.cli.graph import Graph
from cdp_platform.cli.output import console, format_option, show, show_progress
from cdp_platform.definitions import build
from cdp_platform.environment import load_settings

LISTED = ("layer", "asset", "group", "owners", "description")


@click.command()
@click.argument("asset", required=False)
@format_option
def where(asset: str | None, output: str) -> None:
    """Where ASSET comes from, what guards and refreshes it, and the file that defines it.

    Without ASSET: all of them, layer by layer. It is read off the live graph, which takes some seconds to load.

    \b
    cdp where
    cdp where fact_revenue
    cdp where raw/netsuite__invoice --format json
    """
    show_progress()
    settings = load_settings()
    graph = Graph(build(settings), orjson.loads(manifest_file(settings).read_bytes()))
    if asset is None:
        show(graph.listed(), output, columns=LISTED)
    elif output == "table":
        _print(graph.described(graph.named(asset)))
    else:
        show([graph.described(graph.named(asset))], output)


def _print(found: Mapping[str, Any]) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in found.items():
        lines = value if isinstance(value, list) else [value]
        text = "\n".join(_line(name, line) for line in lines if line) or "nothing"
        table.add_row(Text(name.replace("_", " "), style="bold"), Text(text))
    console().print(table)


def _line(name: str, value: Any) -> str:
    if name == "refreshed_by":
        return f"{value['job']}, due at '{value['cron']}' {value['time_zone']}, started by {value['started_by']}"
    if name == "checks":
        return f"{value['check']} ({value['effect']}): {value['description']}"
    return str(value)
