"""A line-stopping rule of the customer master: a query of the keys that break it.

Here: its shape and its answer. Not here: the rules (`uniqueness`, `identity_tables`, `relations`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.warehouse.connection import Connection

WITHHELD = "publish is withheld;"


@dataclass(frozen=True)
class MasterRule:
    """A line-stopping rule of the customer master: `offenders` is a query of the keys that break it.

    With `is_slip` the query may show more columns, and a row of which it is true breaks nothing.
    """

    table: str
    name: str
    why: str
    action: str
    noun: str
    offenders: str
    reads: tuple[str, ...] = ()
    is_slip: Callable[[tuple[Any, ...]], bool] | None = None

    @property
    def check(self) -> dg.AssetCheckSpec:
        """The rule as a check."""
        asset, *reads = [dg.AssetKey(["customer_master", table]) for table in (self.table, *self.reads)]
        return spec(asset, self.name, why=self.why, action=f"{WITHHELD} {self.action}", blocking=True, reads=reads)


def master_result(connection: Connection, rule: MasterRule) -> dg.AssetCheckResult:
    """Whether no row breaks the rule."""
    rows = connection.execute(f"SELECT * FROM ({rule.offenders}) AS found ORDER BY 1").fetchall()
    if rule.is_slip is not None:
        rows = sorted({(row[0],) for row in rows if not rule.is_slip(row)})
    found = [str(key) for (key, *_) in rows]
    headline = f"{len(found):,} {rule.noun}"
    return verdict(rule.check, headline, passed=not found, expected=0, actual=len(found), offenders=found)
