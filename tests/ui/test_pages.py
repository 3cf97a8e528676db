"""What an engineer sees in the Dagster UI after a refresh: no page empty, none with an error."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from cdp_platform.automation.home import prepare_home
from cdp_platform.environment import PROJECT, Settings, child_environment

pytestmark = pytest.mark.ui

LOCATION = "cdp_platform.definitions"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = {
    "asset": ("/assets/gold/fact_revenue", ["fact_revenue", "One row per"]),
    "checks": ("/assets/gold/fact_revenue?view=checks", ["revenue_id_is_unique", "Evaluation result", "Passed"]),
    "lineage": ("/assets/gold/fact_revenue?view=lineage&lineageScope=upstream", ["fact_revenue", "Upstream"]),
    "groups": ("/asset-groups", ["salesforce", "customer_master", "finance"]),
    "automation": ("/automation", ["refresh_salesforce_schedule", "landing_sensor"]),
    "runs": ("/runs", ["refresh_daily", "Success"]),
}


@pytest.fixture(scope="module")
def address(built_company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real webserver on the built company, which it only reads."""
    prepare_home(built_company)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("webserver") / "log").open("w")
    command = [str(Path(sys.executable).with_name("dagster-webserver")), "-h", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(
        [*command, "-w", str(PROJECT / "workspace.yaml"), "--read-only"],
        env=child_environment(built_company),
        cwd=PROJECT,
        stdout=log,
        stderr=log,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/server_info")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(1)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(30_000)
        yield page
        browser.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_what_it_should_and_no_error(address: str, browser_page: Page, name: str, tmp_path: Path) -> None:
    path, wanted = PAGES[name]
    faults: list[str] = []
    browser_page.on("pageerror", lambda error: faults.append(str(error)))
    browser_page.goto(f"{address}{path}")
    for text in wanted:
        browser_page.get_by_text(re.compile(re.escape(text))).first.wait_for(state="visible")
    shown = browser_page.inner_text("body")
    browser_page.screenshot(path=tmp_path / f"{name}.png")
    assert len(shown) > 200
    assert not re.search(r"Unexpected GraphQL error|Failed to load|Something went wrong|Page not found", shown)
    assert faults == []
