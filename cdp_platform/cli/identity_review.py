"""`cdp identity review`: the pairs that only a person can decide.

Here: the command, and how a pair is printed. Not here: which pairs, in which order (`serving.review`).
"""

import click

from cdp_platform.cli.identity_explain import print_reason
from cdp_platform.cli.output import console, format_option, say, show
from cdp_platform.environment import load_settings

COLUMNS = (
    "rank", "revenue", "currency", "customer_a", "customer_b", "record_a", "record_b", "rule", "why", "status",
    "confidence", "weight", "values", "approve", "decline",
)  # fmt: skip
WHO = '--approver NAME --rationale "…"'


@click.command()
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="Show at most so many pairs.")
@click.option("--unmasked", is_flag=True, help="Show personal data.")
@format_option
def review(limit: int, unmasked: bool, output: str) -> None:
    """The undecided pairs, ranked by revenue at stake, with the commands that decide them. Personal data is masked.

    A pair is undecided where a rule found it but its weight is too light for that rule. Of two customers it is the
    strongest pair of records; it waits until they are one, or customer_match_exceptions.csv has a decision about them.
    Revenue at stake: all that was ever billed to both customers, in the reporting currency (`fact_revenue`).

    \b
    cdp identity review --unmasked
    cdp identity review --limit 100 --format csv > queue.csv
    """
    from cdp_platform.assets.exceptions_file import read_exceptions
    from cdp_platform.cli.tracing import manifest
    from cdp_platform.serving.masking import personal_columns
    from cdp_platform.serving.members import reading
    from cdp_platform.serving.reasons import hidden_columns
    from cdp_platform.serving.review import review_queue

    settings = load_settings()
    exceptions = read_exceptions(settings.exceptions_file)
    hidden = hidden_columns(None if unmasked else personal_columns(manifest()))
    with reading(settings, "the review queue", say=say) as master:
        queue = review_queue(master, exceptions, limit, hidden)
    if output != "table":
        rows = [
            vars(each.pair) | vars(each) | _commands(each.pair.record_a, each.pair.record_b or "")
            for each in queue.first
        ]
        show(rows, output, columns=COLUMNS)
        return
    for each in queue.first:
        stake = (
            "revenue unknown: gold is not built"
            if each.revenue is None
            else f"{each.revenue:,} {each.currency} at stake"
        )
        console().print(f"{each.rank}. {each.customer_a} or {each.customer_b}?  {stake}", style="bold", markup=False)
        print_reason(each.pair)
        for command in _commands(each.pair.record_a, each.pair.record_b or "").values():
            console().print(f"    → {command}", style="cyan", markup=False)
    say(f"{len(queue.first):,} of {queue.waiting:,} shown; {queue.decided:,} more with a decision in the file already")
    if queue.first and not unmasked:
        say("personal data is masked; --unmasked shows it")


def _commands(a: str, b: str) -> dict[str, str]:
    return {name: f"cdp identity {name} {a} {b} {WHO}" for name in ("approve", "decline")}
