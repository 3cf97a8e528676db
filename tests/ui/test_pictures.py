"""The README's pictures, from the real UI: `PICTURES=docs/images make test-ui` refreshes them.

Every `make test-ui` takes them, into the tests' temporary folder, and sees that they show what they should.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.automation.opened import Dagster
from tests.ui.looking import tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.ui
SHARP = {"device_scale_factor": 2}
BUT_LEDGERS = "/asset-groups~not%20group%3A%22operations%22/"
MARGIN = 24


@pytest.fixture
def folder(pictures: Path) -> Path:
    return Path(os.environ.get("PICTURES") or pictures)


def test_the_picture_of_the_lineage_fits_a_readme(
    browser: "Browser", dagster: Dagster, pictures: Path, folder: Path
) -> None:
    with tab(browser, dagster, pictures, viewport={"width": 1500, "height": 1300}, **SHARP) as looker:
        looker.look(BUT_LEDGERS, "Global asset lineage", "customer_master", name="whole_lineage")
        groups = looker.page.locator("svg foreignObject")
        groups.last.element_handle().wait_for_element_state("stable")  # it zooms until all is in view
        boxes = [box for group in groups.all() if (box := group.bounding_box())]
        left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
        right = max(box["x"] + box["width"] for box in boxes)
        bottom = max(box["y"] + box["height"] for box in boxes)
        clip = {"x": left - MARGIN, "y": top - MARGIN}
        clip |= {"width": right - left + 2 * MARGIN, "height": bottom - top + 2 * MARGIN}
        looker.page.screenshot(path=folder / "lineage.png", clip=clip)
    assert len(boxes) >= 12
    assert clip["width"] < 1_000, "wider than a README"


def test_the_picture_of_a_check_shows_why_it_matters_and_what_it_found(
    browser: "Browser", dagster: Dagster, pictures: Path, folder: Path
) -> None:
    page = "/assets/gold/fact_revenue?view=checks&checkDetail=billed_reconciles_to_netsuite"
    with tab(browser, dagster, pictures, viewport={"width": 1200, "height": 680}, **SHARP) as looker:
        looker.look(page, "On failure", "periods agree", "difference", name="open_check")
        looker.page.screenshot(path=folder / "check.png")
