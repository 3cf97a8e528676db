"""`cdp publish`: which versions there are, and back to one of them."""

from collections.abc import Callable
from typing import Any

from cdp_platform.environment import Settings
from cdp_platform.warehouse.duckdb import Connection
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


def test_new_ids_are_accepted_once(cdp: Callable[..., Said], settings: Settings, warehouse: Connection) -> None:
    warehouse.execute("INSERT INTO ops.publication (published_at, is_published) VALUES ('2026-01-02', true)")
    warehouse.execute(
        "INSERT INTO customer_master.identity_run (run_id, resolved_at, measure, value) VALUES "
        "('a', '2026-01-01', 'records', 1000), ('b', '2026-01-03', 'records', 1000), "
        "('b', '2026-01-03', 'records_known_before', 1000)"
    )
    warehouse.execute(
        "INSERT INTO customer_master.customer_id_history (customer_id, event, cause, record_count, run_id) "
        "VALUES ('C1', 'split', 'evidence lost', 20, 'b')"
    )
    warehouse.close()
    said = cdp("publish", "accept", "--by", "Ada", "--reason", "two CRMs became one")
    assert said.code == 0
    assert said.err.endswith("20 of 1,000 records may change their customer id: evidence lost 20; next: cdp refresh\n")
    again = cdp("publish", "accept", "--by", "Ada", "--reason", "two CRMs became one")
    assert again.code == 2
    assert again.err == ("cdp: every record has the customer id that readers see, or its new one is accepted already\n")


def test_nothing_is_accepted_where_nothing_was_refreshed(cdp: Callable[..., Said], settings: Settings) -> None:
    said = cdp("publish", "accept", "--by", "Ada", "--reason", "why not")
    assert said.code == 2
    assert "cdp refresh" in said.err
    assert not settings.home.exists()


def test_a_version_that_is_not_there_is_2(cdp: Callable[..., Said], versions: list[str]) -> None:
    said = cdp("publish", "rollback", "v9")
    assert (said.code, said.out) == (2, "")
    assert said.err == "cdp: there is no version 'v9'; see `cdp publish list`\n"
