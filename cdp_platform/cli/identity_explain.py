"""`cdp identity explain`: why a record is in its cluster, and why two records are one customer or two.

Here: the command, and how an answer is printed. Not here: the answers (`serving.explanation`, `serving.separation`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from cdp_platform.cli.output import cell, console, format_option, say, show
from cdp_platform.environment import load_settings

if TYPE_CHECKING:
    from cdp_platform.serving.reasons import Explanation, Reason

INDENT = (0, 0, 0, 4)
HEADINGS = {
    "record": "its records",
    "path": "joined by",
    "decision": "decided by people",
    "against": "alike, but not joined",
    "shared": "what they share",
}


@click.command()
@click.argument("record")
@click.argument("other", required=False, metavar="[RECORD]")
@click.option("--unmasked", is_flag=True, help="Show personal data.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Print at most so many of a kind.")
@format_option
def explain(record: str, other: str | None, unmasked: bool, limit: int, output: str) -> None:
    """Why RECORD is in its cluster, or why two records are one customer or two. Personal data is masked.

    A RECORD is written <source>:<object>:<id>, or <source>:<id>. One: the strongest way to the record in which most
    pairs of its cluster meet, and the pairs that were not joined. Two: the strongest way from one to the other, or what
    keeps them apart. The strongest way is the one whose weakest pair is the most confident. A customer id instead of
    RECORD shows the whole cluster.

    Every pair is told with its rule, confidence (0 to 1) and weight: bits, each doubling the odds that the two are one.
    An undecided pair is only probable, to the degree that its weight says. Below it stands what each field adds, and
    its values in both records.

    \b
    cdp identity explain salesforce:account:0015g00000ABCDE
    cdp identity explain salesforce:account:0015g00000ABCDE netsuite:customer:10057 --unmasked
    cdp identity explain cus_4001b5faebc95a21 --format json
    """
    found = _explained(record, other, unmasked)
    if output != "table":
        rows = [{"answer": found.answer, **asdict(reason)} for reason in found.reasons]
        show(rows, output)
        return
    console().print(Text(found.answer, style="bold"))
    for part, heading in HEADINGS.items():
        reasons = [reason for reason in found.reasons if reason.part == part]
        if not reasons or (part == "record" and not found.is_whole):
            continue
        console().print(Text(heading, style="bold"))
        for number, reason in enumerate(reasons[:limit], start=1):
            with_values = not found.is_whole and (part == "path" or other is not None)
            print_reason(
                reason, number=number if part == "path" else None, with_values=with_values, in_line=found.is_whole
            )
        if len(reasons) > limit:
            say(f"{heading}: {len(reasons):,}, {limit} shown; --limit N prints more")
    if not unmasked and any(reason.values for reason in found.reasons):
        say("personal data is masked; --unmasked shows it")


def _explained(record: str, other: str | None, unmasked: bool) -> "Explanation":
    from cdp_platform.cli.tracing import manifest
    from cdp_platform.serving.explanation import explain_customer, explain_record, explain_together
    from cdp_platform.serving.masking import personal_columns
    from cdp_platform.serving.members import reading
    from cdp_platform.serving.reasons import hidden_columns
    from cdp_platform.serving.separation import explain_apart

    hidden = hidden_columns(None if unmasked else personal_columns(manifest()))
    with reading(load_settings(), "explaining a customer", say=say) as master:
        members = master.customer(record)
        if other is None and not members.is_empty():
            return explain_customer(master, members, hidden)
        one = master.record(record)
        if other is None:
            return explain_record(master, one, hidden)
        two = master.record(other)
        if one["source_record_id"] == two["source_record_id"]:
            raise click.UsageError(f"{one['source_record_id']} is one record: name two, or one alone")
        ask = explain_together if one["customer_id"] == two["customer_id"] else explain_apart
        return ask(master, one, two, hidden)


def print_reason(
    reason: "Reason", *, number: int | None = None, with_values: bool = True, in_line: bool = False
) -> None:
    """A pair, its rule and what it weighs; below it the values that were compared. `in_line`: nothing below."""
    mark = "·" if number is None else f"{number}."
    pair = reason.record_a if reason.record_b is None else f"{reason.record_a} – {reason.record_b}"
    sure = "undecided, probable to" if reason.status == "undecided" else "confidence"
    facts = [
        reason.rule,
        None if reason.confidence is None else f"{sure} {reason.confidence:.2f}",
        None if reason.weight is None else f"weight {_bits(reason.weight)} by model {reason.model_version}",
    ]
    told = "".join(f"  {fact}" for fact in facts if fact is not None)
    style = "green" if reason.status in (None, "accepted") else "yellow"
    after = ("  " + reason.why, style) if in_line else ""
    console().print(Text.assemble(f"  {mark} ", (pair, "cyan"), told, after))
    if not in_line:
        console().print(Padding(Text(reason.why, style=style), INDENT, expand=False))
    if with_values and reason.values:
        values = _values(reason.values, reason.record_a, reason.record_b or "")
        console().print(Padding(values, INDENT, expand=False))


def _bits(weight: float) -> str:
    return f"{round(weight, 1) + 0.0:+.1f}"  # a sum of 0.0 makes of -0.0 what people call nothing


def _values(values: Sequence[Mapping[str, Any]], a: str, b: str) -> Table:
    heads = ("field", "weight", "column", "as written", a, b)
    table = Table(*(Column(Text(head)) for head in heads), box=None, header_style="dim", pad_edge=False)
    for value in values:
        weight = "" if value["weight"] is None else _bits(value["weight"])
        cells = (value["field"], weight, value["column"], value["written"], value["value_a"], value["value_b"])
        table.add_row(*(Text("" if each is None else cell(each)) for each in cells))
    return table
