"""Landing zones that say the same in another way, and news that a simulated day may not bring by itself."""

import gzip
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from cdp_platform.landing.files import files_of
from cdp_platform.sources import SOURCES
from cdp_platform.sources.contract import Deletes
from cdp_platform.warehouse.duckdb import Connection

LATE_BY = timedelta(days=100)
EVIDENCE = ("Website", "Billing_Email__c", "Tax_Id__c")
IDENTIFYING = ("Name", "Website", "Phone", "Tax_Id__c", "Billing_Email__c", "BillingStreet", "BillingCity",
               "BillingState", "BillingPostalCode", "BillingCountry", "Industry")  # fmt: skip


def deliver_otherwise(landing: Path, to: Path, *, seed: int) -> None:
    """The same rows as in `landing`: shuffled, and in other files with other names.

    A stream whose deletes are absences keeps its files, each a snapshot, and their order: only their rows are shuffled.
    """
    chance = random.Random(seed)
    for source in SOURCES:
        for control in (landing / source.name / "_control").glob("*.csv"):
            target = to / source.name / "_control" / control.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(control.read_bytes())
        for stream in source.streams:
            files = [file.path for file in files_of(landing, source, stream)]
            whole = [_Rows([file]) for file in files] if stream.deletes is Deletes.ABSENCE else [_Rows(files)]
            folder = to / source.name / stream.name
            folder.mkdir(parents=True)
            for number, rows in enumerate(rows for rows in whole if rows.count):
                rows.shuffle(chance)
                pieces = 1 if stream.deletes is Deletes.ABSENCE else chance.choice([1, 2, 4])
                for piece in range(pieces):
                    rows.write(folder / f"export-{number}-{chance.randrange(10**6):06}{rows.suffix}", piece, pieces)


class _Rows:
    """The rows of files of one format, untouched: lines of text, or a frame."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.suffix = "".join(files[0].suffixes) if files else ""
        self.header = ""
        self.frame = pl.DataFrame()
        self.lines: list[str] = []
        if self.suffix == ".parquet":
            self.frame = pl.concat([pl.read_parquet(file) for file in files])
        for file in files if self.suffix != ".parquet" else ():
            text = gzip.decompress(file.read_bytes()) if self.suffix.endswith(".gz") else file.read_bytes()
            lines = list(_records(text.decode()))
            if self.suffix == ".csv":
                self.header = lines.pop(0)
            self.lines += lines

    @property
    def count(self) -> int:
        return self.frame.height or len(self.lines)

    def shuffle(self, chance: random.Random) -> None:
        chance.shuffle(self.lines)
        if not self.frame.is_empty():
            self.frame = self.frame.sample(fraction=1, shuffle=True, seed=chance.randrange(2**31))

    def write(self, path: Path, piece: int, pieces: int) -> None:
        if self.suffix == ".parquet":
            self.frame[piece::pieces].write_parquet(path)
            return
        content = (self.header + "".join(self.lines[piece::pieces])).encode()
        path.write_bytes(gzip.compress(content) if self.suffix.endswith(".gz") else content)


def _records(text: str) -> Iterator[str]:
    """Lines, where a quoted line break does not end one; each with its end."""
    record = ""
    for line in text.splitlines(keepends=True):
        record += line
        if record.count('"') % 2 == 0:
            yield record if record.endswith("\n") else record + "\n"
            record = ""


@dataclass(frozen=True)
class News:
    """Source record ids: an account that turns out to be one that we know, a late sale, a contact that is deleted."""

    merged: str
    late: str
    deleted: str


def plant_news(landing: Path, day: date, connection: Connection) -> News:
    """Deliver a merge, a late row and a deletion on `day`, in files of their own; `connection`: the warehouse."""
    salesforce, evening = landing / "salesforce", pl.lit(datetime(day.year, day.month, day.day, 20, tzinfo=UTC))
    accounts, contacts = _current(salesforce / "Account"), _current(salesforce / "Contact")
    alone = connection.execute(
        "SELECT source_id FROM customer_master.customer_crosswalk WHERE source_object = 'account' AND customer_id IN "
        "(SELECT customer_id FROM customer_master.customer_crosswalk GROUP BY ALL HAVING count(*) = 1)"
    ).fetchall()
    is_alone = pl.col("Id").is_in([name for (name,) in alone])
    known = accounts.filter(~is_alone & pl.all_horizontal(pl.col(EVIDENCE).is_not_null()))[0]
    merged = accounts.filter(is_alone)[0].with_columns(known[name] for name in IDENTIFYING)
    sales = _current(salesforce / "OpportunityLineItem").join(
        _current(salesforce / "Opportunity").filter(
            (pl.col("StageName") == "Closed Won") & (pl.col("CloseDate") < day - LATE_BY)
        ),
        left_on="OpportunityId", right_on="Id", how="semi",
    )  # fmt: skip
    late = sales[0].with_columns(Id=pl.lit("00kLATE") + pl.col("Id").str.tail(11))
    deleted = contacts[0].with_columns(IsDeleted=pl.lit(True), SystemModstamp=evening)
    merged = merged.with_columns(SystemModstamp=evening)
    for stream, rows in {"Account": merged, "OpportunityLineItem": late, "Contact": deleted}.items():
        rows.write_parquet(salesforce / stream / f"{day}-news.parquet")
    return News(
        f"salesforce:account:{merged['Id'][0]}",
        f"salesforce:opportunity_line_item:{late['Id'][0]}",
        f"salesforce:contact:{deleted['Id'][0]}",
    )


def forget_last_employee(landing: Path, day: date) -> str:
    """Take the last row out of a day's snapshot of our own staff; returns its source record id."""
    file = landing / "bamboohr" / "employees" / f"{day}.csv"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]))
    return f"bamboohr:employee:{lines[-1].split(',')[0]}"


def _current(folder: Path) -> pl.DataFrame:
    rows = pl.concat([pl.read_parquet(file) for file in sorted(folder.glob("*.parquet"))])
    newest = rows.sort("Id", "SystemModstamp").unique("Id", keep="last", maintain_order=True)
    return newest.filter(~pl.col("IsDeleted")).sort("Id")
