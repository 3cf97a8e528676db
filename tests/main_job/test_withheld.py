"""A bad rule that the publish gate withheld, and that was taken back: nothing of it is left."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module

import pytest

from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.environment import Settings
from cdp_platform.identity.model import Model, shipped
from cdp_platform.identity.schema import PERSON
from cdp_platform.serving.publish import versions
from tests.conftest import midnight_after
from tests.support.compare import differences
from tests.support.decisions import customers_of, decide, ids_of
from tests.support.homes import refresh_well, rows


def hardly_ever(record_type: str) -> Model:
    """A model by which next to no persons match, and organisations as they did."""
    model = shipped(record_type)
    return replace(model, accept=dict.fromkeys(model.accept, 60.0)) if record_type == PERSON else model


@pytest.mark.drill
def test_a_bad_rule_that_was_withheld_leaves_nothing(
    company: Settings,
    copy_home: Callable[[Settings], Settings],
    build_outcome: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never, end = copy_home(company), date.fromisoformat(build_outcome["end"])
    (one, _), (other, _), *_ = customers_of(company, "organization")
    decide(company, ("force_match", one, other))
    with monkeypatch.context() as bad:
        bad.setattr(import_module("cdp_platform.identity.resolve"), "shipped", hardly_ever)
        done = refresh_home(company, as_of=midnight_after(end))
    [withheld] = [failure for outcome in done.outcomes for failure in outcome.failures]
    assert re.match(r"guard_customer_master\w*: customer_master/customer_crosswalk: \w+: .*\d", withheld), withheld
    assert withheld.endswith("; run: cdp where customer_crosswalk")
    assert any(": keeps_customer_ids: " in failed for failed in done.failed), done.failed
    assert len(versions(company)) == 1
    assert ids_of(company) != ids_of(never)
    assert rows(company, "SELECT count(*) FROM customer_master.customer_id_alias") == [(1,)]
    company.exceptions_file.unlink()
    refresh_well(company, end)
    assert differences(never, company) == []
    assert len(versions(company)) == 2
