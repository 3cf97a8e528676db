"""Is anything lost on the way? Delivered = raw + unreadable; raw = its fates; current = the vendor's total; gold = current.

Here: the identity per stream, and one row per rule across systems (`GOLD_RULES`), computed from raw without any model. Not
here: references between tables (dbt tests).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.extracts import raw_key
from cdp_platform.landing.controls import control_differences
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.tables import raw_relation
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.duckdb import Connection, scalar


def staging_key(source: Source, stream: Stream) -> dg.AssetKey:
    """The asset key of a stream's staging model."""
    return dg.AssetKey(["staging", f"stg_{source.name}__{stream.object}"])


def stream_specs(source: Source, stream: Stream) -> list[dg.AssetCheckSpec]:
    """The checks of a raw stream."""
    key = raw_key(source, stream)
    specs = [
        spec(
            key, "accounts_for_every_row", why="A delivered row that is neither in raw nor in quarantine is lost.",
            action="rows were removed by hand: restore the warehouse, or rebuild raw from the landing zone.",
        )
    ]  # fmt: skip
    if stream.controls:
        specs.append(
            spec(
                key, "reconciles_to_control_total", why="The vendor's own monthly totals are the only proof that nothing is missing.",
                action="compare the month named here with the vendor's report; the stream keeps its last good data until it agrees.",
            )
        )  # fmt: skip
    return specs


def stream_results(connection: Connection, source: Source, stream: Stream) -> Iterator[dg.AssetCheckResult]:
    """One result per check of `stream_specs`."""
    specs = {check.name: check for check in stream_specs(source, stream)}
    delivered, raw, unreadable = connection.execute(
        "SELECT coalesce(sum(delivered), 0), coalesce(sum(raw), 0), coalesce(sum(unreadable), 0) FROM ops.landed_file "
        "WHERE source_system = ? AND stream = ?", [source.name, stream.table],
    ).fetchall()[0]  # fmt: skip
    held = int(scalar(connection, f"SELECT count(*) FROM {raw_relation(source, stream)}"))
    listed = int(
        scalar(
            connection, "SELECT count(*) FROM quarantine.rejected_row WHERE source_system = ? AND stream = ? AND rule = 'unreadable'",
            [source.name, stream.table],
        )
    )  # fmt: skip
    fates = Counter(dict(connection.execute(f"SELECT fate, count(*) FROM ({fate_sql(source, stream)}) GROUP BY 1").fetchall()))
    yield verdict(
        specs["accounts_for_every_row"], f"{int(delivered):,} delivered, {held:,} in raw, {listed:,} unreadable",
        passed=(int(delivered), int(raw), int(unreadable)) == (held + listed, held, listed), expected=int(delivered), actual=held + listed,
        more={fate: fates[fate] for fate in ("current", "superseded", "duplicate", "deleted", "rejected", "held")},
    )  # fmt: skip
    if stream.controls:
        yield _control(connection, source, stream, specs["reconciles_to_control_total"])


def _control(connection: Connection, source: Source, stream: Stream, check: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    differences = control_differences(connection, source, stream)
    if differences is None:
        used = scalar(
            connection, "SELECT count(*) FROM ops.landed_file WHERE source_system = ? AND stream = ?", [source.name, stream.table]
        )
        return verdict(check, "no control total", passed=not used, expected=0, actual=0, warn=True)
    wrong = [d for d in differences if d.difference]
    named = ", ".join(f"{d.measure} {d.period:%Y-%m} {d.currency_code}: {d.difference}" for d in wrong[:5])
    headline = f"{len(wrong)} of {len(differences)} monthly totals are off: {named}" if wrong else f"{len(differences)} monthly totals agree"
    return verdict(
        check, headline, passed=not wrong, expected=float(sum(d.expected for d in differences)),
        actual=float(sum(d.actual or 0 for d in differences)), more={"totals_off": len(wrong)},
    )  # fmt: skip


def staging_spec(source: Source, stream: Stream) -> dg.AssetCheckSpec:
    """The check of a stream's staging model."""
    return spec(
        staging_key(source, stream), "holds_every_current_row",
        why="Staging must drop exactly what is superseded, deleted, rejected or not yet accepted.",
        action="the model's SQL no longer follows the rule in landing/current.py; correct it and refresh.",
    )  # fmt: skip


def staging_results(connection: Connection, wanted: set[dg.AssetKey]) -> Iterator[dg.AssetCheckResult]:
    """One result per wanted staging model: its rows against the fate of every raw row at the model run's marks."""
    for source in SOURCES:
        for stream in source.streams:
            if staging_key(source, stream) not in wanted:
                continue
            fates = fate_sql(source, stream, mark_table="ops.model_mark")
            expected = int(scalar(connection, f"SELECT count(*) FROM ({fates}) WHERE fate = 'current'"))
            actual = int(scalar(connection, f"SELECT count(*) FROM staging.stg_{source.name}__{stream.object}"))
            yield verdict(
                staging_spec(source, stream), f"{actual:,} rows, {expected:,} current in raw", passed=expected == actual,
                expected=expected, actual=actual,
            )  # fmt: skip


@dataclass(frozen=True)
class GoldRule:
    """Gold against raw: two queries of (period, currency, amount); `{source__stream}` stands for a stream's current raw rows."""

    asset: str
    name: str
    why: str
    streams: tuple[str, ...]
    expected: str
    actual: str

    @property
    def check(self) -> dg.AssetCheckSpec:
        """The rule as a check: line-stopping."""
        action = "publish is withheld; the period and currency named here say where to look, `cdp trace` shows the rows."
        return spec(dg.AssetKey(["gold", self.asset]), self.name, why=self.why, action=action, blocking=True)


def _revenue(revenue_type: str, source: str) -> str:
    return (
        "SELECT date_trunc('month', transaction_date)::DATE, currency_code, sum(amount) FROM gold.fact_revenue "
        f"WHERE revenue_type = '{revenue_type}' AND source_system = '{source}' GROUP BY ALL"
    )


GOLD_RULES = (
    GoldRule(
        "fact_revenue", "billed_reconciles_to_netsuite", "Billings must equal NetSuite's invoices less credit memos, to the cent.",
        ("netsuite__invoice", "netsuite__invoiceitem", "netsuite__creditmemo"),
        "SELECT date_trunc('month', d)::DATE, upper(c), sum(a::DECIMAL(18, 2)) FROM (SELECT i.trandate AS d, i.currency AS c, l.amount AS a "
        "FROM {netsuite__invoiceitem} AS l JOIN {netsuite__invoice} AS i ON i.id = l.invoice AND lower(i.status) NOT LIKE '%void%' "
        "UNION ALL SELECT trandate, currency, -total FROM {netsuite__creditmemo}) GROUP BY ALL",
        _revenue("billed", "netsuite"),
    ),
    GoldRule(
        "fact_revenue", "recognized_reconciles_to_netsuite", "Recognised revenue is the reporting standard: it must equal NetSuite's plans.",
        ("netsuite__revenueplan",),
        "SELECT date_trunc('month', recognitiondate)::DATE, upper(currency), sum(amount::DECIMAL(18, 2)) FROM {netsuite__revenueplan} GROUP BY ALL",
        _revenue("recognized", "netsuite"),
    ),
    GoldRule(
        "fact_revenue", "booked_reconciles_to_salesforce", "Bookings must equal the Closed Won deals in Salesforce.",
        ("salesforce__opportunity", "salesforce__opportunitylineitem"),
        "SELECT date_trunc('month', o.closedate)::DATE, upper(o.currencyisocode), sum(coalesce(l.total, o.amount::DECIMAL(18, 2), 0)) "
        "FROM {salesforce__opportunity} AS o LEFT JOIN (SELECT opportunityid, sum(totalprice::DECIMAL(18, 2)) AS total "
        "FROM {salesforce__opportunitylineitem} GROUP BY 1) AS l ON l.opportunityid = o.id WHERE o.iswon GROUP BY ALL",
        _revenue("booked", "salesforce"),
    ),
    GoldRule(
        "fact_active_lives", "reconciles_to_platform", "Active lives on the last day must equal a direct count of the Platform's leave events.",
        ("platform__leave_events",),
        "SELECT as_of_day, '', count(*) FROM (SELECT DISTINCT d.as_of_day, x.customer_id, e.employee_id FROM {platform__leave_events} AS e "
        "JOIN (SELECT max(activity_date) AS as_of_day FROM gold.fact_active_lives) AS d "
        "ON timezone('UTC', e.occurred_at)::DATE BETWEEN d.as_of_day - 89 AND d.as_of_day "
        "JOIN customer_master.customer_crosswalk AS x ON x.source_record_id = 'platform:organization:' || e.organization_id) GROUP BY ALL",
        "SELECT activity_date, '', sum(active_lives) FROM gold.fact_active_lives "
        "WHERE activity_date = (SELECT max(activity_date) FROM gold.fact_active_lives) GROUP BY ALL",
    ),
    GoldRule(
        "fact_employee_events", "reconciles_to_bamboohr", "Every event of our own staff must be counted once.",
        ("bamboohr__employment_events",),
        "SELECT date_trunc('month', eventdate)::DATE, '', count(*) FROM {bamboohr__employment_events} GROUP BY ALL",
        "SELECT date_trunc('month', event_date)::DATE, '', count(*) FROM gold.fact_employee_events GROUP BY ALL",
    ),
)  # fmt: skip


def gold_result(connection: Connection, rule: GoldRule) -> dg.AssetCheckResult:
    """Compare the two sides of a rule, period by period."""
    current = {
        source.raw_table(stream): f"(SELECT * FROM ({fate_sql(source, stream, mark_table='ops.model_mark')}) WHERE fate = 'current')"
        for source in SOURCES
        for stream in source.streams
        if source.raw_table(stream) in rule.streams
    }
    rows = connection.execute(
        f"WITH e(period, code, amount) AS ({rule.expected.format(**current)}), a(period, code, amount) AS ({rule.actual}) "
        "SELECT coalesce(e.period, a.period), coalesce(e.code, a.code), coalesce(e.amount, 0), coalesce(a.amount, 0) "
        "FROM e FULL JOIN a ON a.period = e.period AND a.code = e.code ORDER BY 1, 2"
    ).fetchall()
    wrong = [row for row in rows if row[2] != row[3]]
    named = ", ".join(f"{period:%Y-%m-%d} {code}: {actual - expected}" for period, code, expected, actual in wrong[:5])
    headline = f"{len(wrong)} of {len(rows)} periods differ: {named}" if wrong else f"{len(rows)} periods agree"
    return verdict(
        rule.check, headline, passed=not wrong, expected=float(sum(row[2] for row in rows)), actual=float(sum(row[3] for row in rows)),
        more={"periods": len(rows), "periods_off": len(wrong)},
    )  # fmt: skip
