"""A page of the Dagster UI as a person sees it: opened, waited for, searched for anything that went wrong.

Here: the browser and what counts as wrong. Not here: what a page must show (`test_pages`), and the proof that nothing
wrong is overlooked (`test_looking`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.automation.opened import Dagster

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WAIT = 60_000
"""Milliseconds for a page to show what it should: the first visit fetches and compiles half of the UI."""
APOLOGIES = ("application error", "an error occurred", "something went wrong", "unexpected error", "sorry,")
EMPTY = ".dagster-non-ideal-state"
"""What the UI shows instead of what was asked for: nothing found, nothing there, or it broke."""
# A toast is gone after moments, so whoever looks only at the end misses it.
REPORT_TOASTS = """
new MutationObserver(() => document.querySelectorAll("[class*='Toaster_toast']:not([heard])").forEach(toast => {
    toast.setAttribute("heard", "");
    console.error(`a toast: ${toast.innerText}`);
})).observe(document, {childList: true, subtree: true});
"""


class Wrong(AssertionError):
    """What a person would call broken."""


class Looker:
    """A browser's tab for one page of an open Dagster; remembers what goes wrong in it."""

    def __init__(self, dagster: Dagster, page: "Page", pictures: Path) -> None:
        self.dagster, self.page, self.pictures = dagster, page, pictures
        self.wait = WAIT
        self.wrong: list[str] = []
        self.answered: list[Request] = []
        page.add_init_script(REPORT_TOASTS)
        page.on("pageerror", lambda error: self.wrong.append(f"script error: {error}"))
        page.on("console", lambda said: said.type == "error" and self.wrong.append(f"console: {said.text}"))
        page.on("requestfailed", lambda request: self.wrong.append(f"{request.url} failed: {request.failure}"))
        page.on("requestfinished", lambda request: "/graphql" in request.url and self.answered.append(request))
        page.on("request", lambda request: self._asks(request.url))
        page.on("websocket", lambda socket: self._asks(socket.url.replace("ws:", "http:", 1)))

    def _asks(self, url: str) -> None:
        if not url.startswith((f"{self.dagster.address}/", f"blob:{self.dagster.address}/", "data:")):
            self.wrong.append(f"asks another host: {url}")

    def look(self, path: str, *expected: str, name: str) -> str:
        """Open a page, wait until it shows every expected text, save a picture; the page's text. Raises Wrong."""
        self.page.goto(f"{self.dagster.address}{path}")
        self.see(*expected)
        if not self.page.url.startswith(f"{self.dagster.address}{path.rstrip('/')}"):
            raise Wrong(f"{path} leads to {self.page.url}")
        self.page.screenshot(path=self.pictures / f"{name}.png")
        return self.text()

    def see(self, *expected: str) -> None:
        """Wait until the page shows every expected text and has loaded; nothing may be wrong with it. Raises Wrong."""
        from playwright.sync_api import TimeoutError as TooLong

        for text in expected:
            try:
                self.page.get_by_text(text).filter(visible=True).first.wait_for(timeout=self.wait)
            except TooLong:
                raise Wrong(f"{self.page.url} shows no '{text}' but: {self.text()[:1500]}; {self.wrong}") from None
        self.page.wait_for_load_state("networkidle", timeout=self.wait)
        self.check()

    def text(self) -> str:
        """What there is to read."""
        return self.page.inner_text("body")

    def check(self) -> None:
        """Raises Wrong for an empty page, an error in words, in a script or in an answer, a toast, another host."""
        text = self.text().strip()
        told = self.wrong + ([] if text else ["the page is empty"])
        told += [f"instead of a page: {said}" for said in self.page.locator(EMPTY).all_inner_texts()]
        told += [f"the page says '{words}'" for words in APOLOGIES if words in text.lower()]
        # An error that the server caught comes as data, which the UI may well not show.
        bodies = [request.response().text() for request in self.answered]
        told += [f"an answer: {body[:500]}" for body in bodies if '"PythonError"' in body]
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
