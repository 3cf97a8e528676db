"""Does gold say what the sources say? One row per rule across systems, computed from raw without any model.

Here: `GOLD_RULES`, line-stopping. Not here: how a rule is compared (`gold_rule`), the accounting of a stream's rows
(`accounting`), references (dbt tests).
"""

from asset_checks.gold_rule import GoldRule

# Stripe counts in the smallest unit, which is not a hundredth of these.
WHOLE = "'BIF','CLP','DJF','GNF','JPY','KMF','KRW','MGA','PYG','RWF','VND','VUV','XAF','XOF','XPF'"
THOUSANDTHS = "'BHD','JOD','KWD','OMR','TND'"


def _revenue(revenue_type: str, source: str) -> str:
    return f"""
        SELECT CAST(date_trunc('month', transaction_date) AS DATE), currency_code, sum(amount) FROM gold.fact_revenue
        WHERE revenue_type = '{revenue_type}' AND source_system = '{source}' GROUP BY ALL"""


_LEDGER = """LEFT JOIN customer_master.customer_id_ledger AS l
            ON l.source_record_id = 'platform:organization:' || e.organization_id"""
_CUSTOMER = "coalesce(l.customer_id, 'unknown')"

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
        "fact_revenue",
        "billed_reconciles_to_stripe",
        "What Stripe billed must be in revenue, in the currency's own unit and not in cents.",
        ("stripe__invoices",),
        f"""
        SELECT CAST(date_trunc('month', timezone('{{zone}}', to_timestamp(created))) AS DATE), upper(currency),
            sum(CAST(total / CASE WHEN upper(currency) IN ({WHOLE}) THEN 1
                WHEN upper(currency) IN ({THOUSANDTHS}) THEN 1000 ELSE 100 END AS DECIMAL(18, 2)))
        FROM {{stripe__invoices}} WHERE lower(status) NOT IN ('draft', 'void') GROUP BY ALL""",
        _revenue("billed", "stripe"),
    ),
    GoldRule(
        "fact_active_lives",
        "lives_reconcile_to_platform",
        "Active lives on the day of the run must equal a direct count of the Platform's leave events.",
        ("platform__leave_events",),
        f"""
        SELECT {{today}}, '', count(DISTINCT ({_CUSTOMER}, e.employee_id))
        FROM {{platform__leave_events}} AS e {_LEDGER}
        WHERE CAST(timezone('{{zone}}', e.occurred_at) AS DATE) BETWEEN {{today}} - 89 AND {{today}}
        HAVING count(*) > 0""",
        """
        SELECT activity_date, '', sum(active_lives) FROM gold.fact_active_lives
        WHERE activity_date = {today} GROUP BY ALL""",
        reads=("customer_id_ledger",),
    ),
    GoldRule(
        "fact_customer_health",
        "scores_reconcile_to_platform",
        "Every customer must be scored on every day on which the Platform scored one of its tenants.",
        ("platform__health_scores",),
        f"""
        SELECT CAST(date_trunc('month', e.scored_on) AS DATE), '', count(DISTINCT ({_CUSTOMER}, e.scored_on))
        FROM {{platform__health_scores}} AS e {_LEDGER} GROUP BY ALL""",
        """
        SELECT CAST(date_trunc('month', scored_date) AS DATE), '', count(*) FROM gold.fact_customer_health
        WHERE platform_score IS NOT NULL GROUP BY ALL""",
        reads=("customer_id_ledger",),
    ),
    GoldRule(
        "fact_employee_events",
        "events_reconcile_to_bamboohr",
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
