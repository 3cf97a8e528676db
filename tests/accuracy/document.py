"""docs/identity_figures.md: sections between markers, each replaced by the run that measured it.

Here: the file, its sections, and tables in Markdown. Not here: what they say (`sections`).
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "identity_figures.md"
IMAGES = ROOT / "docs" / "images"
HEADER = """# Identity: figures

Every section is written by `make accuracy`, as `tests/accuracy` says; nothing here is typed by hand. What the figures
mean: [identity](identity.md#definitions). P is precision, R recall over all true pairs, reachable R over those that
shared evidence connects. Duplicates: the share of surplus customer ids. Largest: the records of the largest customer
found, and of the largest true one. Decided: the share of pairs that no person is asked about.
"""
SHARES = {
    "P": "precision",
    "reachable R": "reachable_recall",
    "R": "recall",
    "F1": "f1",
    "duplicates": "duplicate_rate",
}


def progress(text: str) -> None:
    """A line on standard error."""
    click.echo(text, err=True)


def line(name: str, value: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Figures as a row of a table, with what they are of first."""
    shares = {label: figures[measure] for label, measure in SHARES.items()}
    largest = f"{figures['largest_cluster']} / {figures['largest_entity']}"
    return {name: value, "type": figures["record_type"], **shares, "largest": largest}


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows that share their keys; shares with three decimals, seconds with one, counts with commas."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cell(name, row[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}" if name == "seconds" else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)


def replaced(text: str, name: str, title: str, section: str) -> str:
    """The document with the section in its place: where it stood, or at the end."""
    begin, end = f"<!-- {name}: written by make accuracy -->", f"<!-- end of {name} -->"
    written = f"{begin}\n## {title}\n\n{section.strip()}\n{end}"
    stands = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if stands.search(text):
        return stands.sub(lambda _: written, text)
    return f"{text.rstrip()}\n\n{written}\n"


def write(name: str, title: str, section: str) -> None:
    """Write a section into the file, with the header as it is today."""
    text = FIGURES.read_text(encoding="utf-8") if FIGURES.exists() else ""
    _, marker, rest = text.partition("<!-- ")
    FIGURES.write_text(replaced(f"{HEADER}\n{marker}{rest}", name, title, section), encoding="utf-8")
