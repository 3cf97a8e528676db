"""A landing zone and a warehouse of a test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cdp_platform.environment import PROJECT, load_settings
from cdp_platform.landing import tables
from cdp_platform.sources import Source
from tests.landing.shop import SHOP, Home

SAMPLES = PROJECT.parent / "shared" / "samples"
collect_ignore = [] if SAMPLES.is_dir() else ["test_stripe_fixtures.py"]


@pytest.fixture(scope="module")
def make_home() -> Iterator[Callable[[Path, Source], Home]]:
    """make_home(folder, source) -> Home, with tables for that source's streams."""
    with pytest.MonkeyPatch.context() as patch:

        def make(folder: Path, source: Source) -> Home:
            patch.setattr(tables, "SOURCES", (source,))
            return Home(load_settings({"CDP_HOME": str(folder / "home")}), source)

        yield make


@pytest.fixture
def home(tmp_path: Path, make_home: Callable[[Path, Source], Home]) -> Home:
    """An empty installation of the shop."""
    return make_home(tmp_path, SHOP)
