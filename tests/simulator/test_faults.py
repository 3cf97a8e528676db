from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest

from cdp_platform.simulator import FAULTS, add_days
from cdp_platform.simulator.delivery import Window, days_after, history
from cdp_platform.simulator.faults import plant
from tests.simulator.conftest import END, LATER, SEED, Zone, copied, hashes, read

Plant = Callable[[str], Zone]


@pytest.fixture(params=["history", "day"])
def moment(
    request: pytest.FixtureRequest, zone: Zone, later_zone: Zone, tmp_path: Path
) -> tuple[Zone, Sequence[Window]]:
    """A zone to change and what its last run delivered: a whole history, or two days."""
    if request.param == "history":
        return copied(zone, tmp_path), history(END)
    return copied(later_zone, tmp_path), days_after(END, LATER)


@pytest.fixture
def plant_fault(moment: tuple[Zone, Sequence[Window]]) -> Plant:
    """Plants a fault and returns the zone."""
    zone, windows = moment

    def act(name: str) -> Zone:
        plant(zone.landing, zone.truth, [name], windows, SEED)
        row = zone.true("planted_fault").row(0, named=True)
        assert (row["name"], row["source"], row["stream"]) == (name, FAULTS[name].source, FAULTS[name].stream)
        assert row["detail"]
        return zone

    return act


def newest(zone: Zone, source: str, stream: str) -> Path:
    last = LATER if any(file.name.startswith(f"{LATER}") for file in zone.landing.rglob("*")) else END
    return next(file for file in zone.files(source, stream) if file.name.startswith(f"{last}."))


def test_every_fault_says_what_is_wrong_and_who_should_notice() -> None:
    assert len(FAULTS) >= 12
    for name, fault in FAULTS.items():
        assert fault.plant.__name__ == name
        assert fault.description.endswith(".")
        assert fault.noticed_by


def test_stale_source_brings_nothing_more(moment: tuple[Zone, Sequence[Window]], plant_fault: Plant) -> None:
    before = hashes(moment[0].landing)
    zone = plant_fault("stale_source")
    gone = before.keys() - hashes(zone.landing).keys()
    assert gone
    assert all(name.startswith("salesforce/") for name in gone)
    assert not list((zone.landing / "salesforce" / "_control").glob("*"))


def test_duplicate_batch_repeats_rows_under_another_name(plant_fault: Plant) -> None:
    zone = plant_fault("duplicate_batch")
    again = next(file for file in zone.files("platform", "leave_events") if "-again" in file.name)
    original = newest(zone, "platform", "leave_events")
    assert again.read_bytes() != original.read_bytes()
    assert read(again).sort("id").equals(read(original).sort("id"))


def test_dropped_column_is_missing(plant_fault: Plant) -> None:
    assert "total" not in read(newest(plant_fault("dropped_column"), "netsuite", "invoice")).columns


def test_retyped_column_is_text(plant_fault: Plant) -> None:
    amounts = read(newest(plant_fault("retyped_column"), "salesforce", "Opportunity"))["Amount"]
    assert amounts.str.starts_with("EUR ").all()


def test_new_column_is_there(plant_fault: Plant) -> None:
    assert "support_plan" in read(newest(plant_fault("new_column"), "platform", "organizations")).columns


def test_unit_change_multiplies_the_newest_amounts(plant_fault: Plant, zone: Zone) -> None:
    file = newest(plant_fault("unit_change"), "netsuite", "revenueplan")
    plans = read(file).filter(pl.col("amount") > 0)
    lines = (
        zone.rows("netsuite", "invoiceitem").select("id", pl.col("amount").cast(pl.Float64).alias("line")).unique("id")
    )
    beside = plans.join(lines, left_on="invoiceItem", right_on="id")
    assert (beside["amount"] > beside["line"]).all()


def test_shifted_time_zone_puts_events_after_their_writing(plant_fault: Plant) -> None:
    rows = read(newest(plant_fault("shifted_time_zone"), "platform", "leave_events"))
    assert (rows["occurred_at"] > rows["updated_at"]).any()


def test_truncated_file_cannot_be_read(plant_fault: Plant) -> None:
    with pytest.raises((pl.exceptions.ComputeError, OSError)):
        read(newest(plant_fault("truncated_file"), "netsuite", "customer"))


def test_orphan_invoice_bills_a_stranger_and_its_total_is_reported(plant_fault: Plant) -> None:
    zone = plant_fault("orphan_invoice")
    heads = read(newest(zone, "netsuite", "invoice")).filter(pl.col("entity") == "99999999")
    assert heads["total"].to_list() == [1000.0]
    lines = read(newest(zone, "netsuite", "invoiceitem")).filter(pl.col("invoice") == heads["id"][0])
    assert lines["amount"].to_list() == [1000.0]
    assert "99999999" not in zone.rows("netsuite", "customer")["id"].to_list()


def test_wrong_total_is_off_by_a_known_sum(moment: tuple[Zone, Sequence[Window]], plant_fault: Plant) -> None:
    def total() -> float:
        table = pl.read_csv(moment[0].landing / "netsuite" / "_control" / "invoice.csv")
        return float(table["value"].sum())

    before = total()
    plant_fault("wrong_total")
    assert total() - before == pytest.approx(1234.56)


def test_missing_keys_are_more_than_one_in_a_hundred(plant_fault: Plant) -> None:
    ids = read(newest(plant_fault("missing_keys"), "salesforce", "Contact"))["Id"]
    assert ids.null_count() > len(ids) / 100


def test_volume_drop_leaves_hardly_a_row(plant_fault: Plant) -> None:
    zone = plant_fault("volume_drop")
    assert len(read(newest(zone, "platform", "leave_events"))) == 1


def test_future_dates_lie_ahead(plant_fault: Plant) -> None:
    ahead = read(newest(plant_fault("future_dates"), "platform", "users"))["updated_at"].max()
    assert str(ahead) > "2027-01-01"


def test_negative_score_is_below_zero(plant_fault: Plant) -> None:
    assert read(newest(plant_fault("negative_score"), "platform", "health_scores"))["score"].min() == -5


def test_duplicate_customers_are_known_to_the_truth(plant_fault: Plant, zone: Zone) -> None:
    before = zone.true("record_entity")
    after = plant_fault("duplicate_customers").true("record_entity")
    added = after.filter(pl.col("source_id").str.starts_with("910"), pl.col("source_system") == "netsuite")
    assert len(after) - len(before) >= len(added) > 20
    assert added["entity_id"].is_in(before["entity_id"].implode()).all()


def test_swapped_encoding_is_not_utf8(plant_fault: Plant) -> None:
    with pytest.raises(UnicodeDecodeError):
        newest(plant_fault("swapped_encoding"), "platform", "users").read_bytes().decode("utf-8")


def test_a_fault_of_a_day_is_added_to_the_known_ones(own_zone: Zone) -> None:
    plant(own_zone.landing, own_zone.truth, ["wrong_total"], history(END), SEED)
    add_days(own_zone.landing, own_zone.truth, days=1, faults=["new_column"])
    assert own_zone.true("planted_fault")["name"].to_list() == ["wrong_total", "new_column"]
