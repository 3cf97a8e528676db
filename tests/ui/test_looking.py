"""Looking finds what is wrong: planted pages, planted answers, real pages of things that are not there."""

from typing import Any

import pytest

from tests.ui.looking import Looker, Wrong

pytestmark = pytest.mark.ui


def plant(looker: Looker, page: str) -> None:
    looker.page.route("**/planted", lambda route: route.fulfill(body=page, content_type="text/html"))


def test_a_page_with_words_is_fine(looker: Looker) -> None:
    plant(looker, "<p>All is well</p>")
    assert looker.look("/planted", "All is well", name="planted") == "All is well"


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("", "the page is empty"),
        ("<p>Sorry, there is nothing</p>", "the page says 'sorry,'"),
        ("<p class='dagster-non-ideal-state'>No runs</p>", "instead of a page: No runs"),
        ("<p>Words</p><script>throw Error('planted')</script>", "script error: planted"),
        ("<p>Words</p><script>console.error('planted')</script>", "console: planted"),
        ("<p>Words</p><img src='http://elsewhere.invalid/'>", "asks another host: http://elsewhere.invalid/"),
        ("<p>Words</p><script>new WebSocket('ws://elsewhere.invalid/')</script>", "asks another host"),
        ("<p>Words</p><div class='Toaster_toast'>Not saved</div>", "a toast: Not saved"),
        ("<p>Words</p><script>location.pathname = '/overview'</script>", "/planted leads to"),
    ],
)
def test_a_planted_fault_is_found(looker: Looker, page: str, found: str) -> None:
    plant(looker, page)
    with pytest.raises(Wrong, match=found):
        looker.look("/planted", name="planted")


def test_a_text_that_is_missing_is_found(looker: Looker) -> None:
    plant(looker, "<p>Words</p><p hidden>Revenue</p>")
    looker.wait = 500
    with pytest.raises(Wrong, match="shows no 'Revenue' but: Words"):
        looker.look("/planted", "Revenue", name="planted")


@pytest.mark.parametrize(
    ("path", "shown", "found"),
    [
        ("/assets/gold/nothing", "No assets were found", "instead of a page: No assets"),
        ("/runs/00000000-0000-4000-8000-000000000000", "No run found", "instead of a page: No run found"),
        ("/nothing", "cdp_platform", "/nothing leads to .*/overview"),
    ],
)
def test_a_page_of_something_that_is_not_there_is_wrong(looker: Looker, path: str, shown: str, found: str) -> None:
    with pytest.raises(Wrong, match=found):
        looker.look(path, shown, name="not_there")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"status": 500}, "status of 500"),
        ({"json": {"errors": [{"message": "planted"}]}}, "a toast: Unexpected GraphQL error"),
        (
            {"json": {"data": {"assetNodes": {"__typename": "PythonError"}}}},
            "an answer: .*PythonError",
        ),
    ],
)
def test_an_answer_that_is_an_error_is_found(looker: Looker, answer: dict[str, Any], found: str) -> None:
    def spoil(route: Any) -> None:
        spoilt = route.request.post_data_json["operationName"] == "AssetGraphLiveQuery"
        route.fulfill(**answer) if spoilt else route.continue_()

    looker.page.route("**/graphql*", spoil)
    with pytest.raises(Wrong, match=found):
        looker.look("/assets/gold/fact_revenue", "One row per", name="spoilt")
