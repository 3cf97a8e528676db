"""Does gold say what the sources say? One row per rule across systems, computed from raw without any model.

Here: `GOLD_RULES`, line-stopping. Not here: the accounting of a stream's rows (`accounting`), references (dbt tests).
"""

from dataclasses import dataclass

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.landing.current import fate_sql
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse.duckdb import Connection

ACTION = "publish is withheld; the period and currency named here say where to look, `cdp trace` shows the rows."


@dataclass(frozen=True)
class GoldRule:
    """Gold against raw: two queries of (period, currency code, amount), equal row by row.

    `{source__stream}` in `expected` stands for the stream's current raw rows; `streams` names those it uses.
    """

    asset: str
    name: str
    why: str
    streams: tuple[str, ...]
    expected: str
    actual: str

    @property
    def check(self) -> dg.AssetCheckSpec:
        """The rule as a check: line-stopping."""
        return spec(dg.AssetKey(["gold", self.asset]), self.name, why=self.why, action=ACTION, blocking=True)


def _revenue(revenue_type: str, source: str) -> str:
    return f"""
        SELECT CAST(date_trunc('month', transaction_date) AS DATE), currency_code, sum(amount) FROM gold.fact_revenue
        WHERE revenue_type = '{revenue_type}' AND source_system = '{source}' GROUP BY ALL"""


GOLD_RULES = (
    GoldRule(
        "fact_revenue",
        "billed_reconciles_to_netsuite",
        "Billings must equal NetSuite's invoices less credit memos, to the cent.",
        ("netsuite__invoice", "netsuite__invoiceitem", "netsuite__creditmemo"),
        """
        SELECT CAST(date_trunc('month', day) AS DATE), upper(currency), sum(CAST(amount AS DECIMAL(18, 2))) FROM (
            SELECT i.trandate AS day, i.currency, l.amount FROM {netsuite__invoiceitem} AS l
            JOIN {netsuite__invoice} AS i ON i.id = l.invoice AND lower(i.status) NOT LIKE '%void%'
            UNION ALL SELECT trandate, currency, -total FROM {netsuite__creditmemo}
        ) GROUP BY ALL""",
        _revenue("billed", "netsuite"),
    ),
    GoldRule(
        "fact_revenue",
        "recognized_reconciles_to_netsuite",
        "Recognised revenue is the reporting standard: it must equal NetSuite's plans.",
        ("netsuite__revenueplan",),
        """
        SELECT CAST(date_trunc('month', recognitiondate) AS DATE), upper(currency), sum(CAST(amount AS DECIMAL(18, 2)))
        FROM {netsuite__revenueplan} GROUP BY ALL""",
        _revenue("recognized", "netsuite"),
    ),
    GoldRule(
        "fact_revenue",
        "booked_reconciles_to_salesforce",
        "Bookings must equal the Closed Won deals in Salesforce.",
        ("salesforce__opportunity", "salesforce__opportunitylineitem"),
        """
        SELECT CAST(date_trunc('month', o.closedate) AS DATE), upper(o.currencyisocode),
            sum(coalesce(l.total, CAST(o.amount AS DECIMAL(18, 2)), 0))
        FROM {salesforce__opportunity} AS o LEFT JOIN (
            SELECT opportunityid, sum(CAST(totalprice AS DECIMAL(18, 2))) AS total
            FROM {salesforce__opportunitylineitem} GROUP BY 1
        ) AS l ON l.opportunityid = o.id WHERE o.iswon GROUP BY ALL""",
        _revenue("booked", "salesforce"),
    ),
    GoldRule(
        "fact_active_lives",
        "reconciles_to_platform",
        "Active lives on the last day must equal a direct count of the Platform's leave events.",
        ("platform__leave_events",),
        """
        SELECT last.day, '', count(DISTINCT (coalesce(m.customer_id, 'unknown'), e.employee_id))
        FROM {platform__leave_events} AS e
        JOIN (SELECT max(activity_date) AS day FROM gold.fact_active_lives) AS last
            ON CAST(timezone('UTC', e.occurred_at) AS DATE) BETWEEN last.day - 89 AND last.day
        LEFT JOIN customer_master.int_customer__membership AS m
            ON m.source_record_id = 'platform:organization:' || e.organization_id
        GROUP BY ALL""",
        """
        SELECT activity_date, '', sum(active_lives) FROM gold.fact_active_lives
        WHERE activity_date = (SELECT max(activity_date) FROM gold.fact_active_lives) GROUP BY ALL""",
    ),
    GoldRule(
        "fact_employee_events",
        "reconciles_to_bamboohr",
        "Every event of our own staff must be counted once.",
        ("bamboohr__employment_events",),
        """
        SELECT CAST(date_trunc('month', eventdate) AS DATE), '', count(*) FROM {bamboohr__employment_events}
        GROUP BY ALL""",
        """
        SELECT CAST(date_trunc('month', event_date) AS DATE), '', count(*) FROM gold.fact_employee_events
        WHERE NOT is_inferred GROUP BY ALL""",
    ),
)


def gold_result(connection: Connection, rule: GoldRule) -> dg.AssetCheckResult:
    """Compare the two sides of a rule, period by period."""
    current = {
        source.raw_table(stream): f"({fate_sql(source, stream, mark_table='ops.model_mark')})"
        for source in SOURCES
        for stream in source.streams
        if source.raw_table(stream) in rule.streams
    }
    only_current = {name: f"(SELECT * FROM {rows} WHERE fate = 'current')" for name, rows in current.items()}
    rows = connection.execute(
        f"""
        WITH e(period, code, amount) AS ({rule.expected.format(**only_current)}),
             a(period, code, amount) AS ({rule.actual})
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
