"""An open Dagster on the built company, and a browser to look at it with."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from cdp_platform.assets.lineage import specs_of
from cdp_platform.definitions import build
from cdp_platform.environment import Settings, load_settings
from tests.automation.opened import Dagster, opened
from tests.ui.looking import FLAGS, Looker, tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def dagster(built_company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    """`cdp dev` on a copy of the built company."""
    home = tmp_path_factory.mktemp("ui") / "home"
    shutil.copytree(built_company.home, home)
    with opened(load_settings({"CDP_HOME": str(home)})) as found:
        yield found


@pytest.fixture(scope="session")
def browser(dagster: Dagster) -> Iterator["Browser"]:
    """The Chromium that `CHROMIUM` names, driven by playwright, which `make test-ui` installs.

    After Dagster: playwright keeps an event loop running, which disturbs a refresh in the same process.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this session's screenshots are."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
def looker(browser: "Browser", dagster: Dagster, pictures: Path) -> Iterator[Looker]:
    """A fresh tab."""
    with tab(browser, dagster, pictures) as found:
        yield found


@pytest.fixture(scope="session")
def definitions(dagster: Dagster) -> dg.Definitions:
    """What the open Dagster has loaded."""
    return build(dagster.settings)


@pytest.fixture(scope="session")
def specs(definitions: dg.Definitions) -> dict[dg.AssetKey, dg.AssetSpec]:
    """Every asset as it is declared."""
    return specs_of(definitions.assets or ())
