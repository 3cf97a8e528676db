"""The customer master as the last run wrote it, asked for single records and customers.

Here: what people call a record or a customer, and the rows about it. Not here: what follows from them (`explanation`,
`separation`, `review`).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl

from cdp_platform.environment import Settings
from cdp_platform.identity.exceptions import statuses
from cdp_platform.identity.schema import IDENTIFYING
from cdp_platform.serving.reader import attached
from cdp_platform.serving.steps import Row
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.duckdb import Connection, scalar

RECORDS = "customer_master.int_customer__record"
FACT = "gold.fact_revenue"
_MOST_NAMED = 5


class NothingToExplain(LookupError):
    """There is no such record or customer, or none at all; the message says how to name one."""


@dataclass(frozen=True)
class Master:
    """The identity tables of a warehouse that cannot be written through it."""

    connection: Connection

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """The rows of a query; tables are those of the warehouse."""
        found = pl.from_arrow(self.connection.sql(sql, params=list(parameters)).to_arrow_table())
        assert isinstance(found, pl.DataFrame)
        return found

    def has(self, relation: str) -> bool:
        """Whether there is such a table, `schema.table`."""
        tables = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'warehouse'"
        return bool(scalar(self.connection, f"SELECT count(*) FROM ({tables}) AS t(name) WHERE name = ?", [relation]))

    def record(self, name: str) -> Row:
        """The crosswalk's row of `<source>:<object>:<id>`, or of `<source>:<id>` if that is one record.

        Raises NothingToExplain.
        """
        system, _, source_id = name.partition(":")
        for where, values in (
            ("source_record_id = ?", [name]),
            ("source_system = ? AND source_id = ?", [system, source_id]),
        ):
            found = self._crosswalk(where, values).to_dicts()
            if len(found) > 1:
                named = ", ".join(row["source_record_id"] for row in found[:_MOST_NAMED])
                raise NothingToExplain(
                    f"'{name}' may be any of {len(found)} records: {named}; name one of them in full"
                )
            if found:
                return found[0]
        owner = self.frame(
            "SELECT customer_id FROM customer_master.customer_id_ledger WHERE source_record_id = ?", [name]
        )
        if not owner.is_empty():
            raise NothingToExplain(f"{name} is gone from its source; it last belonged to {owner.item()}")
        raise NothingToExplain(
            f"there is no record '{name}'; write <source>:<object>:<id> as `cdp trace` does, e.g. {self._example()}"
        )

    def customer(self, customer_id: str) -> pl.DataFrame:
        """The crosswalk's rows of a customer, or of the one that stands for a retired id; none where unknown."""
        alias = "SELECT customer_id FROM customer_master.customer_id_alias WHERE retired_customer_id = ?"
        standing = self.frame(alias, [customer_id])
        return self._crosswalk("customer_id = ?", [customer_id if standing.is_empty() else standing.item()])

    def edges(self, records: Collection[str]) -> pl.DataFrame:
        """The match edges that touch any of the records."""
        touching = "list_contains($1, record_a) OR list_contains($1, record_b)"
        return self.frame(f"SELECT * FROM customer_master.match_edge WHERE {touching} ORDER BY ALL", [list(records)])

    def values(self, records: Collection[str]) -> pl.DataFrame:
        """What the records say, in the order of their ids."""
        some = f"SELECT * FROM {RECORDS} WHERE list_contains($1, source_record_id) ORDER BY source_record_id"
        return self.frame(some, [list(records)])

    def records(self) -> pl.DataFrame:
        """Every record of the last run: `IDENTIFYING` columns and `customer_id`."""
        return self.frame(f"SELECT {', '.join(IDENTIFYING)}, customer_id FROM customer_master.customer_crosswalk")

    def billed(self, by: str) -> pl.DataFrame:
        """All that was ever billed, in the reporting currency: the column `by` of the fact, and `revenue`.

        Without rows where gold is not built.
        """
        if not self.has(FACT):
            return pl.DataFrame(schema={by: pl.String, "revenue": pl.Decimal(38, 2)})
        return self.frame(
            f"SELECT {by}, CAST(sum(reporting_amount) AS DECIMAL(38, 2)) AS revenue FROM {FACT} "
            f"WHERE revenue_type = 'billed' AND {by} IS NOT NULL GROUP BY 1"
        )

    def decisions(self) -> pl.DataFrame:
        """People's exceptions as the last run applied them; see `statuses`."""
        exceptions = self.frame("SELECT * FROM customer_master.customer_match_exceptions")
        return statuses(
            exceptions, self.records(), as_of=scalar(self.connection, "SELECT max(as_of) FROM ops.model_run")
        )

    def _crosswalk(self, where: str, values: Sequence[Any]) -> pl.DataFrame:
        return self.frame(
            f"SELECT * FROM customer_master.customer_crosswalk WHERE {where} ORDER BY source_record_id", values
        )

    def _example(self) -> str:
        return str(scalar(self.connection, "SELECT min(source_record_id) FROM customer_master.customer_crosswalk"))


@contextmanager
def reading(settings: Settings, purpose: str, *, say: Any = None) -> Iterator[Master]:
    """The home's customer master, under the writers' lock.

    Raises NothingToExplain, WarehouseBusy, OnlyOnDuckDB.
    """
    warehouse = open_warehouse(settings)
    if not warehouse.file.exists():
        raise NothingToExplain(
            f"nothing has been refreshed in {settings.home} yet; run `cdp demo` or `cdp refresh` first"
        )
    with warehouse.lock(purpose, say=say), attached(warehouse.file, "warehouse") as connection:
        connection.execute("USE warehouse")
        master = Master(connection)
        if not (master.has(RECORDS) and master.has("customer_master.customer_crosswalk")):
            raise NothingToExplain("customers were never resolved in this home; run `cdp refresh` first")
        yield master
