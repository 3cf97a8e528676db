"""Decisions taken, refreshed, undone and refreshed on one day: gold is what it was, as sorted rows, ids included."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from cdp_platform.assets.ending import ended
from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.environment import Settings
from cdp_platform.serving.publish import versions
from tests.conftest import midnight_after
from tests.support.command import cdp
from tests.support.compare import differences
from tests.support.decisions import customers_of, decide, ids_of
from tests.support.homes import refresh_well, rows


def changed_tables(one: Settings, other: Settings) -> set[str]:
    return {said.split(":")[0].split(".")[1] for said in differences(one, other)}


@pytest.mark.drill
def test_gold_is_what_it_was(
    company: Settings, copy_home: Callable[[Settings], Settings], build_outcome: dict[str, str]
) -> None:
    before, end = copy_home(company), date.fromisoformat(build_outcome["end"])
    had = ids_of(company)
    (one, _), (other, _), *_ = customers_of(company, "organization")
    torn, (pinned, _), (robbed, _), *_ = customers_of(company, "person")
    decide(company, ("force_match", one, other), ("never_match", *torn), ("pin_id", pinned, had[robbed]))
    told = cdp(company, "identity", "preview", "--format", "json")
    assert (told.returncode, "Traceback" in told.stderr) == (0, False), told.stderr

    # Part of the graph first: golden tables of before are not held against the new customers, and nobody sees them.
    part = refresh_home(company, selection="customer_master", as_of=midnight_after(end))
    assert (part.success, part.failed, part.publishes) == (True, [], False)
    assert len(versions(company)) == 1
    refresh_well(company, end)
    now = ids_of(company)
    assert (now[one], now[torn[0]] == now[torn[1]], now[pinned]) == (now[other], False, had[robbed])
    assert changed_tables(before, company) >= {"customer_crosswalk", "dim_customer", "fact_revenue"}
    assert cdp(company, "identity", "preview").stdout == "nothing would change\n"

    for exception_id in ("x1", "x2"):
        ended(company.exceptions_file, exception_id, datetime.now(UTC).date())
    done = cdp(company, "identity", "undo", "x3", "--rationale", "a mistake")
    assert done.returncode == 0, done.stderr
    assert "cdp refresh" in done.stderr
    refresh_well(company, end)
    assert ids_of(company) == had
    assert changed_tables(before, company) == {"customer_id_history", "customer_id_alias"}
    causes = rows(company, "SELECT cause FROM customer_master.customer_id_history")
    restored = [cause for (cause,) in causes if cause == "restored"]
    assert len(restored) == 2, "the id that was merged away, and the one that the pin had taken"
    assert {("exception x1 ended",), ("exception x3 ended",)} <= set(causes)
    [(only_in_between,)] = rows(company, "SELECT count(*) FROM customer_master.customer_id_alias")
    assert only_in_between == 2, "of what never_match split off, and of who was robbed of the id"
