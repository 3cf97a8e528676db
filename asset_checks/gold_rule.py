"""How gold is held against raw: two queries of the same figures, equal period by period.

Here: what a rule is, and comparing its two sides. Not here: the rules (`reconciliation`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg
import yaml

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.manifest import DBT_PROJECT
from cdp_platform.landing.current import fate_sql
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse.connection import Connection

ACTION = "publish is withheld; the period and currency named here say where to look, `cdp trace` shows the rows."


@dataclass(frozen=True)
class GoldRule:
    """Gold against raw: two queries of (period, currency code, amount), equal row by row.

    `{source__stream}` in `expected` stands for the stream's current raw rows; `streams` names those it uses. In both,
    `{zone}` is the time zone in which a business day begins, and `{today}` the run's business day. `reads` names the
    tables of customer_master it looks at.
    """

    asset: str
    name: str
    why: str
    streams: tuple[str, ...]
    expected: str
    actual: str
    reads: tuple[str, ...] = ()

    @property
    def check(self) -> dg.AssetCheckSpec:
        """The rule as a check: line-stopping."""
        reads = [dg.AssetKey(["customer_master", table]) for table in self.reads]
        asset = dg.AssetKey(["gold", self.asset])
        return spec(asset, self.name, why=self.why, action=ACTION, blocking=True, reads=reads)


def gold_result(connection: Connection, rule: GoldRule) -> dg.AssetCheckResult:
    """Compare the two sides of a rule, period by period."""
    words = _words(rule)
    rows = connection.execute(
        f"""
        WITH e(period, code, amount) AS ({rule.expected.format_map(words)}),
             a(period, code, amount) AS ({rule.actual.format_map(words)})
        SELECT coalesce(e.period, a.period), coalesce(e.code, a.code), coalesce(e.amount, 0), coalesce(a.amount, 0)
        FROM e FULL JOIN a ON a.period = e.period AND a.code = e.code ORDER BY 1, 2"""
    ).fetchall()
    wrong = [row for row in rows if row[2] != row[3]]
    named = ", ".join(f"{period:%Y-%m-%d} {code}: {actual - expected}" for period, code, expected, actual in wrong[:5])
    headline = f"{len(wrong)} of {len(rows)} periods differ: {named}" if wrong else f"{len(rows)} periods agree"
    return verdict(
        rule.check,
        headline,
        passed=not wrong,
        expected=float(sum(row[2] for row in rows)),
        actual=float(sum(row[3] for row in rows)),
        more={"periods": len(rows), "periods_off": len(wrong)},
    )


def _words(rule: GoldRule) -> Mapping[str, str]:
    """What the names in braces stand for."""
    zone = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]["business_time_zone"]
    current = {
        source.raw_table(stream): f"(SELECT * FROM ({fate_sql(source, stream, mark_table='ops.model_mark')}) "
        "WHERE fate = 'current')"
        for source in SOURCES
        for stream in source.streams
        if source.raw_table(stream) in rule.streams
    }
    today = f"(SELECT CAST(timezone('{zone}', as_of) AS DATE) FROM ops.model_run)"
    return current | {"zone": zone, "today": today}
