from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from cdp_platform.simulator import add_days, simulate
from cdp_platform.sources import SOURCES
from tests.simulator.conftest import END, SCALE, SEED, Zone, hashes, read


def versions(zone: Zone) -> dict[str, Counter[str]]:
    """Every row delivered per stream, whatever its file; of a stream of snapshots only the last one."""
    found = {}
    for source in SOURCES:
        for stream in source.streams:
            rows = zone.rows(source.name, stream.name)
            if stream.deletes.value == "absence":
                rows = rows.filter(pl.col("file").str.slice(0, 10) == rows["file"].str.slice(0, 10).max())
            structs = pl.selectors.struct().struct.json_encode()
            found[f"{source.name}.{stream.table}"] = Counter(
                rows.drop("file").with_columns(structs).write_ndjson().splitlines()
            )
    return found


def test_same_parameters_give_the_same_bytes(zone: Zone, tmp_path: Path) -> None:
    again = Zone.under(tmp_path)
    simulate(again.landing, again.truth, scale=SCALE, seed=SEED, end=END)
    assert hashes(again.landing) == hashes(zone.landing)
    assert hashes(again.truth) == hashes(zone.truth)


def test_another_seed_gives_another_company(zone: Zone, tmp_path: Path) -> None:
    other = Zone.under(tmp_path)
    simulate(other.landing, other.truth, scale=SCALE, seed=SEED + 1, end=END)
    assert (
        hashes(other.landing)["salesforce/Account/2026-11-05.parquet"]
        != hashes(zone.landing)["salesforce/Account/2026-11-05.parquet"]
    )


def test_running_again_mends_what_was_changed(own_zone: Zone, zone: Zone) -> None:
    victim = own_zone.files("netsuite", "invoice")[0]
    victim.write_bytes(b"")
    simulate(own_zone.landing, own_zone.truth, scale=SCALE, seed=SEED, end=END)
    assert hashes(own_zone.landing) == hashes(zone.landing)
    assert hashes(own_zone.truth) == hashes(zone.truth)


def test_adding_days_delivers_what_a_longer_history_would(own_zone: Zone, tmp_path: Path) -> None:
    add_days(own_zone.landing, own_zone.truth, days=2)
    add_days(own_zone.landing, own_zone.truth, days=3)
    longer = Zone.under(tmp_path / "longer")
    simulate(longer.landing, longer.truth, scale=SCALE, seed=SEED, end=END + timedelta(days=5))
    assert versions(own_zone) == versions(longer)
    for name in ("record_entity", "entity", "monthly_total", "active_lives", "churn"):
        assert own_zone.true(name).equals(longer.true(name))
    controls = "**/_control/*.csv"
    for file in own_zone.landing.glob(controls):
        assert file.read_bytes() == (longer.landing / file.relative_to(own_zone.landing)).read_bytes()


def test_a_later_end_adds_the_days_between(own_zone: Zone, zone: Zone) -> None:
    summary = simulate(own_zone.landing, own_zone.truth, scale=SCALE, seed=SEED, end=END + timedelta(days=2))
    before, after = hashes(zone.landing), hashes(own_zone.landing)
    old = {name: value for name, value in before.items() if "_control" not in name}
    assert {name: after[name] for name in old} == old
    new = {Path(name).name[:10] for name in after.keys() - before.keys()}
    assert new == {"2026-11-20", "2026-11-21"}
    assert summary.end == date(2026, 11, 21)


def test_days_bring_new_changed_deleted_late_and_repeated_rows(own_zone: Zone) -> None:
    seen: set[tuple[str, str]] = set()
    counts: Counter[str] = Counter()
    add_days(own_zone.landing, own_zone.truth, days=20)
    for source in SOURCES:
        for stream in (s for s in source.streams if s.deletes.value != "absence" and source.name != "stripe"):
            rows = own_zone.rows(source.name, stream.name).sort("file", maintain_order=True)
            for key, cursor, file, gone in rows.select(
                stream.key[0], stream.cursor, "file", pl.col(stream.delete_column or stream.key[0]).alias("gone")
            ).iter_rows():
                if file[:10] > END.isoformat():
                    counts["new" if (stream.table, key) not in seen else "changed"] += 1
                    counts["late"] += cursor[:10] < file[:10]
                    counts["deleted"] += stream.delete_column is not None and gone not in (None, "false")
                    counts["repeated"] += (stream.table, f"{key} {cursor}") in seen
                seen |= {(stream.table, key), (stream.table, f"{key} {cursor}")}
    assert all(counts[kind] > 0 for kind in ("new", "changed", "late", "deleted", "repeated")), counts


def test_a_landing_zone_of_others_is_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "landing" / "salesforce" / "Account" / "export.csv"
    own.parent.mkdir(parents=True)
    own.write_text("Id\n1\n")
    with pytest.raises(ValueError, match="choose an empty landing zone"):
        simulate(tmp_path / "landing", tmp_path / "truth", scale=SCALE, end=END)
    assert own.read_text() == "Id\n1\n"
    assert not (tmp_path / "truth").exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"seed": 6}, "another world"),
        ({"scale": 0.005}, "another world"),
        ({"noise": 0.5}, "another world"),
        ({"locales": {"DE": 1.0}}, "another world"),
        ({"end": END - timedelta(days=1)}, "cannot end earlier"),
        ({"end": END + timedelta(days=600)}, "400 days"),
        ({"scale": 0}, "scale must be"),
        ({"noise": 3}, "noise must be"),
        ({"locales": {"XX": 1.0}}, "unknown locale XX"),
        ({"faults": ["earthquake"]}, "unknown fault earthquake"),
    ],
)
def test_what_makes_no_world_is_refused_and_changes_nothing(
    own_zone: Zone, changed: dict[str, object], message: str
) -> None:
    before = hashes(own_zone.landing)
    with pytest.raises(ValueError, match=message):
        simulate(own_zone.landing, own_zone.truth, **({"scale": SCALE, "seed": SEED, "end": END} | changed))  # type: ignore[arg-type]
    assert hashes(own_zone.landing) == before


def test_days_need_a_world(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no simulated world"):
        add_days(tmp_path / "landing", tmp_path / "truth", days=1)


def test_progress_names_every_source(tmp_path: Path) -> None:
    said: list[str] = []
    zone = Zone.under(tmp_path)
    summary = simulate(zone.landing, zone.truth, scale=0.001, end=END, locales={"FR": 1, "IT": 1}, progress=said.append)
    assert [line.split(":")[0] for line in said] == [source.name for source in SOURCES]
    assert summary.rows == sum(len(read(file)) for file in zone.landing.glob("*/[!_]*/*"))
    assert set(zone.true("entity")["country"]) == {"FR", "IT"}
