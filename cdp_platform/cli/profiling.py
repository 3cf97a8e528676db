"""`cdp profile`: what is in a file that nobody has declared, and a draft of its source to start from.

Here: the command and how it prints. Not here: measuring (`landing.profile`), the draft (`landing.draft`).
"""

import keyword
import re
from pathlib import Path

import click

from cdp_platform.cli.output import format_option, say, show
from cdp_platform.sources.contract import Pii

COLUMNS = ("file", "column", "type", "filled", "nulls", "distinct", "key", "personal", "smallest", "largest")
MOST_SAID = 5


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--draft", "name", metavar="NAME", help="Print cdp_platform/sources/NAME.py, a stream for each file.")
@click.option("--unmasked", is_flag=True, help="Show the ranges of what seems to be personal data.")
@format_option
def profile(files: tuple[Path, ...], name: str | None, unmasked: bool, output: str) -> None:
    """What is in FILES that nobody has declared: columns, types, nulls, distinct values, keys, ranges.

    Parquet, CSV with a header, JSON Lines. They are read as the landing zone would read them, and nothing is kept. A
    type is one that fits every value.

    \b
    cdp profile orders.csv
    cdp profile customers.jsonl orders.jsonl --draft webshop > cdp_platform/sources/webshop.py
    """
    from cdp_platform.landing import profile as measuring
    from cdp_platform.landing.draft import cursor_of, draft, personal

    if name is not None and (not re.fullmatch("[a-z][a-z0-9_]*", name) or keyword.iskeyword(name)):
        raise click.UsageError(f"'{name}' cannot be the name of a source: small letters, digits and _, such as webshop")
    profiles = [measuring.profile(file) for file in files]
    for found in profiles:
        keys = " or ".join(" and ".join(key) for key in found.keys) or "none"
        rows = f"{found.rows:,} rows" + (f", {found.repeated:,} of them again" if found.repeated else "")
        say(f"{found.path}: {rows}; key: {keys}; last changed: {cursor_of(found) or 'no column says'}")
        for said in found.unreadable[:MOST_SAID]:
            say(f"{found.path}, {said}")
        if len(found.unreadable) > MOST_SAID:
            say(f"{found.path}: and {len(found.unreadable) - MOST_SAID:,} more rows that cannot be read")
    if name is not None:
        click.echo(draft(name, profiles), nl=False)
        say("look at every line: what is personal, money, required; then make format, and CONTRIBUTING.md, step 2")
        return
    lines = []
    for found in profiles:
        for column in found.columns:
            kind = personal(column)
            is_shown = unmasked or kind is Pii.NONE
            lines.append(
                {
                    "file": str(found.path),
                    "column": column.name,
                    "type": column.type.value,
                    "filled": column.filled,
                    "nulls": column.nulls,
                    "distinct": column.distinct,
                    "key": any(column.name in key for key in found.keys),
                    "personal": None if kind is Pii.NONE else kind.value,
                    "smallest": column.smallest if is_shown else "***",
                    "largest": column.largest if is_shown else "***",
                }
            )
    show(lines, output, columns=COLUMNS if len(profiles) > 1 else COLUMNS[1:])
