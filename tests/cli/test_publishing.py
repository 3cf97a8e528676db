"""`cdp publish`: which versions there are, and back to one of them."""

from collections.abc import Callable
from typing import Any

from cdp_platform.environment import Settings
from tests.cli.conftest import Said

KeysOf = Callable[[str, str], list[dict[str, Any]]]


def test_versions_are_listed_newest_first(
    cdp: Callable[..., Said], versions: list[str], has_the_keys_of: KeysOf
) -> None:
    rows = has_the_keys_of("publish_list", cdp("publish", "list", "--format", "json").out)
    assert [(row["version"], row["is_current"]) for row in rows] == [("v3", True), ("v2", False), ("v1", False)]
    assert cdp("publish", "list", "--format", "csv").out.splitlines()[0] == "version,is_current,as_of,published_at"


def test_an_empty_home_is_no_mistake_and_stays_empty(cdp: Callable[..., Said], settings: Settings) -> None:
    said = cdp("publish", "list", "--format", "json")
    assert (said.code, said.out.strip()) == (0, "[]")
    assert "cdp refresh" in said.err
    assert not settings.home.exists()


def test_rollback_changes_what_readers_see(cdp: Callable[..., Said], versions: list[str]) -> None:
    said = cdp("publish", "rollback", "--format", "csv")
    assert said.code == 0
    assert said.out.splitlines()[1].startswith("v2,True")
    assert said.err.startswith("readers now see v2;")
    assert cdp("publish", "rollback", "v1").code == 0
    assert cdp("publish", "list", "--format", "csv").out.splitlines()[3].startswith("v1,True")


def test_a_version_that_is_not_there_is_2(cdp: Callable[..., Said], versions: list[str]) -> None:
    said = cdp("publish", "rollback", "v9")
    assert (said.code, said.out) == (2, "")
    assert said.err == "cdp: there is no version 'v9'; see `cdp publish list`\n"
