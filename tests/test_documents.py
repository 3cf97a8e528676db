"""The documents say nothing that is not there: commands, files, sections, pages; and their commands work.

Here: every page of Markdown against the command line, the Makefile and the files. Not here: that links lead somewhere
and no machine is named (`test_repository`); doing the recipes and the example of one's own files (`test_contributing`).
"""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cdp_platform.cli import COMMANDS, cdp
from cdp_platform.environment import PROJECT, Settings
from cdp_platform.sources import SOURCES
from tests.conftest import end_of_history
from tests.support.recipes import apply, blocks, commands

PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
README = (PROJECT / "README.md").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (PROJECT / "Makefile").read_text(), re.MULTILINE))
TOP = {path.name for path in PROJECT.iterdir()}
Rule = Callable[[Path, str], Iterator[str]]


def said(text: str) -> Iterator[str]:
    """What a page writes as code: spans, and the commands of shell blocks."""
    for block in blocks(text):
        if block.language == "sh":
            yield from (command.split("\n")[0] for command in commands(block.text))
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`([^`\n]+)`", prose)


def cdp_exists(page: Path, text: str) -> Iterator[str]:
    """A command or an option that nobody wrote sends its reader away."""
    for code in said(text):
        for spoken in re.findall(r"(?:^|\s)cdp ((?:\\\||[^|;&])+)", code):
            yield from (f"cdp {spoken}: {fault}" for fault in faults(spoken.strip()))


def faults(spoken: str) -> Iterator[str]:
    """What is wrong with a command line. `a\\|b` stands for each of them; CAPITALS and [brackets] for the reader's."""
    words = [word.strip("[]") for word in shlex.split(spoken.replace("\\|", "\x00"))]
    if not re.fullmatch(r"[a-z]+", words[0]):
        return
    command = cdp.get_command(click.Context(cdp), words[0])
    if command is None:
        yield f"no command '{words[0]}'"
        return
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    if isinstance(command, click.Group) and len(words) > 1:
        for name in words[1].split("\x00"):
            found = command.get_command(click.Context(command), name)
            if found is None and not name.startswith("-"):
                yield f"no command '{name}'"
            options |= {option for parameter in found.params for option in parameter.opts} if found else set()
    yield from (f"no option '{word}'" for word in words if word.startswith("--") and word.split("=")[0] not in options)


def make_exists(page: Path, text: str) -> Iterator[str]:
    """The same of the Makefile."""
    for code in said(text):
        for names in re.findall(r"(?:^|\s)make((?: [a-z-]+)+)", code):
            yield from (f"make {name}: no such target" for name in names.split() if name not in TARGETS)


def file_exists(page: Path, text: str) -> Iterator[str]:
    """A path in the text leads somewhere; the placeholders x and y, and what the recipes make, need not."""
    for code in said(text):
        is_path = re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?", code) and code.split("/")[0] in TOP - {".cdp"}
        is_made = re.search(r"(^|/)(x|fact_y|webshop)\b", code)
        if is_path and not is_made and not (PROJECT / code).exists():
            yield f"{code} does not exist"


def section_exists(page: Path, text: str) -> Iterator[str]:
    """A link into a page names one of its headings, as a browser on a repository spells them."""
    for target, section in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", text):
        if "://" not in target:
            file = page.parent / target if target else page
            headings = re.findall(r"^#+ (.+)$", file.read_text() if file.exists() else "", re.MULTILINE)
            if section not in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}:
                yield f"{target}#{section} does not exist"


RULES: list[tuple[Rule, str]] = [
    (cdp_exists, "run `cdp refrsh`"),
    (cdp_exists, "run `cdp refresh --everything`"),
    (cdp_exists, "| `cdp publish list\\|undo` |"),
    (cdp_exists, "```sh\nCDP_HOME=.cdp/home cdp quarantine show x --naked\n```\n"),
    (make_exists, "```sh\nmake demmo   # all\n```\n"),
    (make_exists, "run `make check tset`"),
    (file_exists, "see `cdp_platform/nothing.py`"),
    (section_exists, "see [there](README.md#nowhere)"),
]


@pytest.mark.parametrize("rule", sorted({rule for rule, _ in RULES}, key=lambda rule: rule.__name__))
def test_what_a_page_names(rule: Rule) -> None:
    wrong = [f"{page.relative_to(PROJECT)}: {fault}" for page in PAGES for fault in rule(page, page.read_text())]
    assert wrong == []


@pytest.mark.parametrize(("rule", "text"), RULES)
def test_a_planted_defect_is_found(rule: Rule, text: str) -> None:
    assert list(rule(PROJECT / "planted.md", text))


def test_the_readme_lists_every_command() -> None:
    table = re.findall(r"^\| `cdp ([a-z]+)", README, re.MULTILINE)
    assert sorted(table) == sorted(COMMANDS)


def test_the_demo_as_the_readme_shows_it_has_the_tables_and_checks_of_the_graph() -> None:
    """Rows and figures are those of one day; `make demo` prints them."""
    shown = next(block.text for block in blocks(README, "Two commands") if "gold" in block.text)
    snapshots = PROJECT / "tests" / "snapshots"
    layers = Counter(line.split("/")[0] for line in (snapshots / "assets.txt").read_text().splitlines())
    told = {
        layer: int(tables) for layer, tables in re.findall(r"^ (raw|customer_master|gold) +(\d+) ", shown, re.MULTILINE)
    }
    assert told == {layer: layers[layer] for layer in ("raw", "customer_master", "gold")}
    assert f"checks: {len((snapshots / 'checks.txt').read_text().splitlines())} passed, 0 warned, 0 failed" in shown


def test_every_source_that_the_readme_lists_exists() -> None:
    listed = re.search(r"has a file in `cdp_platform/sources`: ([^;]*);", README)
    assert listed is not None
    assert set(re.findall(r"`(\w+)`", listed[1])) <= {source.name for source in SOURCES}


def test_every_page_can_be_found() -> None:
    """From the README by links; a runbook is named by its check."""
    found, new = set(), {PROJECT / "README.md"}
    while new:
        found |= new
        linked = ((page.parent / link).resolve() for page in new for link in links(page))
        new = {page for page in linked if page.suffix == ".md" and page.exists()} - found
    lost = [page for page in PAGES if page not in found and page.parent.name != "runbooks"]
    assert lost == []


def links(page: Path) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)#\s]+)", page.read_text()) if "://" not in link]


def test_the_index_calls_a_decision_by_its_name() -> None:
    folder = PROJECT / "docs" / "decisions"
    index = dict(re.findall(r"^\| \[\d+\]\((\S+\.md)\) \| (.+) \|$", (folder / "README.md").read_text(), re.MULTILINE))
    titles = {page.name: page.read_text().split("\n")[0] for page in folder.glob("0*.md")}
    assert {name: f"# {int(name[:4])}. {title}" for name, title in index.items()} == titles
    assert len({name[:4] for name in titles}) == len(titles), "two decisions have one number"


WHERE_IS = [c for block in blocks(README, "Where is …?") for c in commands(block.text) if c.startswith("cdp ")]


@pytest.mark.parametrize("command", WHERE_IS, ids=lambda command: command.split()[1])
def test_what_the_readme_asks_is_answered(command: str, company: Settings) -> None:
    last_full_month = (end_of_history().replace(day=1) - timedelta(days=1)).replace(day=1)
    words = shlex.split(command.replace("2026-10-01", last_full_month.isoformat()))[1:]
    done = CliRunner().invoke(cdp, words, env={"CDP_HOME": str(company.home)})
    assert done.exit_code in ((0, 1) if words[0] == "status" else (0,)), done.output
    assert done.stdout.count("\n") > 5


def test_a_diff_that_no_longer_fits_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("one\ntwo\n\nthree\n")
    fitting, unfitting = blocks(
        "```diff\n+++ list.txt\n one\n-two\n+2\n\n three\n```\n```diff\n+++ list.txt\n four\n+5\n```\n"
    )
    apply(fitting, tmp_path)
    assert (tmp_path / "list.txt").read_text() == "one\n2\n\nthree\n"
    with pytest.raises(AssertionError, match="0 places"):
        apply(unfitting, tmp_path)
