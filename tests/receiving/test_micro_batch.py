"""From a signed request to gold: the landing sensor sees the receiver's file, one refresh brings it to readers."""

from datetime import UTC, datetime
from pathlib import Path

from cdp_platform.automation.landed import MICRO_BATCH, arrivals
from cdp_platform.cli.refreshing import refresh_home
from cdp_platform.environment import load_settings
from cdp_platform.receiving.receiver import ROUND_SECONDS
from cdp_platform.serving.reader import open_published
from tests.receiving.process import receiving
from tests.receiving.sender import Sender, customer, event, invoice


def test_what_was_received_is_in_gold_after_one_refresh_whatever_came_first(tmp_path: Path) -> None:
    settings = load_settings({"CDP_HOME": str(tmp_path / "home")})
    made = int(datetime.now(UTC).timestamp()) - 3600
    paid, gone = invoice("in_1", status="paid", created=made), invoice("in_2", created=made)
    with receiving(settings) as receiver:
        sender = Sender(receiver.port)
        for number, (kind, item, created) in enumerate(
            (
                ("invoice.paid", paid, made + 60),
                ("invoice.created", invoice("in_1", status="draft", total=1, created=made), made),
                ("invoice.deleted", gone, made + 70),
                ("invoice.updated", gone, made + 50),
                ("customer.created", customer("cus_1", created=made), made),
            )
        ):
            assert sender.send(event(f"evt_{number}", kind, item, created)) == (200, "kept")
        assert receiver.end() == 0
    [arrival] = arrivals(settings)
    assert [key.path[-1] for key in arrival.assets] == ["stripe__customers", "stripe__invoices"]
    done = refresh_home(settings)
    assert [outcome.failures for outcome in done.outcomes if not outcome.success] == []
    with open_published(settings) as connection:
        billed = connection.execute("SELECT source_record_id, amount, currency_code FROM fact_revenue").fetchall()
        known = connection.execute("SELECT source_id FROM customer_crosswalk").fetchall()
    assert ([(id, float(amount), code) for id, amount, code in billed], known) == (
        [("stripe:invoice:in_1", 1200.0, "USD")],
        [("cus_1",)],
    )
    assert arrivals(settings) == []


def test_a_round_is_short_beside_what_a_micro_batch_may_wait() -> None:
    assert MICRO_BATCH.total_seconds() >= ROUND_SECONDS * 10
