"""Whoever meets a red check finds its page, and the index of the pages is true.

Not here: whether commands and files that the pages name exist (`test_documents`, `test_repository`).
"""

import re
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from cdp_platform.accounts import Airbyte
from cdp_platform.definitions import build
from cdp_platform.environment import PROJECT, load_settings

RUNBOOKS = PROJECT / "docs" / "runbooks"
PAGES = sorted(page.stem for page in RUNBOOKS.glob("*.md") if page.stem != "README")
PARTS = ["Why it matters", "Look", "Do", "Then run", "It stops", "Proven by"]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The layers that the checks of each page guard, asked of the live graph; that with Airbyte has them all."""
    settings = load_settings({"CDP_HOME": str(tmp_path_factory.mktemp("home"))})
    definitions = build(replace(settings, airbyte=Airbyte("workspace")))
    found: dict[str, set[str]] = {}
    for holder in (*(definitions.assets or ()), *(definitions.asset_checks or ())):
        for spec in holder.check_specs if isinstance(holder, dg.AssetsDefinition) else ():
            page = re.search(r"Runbook: docs/runbooks/(\w+)\.md$", spec.description or "")
            assert page, f"{spec.key} names no page"
            found.setdefault(page[1], set()).add(spec.asset_key.path[0])
    return found


def test_every_check_has_its_page_and_every_page_its_check(guarded: dict[str, set[str]]) -> None:
    assert sorted(guarded) == PAGES


def test_the_index_has_every_page_and_says_what_it_guards(guarded: dict[str, set[str]]) -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ([^|]+) \|.*\((\w+)\.md\) \|$", (RUNBOOKS / "README.md").read_text(), re.MULTILINE
    )
    assert {name: layers for name, layers, _ in rows} == {n: ", ".join(sorted(found)) for n, found in guarded.items()}
    assert [name for name, _, page in rows if name != page] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_in_the_same_order(page: str) -> None:
    text = Path(RUNBOOKS / f"{page}.md").read_text()
    assert text.startswith(f"# {page}\n")
    assert re.findall(r"^- \*\*([^*]+)\*\*", text, re.MULTILINE) == PARTS
