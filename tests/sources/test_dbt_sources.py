"""The generated source declarations."""

from pathlib import Path

import pytest

from cdp_platform.sources import SOURCES, Source
from cdp_platform.sources.dbt_sources import STAGING, path, render, write


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_file_in_the_dbt_project_says_what_the_source_declares(source: Source) -> None:
    assert path(source).read_text(encoding="utf-8") == render(source), "run: python -m cdp_platform.sources.dbt_sources"


def test_writing_makes_one_file_per_source(tmp_path: Path) -> None:
    write(tmp_path)
    assert {file.relative_to(tmp_path) for file in tmp_path.rglob("*.*")} == {
        path(source).relative_to(STAGING) for source in SOURCES
    }
