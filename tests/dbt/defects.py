"""One planted defect per rule that the tests of customer_master, gold and the seeds hold: with all, all must fail."""

from duckdb import DuckDBPyConnection

# table -> what is done to it; every table also gets one of its rows twice
DEFECTS = {
    "customer_master.int_customer__record": ["INSERT INTO {0} BY NAME SELECT 'x:y:1' AS source_record_id"],
    "customer_master.int_customer__priority": ["UPDATE {0} SET rule = 'luck' WHERE attribute = 'phone'"],
    "customer_master.customer_attribute": ["UPDATE {0} SET source_record_id = 'x:y:1' WHERE attribute = 'industry'"],
    "customer_master.customer_golden_record": [
        "DELETE FROM {0} WHERE customer_id = 'C-LEE'",
        "UPDATE {0} SET phone = '1' WHERE customer_id = 'C-ACME'",
    ],
    "customer_master.customer_relationship": [
        "UPDATE {0} SET related_customer_id = customer_id WHERE customer_id = 'C-BETA'",
        "UPDATE {0} SET related_customer_id = 'C-NOBODY' WHERE customer_id = 'C-PAT'",
        "UPDATE {0} SET is_inferred = true WHERE customer_id = 'C-SAM'",
    ],
    "customer_master.customer_name": [
        "UPDATE {0} SET customer_id = 'C-NOBODY' WHERE name = 'Acme Inc.'",
        "DELETE FROM {0} WHERE customer_id = 'C-GAMMA'",
    ],
    "customer_master.customer_segment": ["UPDATE {0} SET upper_bound = 99 WHERE segment = 'SMB'"],
    "customer_master.health_band": ["UPDATE {0} SET lower_bound = 50 WHERE health_band = 'At-Risk'"],
    "customer_master.health_weight": ["UPDATE {0} SET weight = 0.5 WHERE component = 'usage'"],
    "customer_master.survivorship_rule": [
        "UPDATE {0} SET attribute = 'taxid' WHERE attribute = 'tax_id'",
        "UPDATE {0} SET priority = NULL WHERE attribute = 'industry'",
    ],
    "gold.dim_customer": [
        "UPDATE {0} SET customer_name = NULL, health_band = 'Splendid' WHERE customer_id = 'C-LEE'",
        "UPDATE {0} SET valid_to = valid_to + INTERVAL 1 DAY WHERE customer_id = 'C-ACME' AND size_segment = 'SMB'",
        "UPDATE {0} SET is_current = true WHERE customer_id = 'C-PAT'",
        "DELETE FROM {0} WHERE customer_id IN ('C-BETA', 'unknown')",
    ],
    "gold.bridge_person_organization": [
        "UPDATE {0} SET is_primary = false, organization_id = 'C-NOBODY' WHERE customer_id = 'C-PAT'",
        "UPDATE {0} SET customer_id = 'C-NOBODY', valid_to = valid_from WHERE customer_id = 'C-SAM' AND NOT is_current",
    ],
    "gold.dim_household": [
        "UPDATE {0} SET household_type = 'commune' WHERE household_id = 'hh_C-PAT'",
        "UPDATE {0} SET household_id = 'hh_C-NOBODY' WHERE household_id IN ('unknown', 'hh_C-LEE')",
    ],
    "gold.dim_organization": [
        "UPDATE {0} SET depth = 3 WHERE organization_id = 'C-ACME'",
        "UPDATE {0} SET parent_organization_id = 'C-NOBODY' WHERE organization_id = 'C-DELTA'",
    ],
    "gold.dim_employee": ["DELETE FROM {0} WHERE employee_id = 'unknown'"],
    "gold.dim_product": [
        "DELETE FROM {0} WHERE product_code = 'LEGACY-1'",
        "UPDATE {0} SET product_name = NULL WHERE product_code = 'CASE-ENT'",
    ],
    "gold.dim_time": ["DELETE FROM {0} WHERE date_day IN ('2025-12-24', '2026-06-07', '2026-06-30', '2026-05-04')"],
    "gold.fact_revenue": [
        "UPDATE {0} SET revenue_type = 'paid', reporting_amount = NULL WHERE source_record_id LIKE '%credit_memo:1'",
        "UPDATE {0} SET currency_code = NULL WHERE source_record_id = 'stripe:invoice:1'",
        "INSERT INTO {0} SELECT f.* FROM {0} AS f CROSS JOIN range(11) WHERE f.customer_id = 'unknown'",
    ],
    "gold.agg_mrr_customer_month": [
        "UPDATE {0} SET has_unconverted_subscription = true WHERE customer_id = 'C-BETA'",
        "UPDATE {0} SET closing_mrr_amount = closing_mrr_amount + 1 WHERE customer_id = 'C-BETA'",
    ],
    "gold.agg_mrr_month": ["UPDATE {0} SET new_mrr_amount = new_mrr_amount + 1"],
    "gold.agg_revenue_customer_month": ["UPDATE {0} SET reporting_amount = reporting_amount + 1"],
    "gold.fact_active_lives": [
        "INSERT INTO {0} VALUES ('C-NEW', 'v', 0, '2026-06-30')",
        "UPDATE {0} SET active_lives = 7 WHERE activity_date = '2026-06-30' AND customer_id = 'C-ACME'",
    ],
    "gold.agg_active_lives_customer_month": [
        "UPDATE {0} SET highest_active_lives = 0",
        "UPDATE {0} SET customer_id = 'C-NOBODY' WHERE customer_id = 'C-BETA'",
    ],
    "gold.agg_health_distribution_day": ["UPDATE {0} SET average_score = 101"],
    "gold.agg_health_segment_week": ["UPDATE {0} SET healthy_customer_count = 9"],
    "gold.fact_customer_health_score": [
        "UPDATE {0} SET score = 100.5 WHERE score_method = 'platform'",
        "UPDATE {0} SET adjustment_points = 1 WHERE score_method = 'computed'",
    ],
    "gold.fact_customer_health": [
        "UPDATE {0} SET health_band = NULL WHERE customer_id = 'C-BETA'",
        "UPDATE {0} SET platform_score = platform_score + 1, usage_points = 0 WHERE customer_id = 'C-ACME'",
    ],
    "gold.fact_employee_events": ["UPDATE {0} SET event_type = 'holiday' WHERE event_type = 'transfer'"],
    "gold.agg_turnover_month": ["UPDATE {0} SET opening_headcount = -1"],
}


def plant(connection: DuckDBPyConnection) -> None:
    """Break everything in customer_master and gold that a test looks at."""
    tables = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
        "WHERE schema_name IN ('customer_master', 'gold') ORDER BY ALL"
    ).fetchall()
    for (table,) in tables:
        for statement in [f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1", *DEFECTS.get(table, [])]:
            connection.execute(statement.format(table))
