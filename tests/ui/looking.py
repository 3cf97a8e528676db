"""A page of the Dagster UI as a person sees it: opened, waited for, searched for anything that went wrong.

Here: the browser and what counts as wrong. Not here: what a page must show (the tests).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.automation.opened import Dagster

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

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
WAIT = 60_000
"""Milliseconds for a page to show what it should: the first visit fetches and compiles half of the UI."""
APOLOGIES = ("an error occurred", "something went wrong", "unexpected error", "graphql error", "pythonerror", "sorry,")
# An undeclared icon of a link is nobody's fault here; Apollo's warnings are the UI's own.
HARMLESS = ("favicon",)


class Wrong(AssertionError):
    """What a person would call broken."""


class Looker:
    """A browser's tab on an open Dagster; remembers what went wrong since the last look."""

    def __init__(self, dagster: Dagster, page: "Page", pictures: Path) -> None:
        self.dagster, self.page, self.pictures = dagster, page, pictures
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(f"script error: {error}"))
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("request", lambda request: self._asked(request.url))
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure or ""))

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and not any(word in text for word in HARMLESS):
            self.wrong.append(f"console: {text}")

    def _failed(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why:  # what was still being fetched when the next page was asked for
            self.wrong.append(f"{url} failed: {why}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.dagster.address, f"blob:{self.dagster.address}", "data:")):
            self.wrong.append(f"a request to somebody else: {url}")

    def look(self, path: str, *expected: str, name: str) -> str:
        """Open a page, wait until it shows every expected text, save a picture; the page's text. Raises Wrong."""
        self.page.goto(f"{self.dagster.address}{path}")
        self.see(*expected)
        self.page.screenshot(path=self.pictures / f"{name}.png")
        return self.text()

    def see(self, *expected: str) -> None:
        """Wait until the page shows every expected text and nothing wrong. Raises Wrong."""
        from playwright.sync_api import TimeoutError as TooLong

        for text in expected:
            try:
                self.page.get_by_text(text).filter(visible=True).first.wait_for(timeout=WAIT)
            except TooLong:
                raise Wrong(f"{self.page.url} shows no '{text}' but: {self.text()[:1500]}; {self.wrong}") from None
        self.check()

    def text(self) -> str:
        """What there is to read."""
        return self.page.inner_text("body")

    def check(self) -> None:
        """Raises Wrong for an apology, a red message, a script error, or a request to another host."""
        told, self.wrong = self.wrong, []
        red = self.page.locator("[class*='toast' i][class*='danger' i], [class*='toast' i] [class*='danger' i]")
        told += [f"message: {message}" for message in red.all_inner_texts()]
        told += [f"the page says '{words}'" for words in APOLOGIES if words in self.text().lower()]
        if told:
            raise Wrong(f"{self.page.url}: {'; '.join(told)}")


@contextmanager
def tab(browser: "Browser", dagster: Dagster, pictures: Path, **options: object) -> Iterator[Looker]:
    """A tab of its own: nothing that another page has cached is in it."""
    options = {"viewport": {"width": 1500, "height": 1000}, "timezone_id": "UTC", "locale": "en-GB"} | options
    context: BrowserContext = browser.new_context(**options)
    try:
        yield Looker(dagster, context.new_page(), pictures)
    finally:
        context.close()
