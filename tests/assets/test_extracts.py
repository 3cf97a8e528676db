"""An extract that cannot reach its files is tried again, later and later; what it finds in them is no reason to."""

import dagster as dg
import pytest

from cdp_platform.assets import extracts
from cdp_platform.environment import load_settings
from cdp_platform.warehouse import open_warehouse


def test_what_cannot_be_reached_is_tried_again(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def unreachable_twice(*_: object, **__: object) -> list[object]:
        tries.append(len(tries))
        if len(tries) < 3:
            raise OSError("the share is not mounted")
        return []

    patient = dg.RetryPolicy(max_retries=extracts.RETRIES.max_retries, delay=0.01, backoff=extracts.RETRIES.backoff)
    monkeypatch.setattr(extracts, "RETRIES", patient)
    monkeypatch.setattr(extracts, "land_source", unreachable_twice)
    settings = load_settings({"CDP_HOME": str(tmp_path)})
    stripe = next(extract for extract in extracts.build_extracts(settings) if extract.op.name == "extract_stripe")
    warehouse = open_warehouse(settings)
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize([stripe], instance=instance, resources={"warehouse": warehouse}, raise_on_error=False)
    again = [event for event in done.all_events if event.event_type is dg.DagsterEventType.STEP_UP_FOR_RETRY]
    assert (len(tries), len(again)) == (3, 2)


def test_each_wait_is_longer_than_the_last() -> None:
    assert extracts.RETRIES.max_retries == 3
    assert extracts.RETRIES.backoff is dg.Backoff.EXPONENTIAL
