"""`cdp simulate`: which company, which files, and what does not go together."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cdp_platform.environment import Settings
from cdp_platform.simulator import FAULTS, Locales
from cdp_platform.simulator.addresses import CODES
from cdp_platform.simulator.parameters import Parameters
from tests.cli.conftest import Said

TINY = ("--scale", "0.0005")
END = "2026-11-19"


def countries(settings: Settings) -> set[str]:
    return set(pl.read_parquet(settings.truth / "entity.parquet")["country"])


def test_the_locale_mix_is_a_parameter_and_days_keep_it(cdp: Callable[..., Said], settings: Settings) -> None:
    said = cdp("simulate", *TINY, "--end", END, "--locales", "IT=3,FR=1")
    assert (said.code, said.out) == (0, "")
    assert said.err.endswith(f"delivered to {settings.landing}; next: cdp refresh\n")
    assert countries(settings) == {"FR", "IT"}

    assert cdp("simulate", "--days", "2").code == 0
    known = Parameters.load(settings.truth)
    assert known is not None
    assert (known.locales, known.end) == ({"FR": 1, "IT": 3}, date(2026, 11, 21))
    assert countries(settings) == {"FR", "IT"}

    other = cdp("simulate", *TINY, "--end", "2026-11-21", "--locales", "IT=1,FR=3")
    assert other.code == 2
    assert "another world (seed 7, scale 0.0005, noise 1, locales FR=1,IT=3)" in other.err


@pytest.mark.parametrize("command", ["simulate", "demo"])
@pytest.mark.parametrize(
    "text", ["XX=1", "US=abc", "", "US", "US=0.5,", "US=0.5,US=0.5", "US=-1,DE=2", "US=0", "US=nan", "US=inf"]
)
def test_a_mix_that_is_none_is_wrong_use(cdp: Callable[..., Said], settings: Settings, command: str, text: str) -> None:
    said = cdp(command, "--locales", text)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith("Error: Invalid value for '--locales': ")
    assert said.err.endswith(f"known: {', '.join(CODES)}\n")
    assert not settings.home.exists()


def test_a_mix_is_said_as_it_is_read() -> None:
    assert str(Locales.read(" US=0.60, DE=0.4")) == "US=0.6,DE=0.4"


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_records_are_one_file_and_the_truth_beside_it(cdp: Callable[..., Said], tmp_path: Path, suffix: str) -> None:
    records, truth = tmp_path / f"people.{suffix}", tmp_path / f"people_truth.{suffix}"
    said = cdp("simulate", "--records", str(records), *TINY, "--locales", "DE=1")
    assert (said.code, said.out) == (0, "")
    read = pl.read_csv if suffix == "csv" else pl.read_parquet
    count = len(read(records))
    assert len(read(truth)) == count > 0
    assert said.err == f"{count:,} records in {records}, the truth in {truth}\n"


@pytest.mark.parametrize(
    ("unfit", "named"),
    [
        (("--end", END), "--end"),
        (("--days", "1"), "--days"),
        (("--fault", "new_column"), "--fault"),
        (("--end", END, "--fault", "new_column"), "--end, --fault"),
    ],
)
def test_records_have_no_days(cdp: Callable[..., Said], tmp_path: Path, unfit: tuple[str, ...], named: str) -> None:
    said = cdp("simulate", "--records", str(tmp_path / "people.csv"), *unfit)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith(f"Error: --records writes one file that has no days: leave out {named}\n")
    assert list(tmp_path.iterdir()) == []


def test_the_faults_are_listed_in_every_format(cdp: Callable[..., Said]) -> None:
    listed = [{"fault": name, "noticed_by": fault.noticed_by} for name, fault in FAULTS.items()]
    as_json, as_csv, as_table = (cdp("simulate", "--fault", "list", "--format", f) for f in ("json", "csv", "table"))
    assert json.loads(as_json.out) == listed
    assert list(csv.DictReader(as_csv.out.splitlines())) == listed
    assert [line.split()[0] for line in as_table.out.splitlines()[1:]] == list(FAULTS)
