"""The README's pictures, from the real UI: `PICTURES=docs/images make test-ui` refreshes them.

Every `make test-ui` takes them, into the tests' temporary folder, and sees that they show what they should.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.automation.opened import Dagster
from tests.ui.looking import WAIT, tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui
SHARP = {"device_scale_factor": 2}
BUT_LEDGERS = "/asset-groups~not%20group%3A%22operations%22/"
MARGIN = 24


@pytest.fixture
def folder(pictures: Path) -> Path:
    return Path(os.environ["PICTURES"]) if os.environ.get("PICTURES") else pictures


def test_lineage(browser: "Browser", dagster: Dagster, pictures: Path, folder: Path) -> None:
    """The groups from sources to publish, cut out so that it can be read at the width of a README."""
    with tab(browser, dagster, pictures, viewport={"width": 1500, "height": 1300}, **SHARP) as looker:
        looker.look(BUT_LEDGERS, "Global asset lineage", name="whole_lineage")
        groups = looker.page.locator("svg foreignObject")
        groups.first.wait_for(timeout=WAIT)
        looker.page.wait_for_timeout(1_500)  # it zooms until all is in view
        boxes = [box for group in groups.all() if (box := group.bounding_box())]
        left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
        right = max(box["x"] + box["width"] for box in boxes)
        bottom = max(box["y"] + box["height"] for box in boxes)
        clip = {"x": left - MARGIN, "y": top - MARGIN}
        clip |= {"width": right - left + 2 * MARGIN, "height": bottom - top + 2 * MARGIN}
        looker.page.screenshot(path=folder / "lineage.png", clip=clip)
        assert len(boxes) >= 12
        assert clip["width"] < 1_000, "wider than a README"


def test_checks(browser: "Browser", dagster: Dagster, pictures: Path, folder: Path) -> None:
    """The checks of an asset, one of them open: why it matters, what to do, expected, actual and difference."""
    page = "/assets/gold/fact_revenue?view=checks&checkDetail=billed_reconciles_to_netsuite"
    with tab(browser, dagster, pictures, viewport={"width": 1200, "height": 720}, **SHARP) as looker:
        looker.look(page, "difference", "On failure", name="open_check")
        looker.page.screenshot(path=folder / "checks.png")
