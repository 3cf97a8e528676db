"""What the synthetic company really is, as files that only tests, `cdp score` and `make drill` may read.

Files (parquet, in the truth folder):
- `record_entity`: source_system, source_object, source_id, record_type, entity_id: every party record delivered so
  far
- `entity`: entity_id, type (organization|person), name, country; of a company parent_entity_id, parent_since,
  renamed_at and name_after; of a person employer_entity_id, household_id (null after a move: nobody moves together),
  birth_date
- `monthly_total`: month (first day), measure (booked|billed|recognized|mrr), currency_code (an ISO code, or
  `reporting`: US dollars at the rate of the row's month, each row rounded), amount_cents, row_count. Billed: standing
  invoice lines less credit memos, and Stripe invoices. MRR: subscriptions of the product and of
  Stripe (at the rate of their first month) that run on the month's last day, or the last day known
- `active_lives`: as_of (date), entity_id (of the company; null: total), active_lives: distinct employees with a leave
  event on that day or the 89 before (days in UTC)
- `churn`: entity_id, churned_on (last day of the contract), mrr_cents lost, returned_on (where the company came back)
- `planted_fault`: name, source, stream, detail and `world.json`: parameters, and the days delivered. Not here: the
  figures (`figures`, `retention`), making the truth (`world`).
"""

from pathlib import Path

import numpy as np
import polars as pl

from cdp_platform.simulator import figures, retention
from cdp_platform.simulator.addresses import country_code
from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.columns import constant, table
from cdp_platform.simulator.companies import company_ids
from cdp_platform.simulator.delivery import Handed
from cdp_platform.simulator.formats import write
from cdp_platform.simulator.people import person_ids
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.timeline import NEVER, dates, moments, month_start
from cdp_platform.simulator.world import World
from cdp_platform.sources.contract import Stream

FAULT = {"name": pl.String, "source": pl.String, "stream": pl.String, "detail": pl.String}


class TruthBook:
    """Collects the truth about everything delivered until the second `until`, and writes it down."""

    def __init__(self, world: World, until: int) -> None:
        self.world, self.until = world, until
        self.records: list[pl.DataFrame] = []
        self.held = figures.Held({})

    def add(self, source: str, stream: Stream, rows: Rows, handed: Handed, current: pl.DataFrame) -> None:
        """Take note of a stream: who its records are, and what its current rows add up to."""
        if rows.entity is not None and rows.record_type is not None:
            delivered = np.unique(handed.row[: int(np.searchsorted(handed.at, self.until))])
            columns = {
                "source_id": rows.frame[stream.key[0]],
                "record_type": rows.record_type,
                "entity_id": rows.entity,
            }
            found = pl.DataFrame(columns)[delivered].unique("source_id", keep="first", maintain_order=True)
            names = pl.lit(source).alias("source_system"), pl.lit(stream.object).alias("source_object")
            self.records.append(found.select(*names, "source_id", "record_type", "entity_id"))
        self.held.keep(source, stream.table, current)

    def write(self, folder: Path) -> tuple[int, int]:
        """Write every file but `planted_fault`; returns the numbers of party records and of entities."""
        records = pl.concat(self.records)
        first = month_start(self.world.timeline.first_month)
        rates = self.world.rates
        money = figures.monthly_totals(self.held, rates)
        present = records["entity_id"].unique().sort()
        tables = {
            "record_entity": records,
            "entity": self._entities(present),
            "monthly_total": pl.concat([money, retention.recurring_revenue(self.held, rates, first, self.until)]),
            "active_lives": retention.active_lives(self.held, records, first, self.until),
            "churn": retention.churn(self.world, self.until),
        }
        for name, rows in tables.items():
            write(rows, folder / f"{name}.parquet")
        return len(records), len(present)

    def _entities(self, present: pl.Series) -> pl.DataFrame:
        number = present.str.slice(1).cast(pl.Int64).to_numpy()
        human = present.str.starts_with("P").to_numpy()
        firms, people = number[~human], number[human]
        return pl.concat([self._companies(firms), self._people(people)], how="diagonal")

    def _companies(self, who: Ints) -> pl.DataFrame:
        firms = self.world.companies
        since, renamed = firms.parent_since[who], firms.renamed_at[who]
        own = since < self.until
        return table(
            company_ids(who).alias("entity_id"),
            constant("organization", len(who)).alias("type"),
            gather(firms.text["name"], who).alias("name"),
            country_code(firms.country[who]).alias("country"),
            company_ids(np.where(own, firms.parent[who], -1)).alias("parent_entity_id"),
            moments(np.where(own, since, 0), ~own).alias("parent_since"),
            moments(np.where(renamed < NEVER, renamed, 0), renamed >= self.until).alias("renamed_at"),
            gather(firms.text["name_after"], who).alias("name_after"),
        )

    def _people(self, who: Ints) -> pl.DataFrame:
        people = self.world.people
        employer = people.employed_by(who, np.full(len(who), self.until))
        return table(
            person_ids(who).alias("entity_id"),
            constant("person", len(who)).alias("type"),
            (gather(people.text["given"], who) + " " + gather(people.text["family"], who)).alias("name"),
            country_code(people.country[who]).alias("country"),
            company_ids(employer).alias("employer_entity_id"),
            where(people.moved_at[who] < self.until, None, person_ids(people.household[who])).alias("household_id"),
            dates(people.birth[who]).alias("birth_date"),
        )


def planted(folder: Path) -> pl.DataFrame:
    """The faults planted so far."""
    file = folder / "planted_fault.parquet"
    return pl.read_parquet(file) if file.exists() else pl.DataFrame(schema=FAULT)


def record_faults(folder: Path, found: pl.DataFrame) -> None:
    """Write down the faults planted so far."""
    write(found, folder / "planted_fault.parquet")
