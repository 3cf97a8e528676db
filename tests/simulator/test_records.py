from pathlib import Path

import polars as pl
import pytest

from cdp_platform.simulator import simulate_records
from cdp_platform.simulator.populations import COLUMNS, POPULATIONS

SCALE = 0.003


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("records")
    simulate_records(folder / "records.parquet", folder / "truth.parquet", scale=SCALE, seed=3)
    return folder / "records.parquet", folder / "truth.parquet"


def test_all_eight_populations_have_their_size(files: tuple[Path, Path]) -> None:
    records = pl.read_parquet(files[0])
    assert records.columns == list(COLUMNS)
    sizes = dict(records.group_by("source_system").len().iter_rows())
    assert {name: size / SCALE for name, size in sizes.items()} == pytest.approx(
        {name: size for name, (size, _) in POPULATIONS.items()}, rel=0.01
    )
    assert sum(size for size, _ in POPULATIONS.values()) == 1_425_000


def test_three_in_ten_are_duplicates_and_the_truth_knows_all(files: tuple[Path, Path]) -> None:
    records, truth = (pl.read_parquet(file) for file in files)
    assert 1 - truth["entity_id"].n_unique() / len(truth) == pytest.approx(0.3, abs=0.001)
    key = ["source_system", "source_id", "record_type"]
    assert records.select(key).equals(truth.select(key))
    assert truth.select(pl.struct("source_system", "source_id").is_unique().all()).item()
    assert truth.select((pl.col("entity_id").str.starts_with("P") == (pl.col("record_type") == "person")).all()).item()


def test_records_are_shuffled(files: tuple[Path, Path]) -> None:
    systems = pl.read_parquet(files[0])["source_system"]
    assert systems.head(200).n_unique() == len(POPULATIONS)


def test_csv_has_the_same_records_and_the_same_bytes_again(files: tuple[Path, Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        count = simulate_records(tmp_path / f"{name}.csv", tmp_path / f"{name}_truth.csv", scale=SCALE, seed=3)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert (tmp_path / "one_truth.csv").read_bytes() == (tmp_path / "two_truth.csv").read_bytes()
    text = pl.read_csv(tmp_path / "one.csv", infer_schema=False)
    assert len(text) == count
    typed = pl.read_parquet(files[0])
    for column in ("source_id", "full_name", "email", "tax_id"):
        assert text[column].equals(typed[column])


def disagreement(folder: Path, noise: float) -> float:
    """Share of persons whose records do not agree on the name, whatever its case."""
    simulate_records(folder / "r.parquet", folder / "t.parquet", scale=SCALE, seed=3, noise=noise, locales={"US": 1})
    both = pl.read_parquet(folder / "r.parquet").with_columns(pl.read_parquet(folder / "t.parquet")["entity_id"])
    named = both.filter(pl.col("record_type") == "person", pl.col("full_name").is_not_null())
    spellings = named.group_by("entity_id").agg(pl.col("full_name").str.to_lowercase().n_unique(), pl.len())
    share = spellings.filter(pl.col("len") > 1).select((pl.col("full_name") > 1).mean()).item()
    assert isinstance(share, float)
    return share


def test_noise_is_what_sets_records_apart(tmp_path: Path) -> None:
    quiet, usual, loud = (disagreement(tmp_path, noise) for noise in (0.0, 1.0, 2.0))
    assert quiet < 0.05 < usual < loud


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.csv or \.parquet"):
        simulate_records(tmp_path / "records.xlsx", tmp_path / "truth.csv", scale=SCALE)
    with pytest.raises(ValueError, match="noise between 0 and 2"):
        simulate_records(tmp_path / "records.csv", tmp_path / "truth.csv", scale=SCALE, noise=9)
