"""A line-stopping rule of the customer master: a query of the keys that break it.

Here: its shape and its answer. Not here: the rules (`uniqueness`, `identity_tables`, `relations`).
"""

from dataclasses import dataclass

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.warehouse.duckdb import Connection

WITHHELD = "publish is withheld;"


@dataclass(frozen=True)
class MasterRule:
    """A line-stopping rule of the customer master: `offenders` is a query of the keys that break it."""

    table: str
    name: str
    why: str
    action: str
    noun: str
    offenders: str
    reads: tuple[str, ...] = ()

    @property
    def check(self) -> dg.AssetCheckSpec:
        """The rule as a check."""
        asset, *reads = [dg.AssetKey(["customer_master", table]) for table in (self.table, *self.reads)]
        return spec(asset, self.name, why=self.why, action=f"{WITHHELD} {self.action}", blocking=True, reads=reads)


def master_result(connection: Connection, rule: MasterRule) -> dg.AssetCheckResult:
    """Whether no row breaks the rule."""
    rows = connection.execute(f"SELECT offender FROM ({rule.offenders}) AS found(offender) ORDER BY 1").fetchall()
    found = [str(key) for (key,) in rows]
    headline = f"{len(found):,} {rule.noun}"
    return verdict(rule.check, headline, passed=not found, expected=0, actual=len(found), offenders=found)
