"""Do the tables of the identity step agree with each other? Ledger, aliases, history, edges and counts.

Here: rules that only our own code, or a damaged warehouse, can break. Not here: who is who (`uniqueness`), a model's
grain (a dbt test beside it), people's decisions (`decisions`).
"""

from asset_checks.master_rule import MasterRule
from cdp_platform.identity.guard import ORGANIZATION_LIMITS, PERSON_LIMITS

# The smallest number of names that no value is struck out for.
FEWEST = min(*ORGANIZATION_LIMITS.values(), *PERSON_LIMITS.values())

IDENTITY_TABLE_RULES = (
    MasterRule(
        "customer_id_alias",
        "resolves_every_retired_id",
        "A retired id that leads nowhere breaks every report that kept it.",
        "the id ledger is damaged, restore it from the last backup.",
        "retired ids that are in use, lead to a retired id, or to none that was ever given",
        """
        SELECT a.retired_customer_id FROM customer_master.customer_id_alias AS a
        WHERE a.customer_id IN (SELECT retired_customer_id FROM customer_master.customer_id_alias)
           OR a.retired_customer_id IN (SELECT customer_id FROM customer_master.customer_crosswalk)
           OR NOT EXISTS (SELECT 1 FROM customer_master.customer_id_ledger AS l WHERE l.customer_id = a.customer_id)""",
        reads=("customer_crosswalk", "customer_id_ledger"),
    ),
    MasterRule(
        "customer_id_ledger",
        "remembers_every_record",
        "Ids carry over by the ledger: a record it forgot gets a new customer id in the next run.",
        "the identity step writes both tables at once, so one was changed since; refresh customer_master.",
        "records that ledger and crosswalk do not agree on",
        """
        SELECT x.source_record_id FROM customer_master.customer_crosswalk AS x
        LEFT JOIN customer_master.customer_id_ledger AS l USING (source_record_id)
        GROUP BY 1 HAVING count(l.customer_id) <> 1 OR max(l.customer_id) <> max(x.customer_id)""",
        reads=("customer_crosswalk",),
    ),
    MasterRule(
        "customer_id_history",
        "explains_every_customer_id",
        "An id that was never created cannot be explained to an auditor.",
        "the id history is damaged, restore it from the last backup.",
        "customers without a create event",
        """
        SELECT DISTINCT x.customer_id FROM customer_master.customer_crosswalk AS x
        WHERE NOT EXISTS (
            SELECT 1 FROM customer_master.customer_id_history AS h
            WHERE h.customer_id = x.customer_id AND h.event = 'create'
        )""",
        reads=("customer_crosswalk",),
    ),
    MasterRule(
        "identifier_health",
        "lists_what_many_share",
        "A value that is listed here joins nobody: one that few parties share would cost its bearers their matches.",
        "refresh customer_master.",
        "values that are listed twice, or that few names share",
        f"""
        SELECT record_type || ' ' || identifier || ' ' || md5(value) FROM customer_master.identifier_health
        GROUP BY ALL HAVING count(*) > 1 OR min(names) <= {FEWEST} OR min(records) < max(names)""",
    ),
    MasterRule(
        "identity_run",
        "counts_the_run_once",
        "Later runs are held against these counts: a run that is counted twice, or wrongly, hides what it changed.",
        "refresh customer_master.",
        "counts of the last run that are there twice or differ from what it wrote",
        """
        WITH last_run AS (
            SELECT * FROM customer_master.identity_run WHERE run_id = (
                SELECT run_id FROM customer_master.identity_run WHERE measure = 'records'
                ORDER BY resolved_at DESC, run_id DESC LIMIT 1
            )
        ), counted AS (
            SELECT measure, record_type, subject, value FROM last_run
            WHERE measure IN ('records', 'customers', 'accepted_pairs') AND value > 0
        ), written AS (
            SELECT 'records' AS measure, record_type, NULL AS subject, count(*) AS value
            FROM customer_master.customer_crosswalk GROUP BY record_type
            UNION ALL SELECT 'customers', record_type, NULL, count(DISTINCT customer_id)
            FROM customer_master.customer_crosswalk GROUP BY record_type
            UNION ALL SELECT 'accepted_pairs', record_type, rule, count(*) FROM customer_master.match_edge
            WHERE status = 'accepted' GROUP BY record_type, rule
        )
        SELECT concat_ws(' ', measure, record_type, coalesce(subject, '')) FROM (
            SELECT *, 1 AS side FROM counted UNION ALL SELECT *, -1 FROM written
        ) AS compared GROUP BY measure, record_type, subject, value HAVING sum(side) <> 0""",
        reads=("customer_crosswalk", "match_edge"),
    ),
    MasterRule(
        "match_edge",
        "joins_what_it_accepts",
        "A match that was accepted but not applied would make the reasons shown untrue.",
        "refresh customer_master, and report the rule named in the edge.",
        "accepted edges that do not lie within one customer",
        """
        SELECT e.record_a || ' ' || e.record_b FROM customer_master.match_edge AS e
        LEFT JOIN customer_master.customer_crosswalk AS a ON a.source_record_id = e.record_a
        LEFT JOIN customer_master.customer_crosswalk AS b ON b.source_record_id = e.record_b
        WHERE e.status = 'accepted' AND coalesce(a.customer_id <> b.customer_id, true)""",
        reads=("customer_crosswalk",),
    ),
)
