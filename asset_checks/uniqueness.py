"""Is everyone in the customer master exactly once? One customer per record, few duplicates left, ids that stay.

Here: questions across the whole master, line-stopping where a wrong answer would reach readers. Not here: a model's
grain (a dbt test beside it), people's decisions (`decisions`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg
from rapidfuzz.distance import DamerauLevenshtein

from asset_checks.verdict import spec, verdict
from cdp_platform.identity.guard import ORGANIZATION_LIMITS, PERSON_LIMITS
from cdp_platform.warehouse.connection import Connection

# Only the digits: the country's letters are written or left out at will (FR79046852549, 79046852549). Fewer than five,
# or one repeated, are a placeholder, as for the identity step.
DIGITS = "regexp_replace(r.tax_id, '[^0-9]', '', 'g')"
TAX_ID = f"CASE WHEN length({DIGITS}) >= 5 AND replace({DIGITS}, left({DIGITS}, 1), '') <> '' THEN {DIGITS} END"
# The smallest number of names that no value is struck out for.
FEWEST = min(*ORGANIZATION_LIMITS.values(), *PERSON_LIMITS.values())
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


MASTER_RULES = (
    MasterRule(
        "customer_crosswalk",
        "gives_every_record_one_customer",
        "A record without a customer, or with two, loses or doubles its revenue.",
        "look at the identity step's log, then refresh customer_master.",
        "records without exactly one customer",
        """
        SELECT source_record_id FROM customer_master.int_customer__record AS r FULL JOIN (
            SELECT source_record_id, count(customer_id) AS customers FROM customer_master.customer_crosswalk GROUP BY 1
        ) AS x USING (source_record_id)
        WHERE r.record_type IS NULL OR x.customers IS DISTINCT FROM 1""",
        reads=("int_customer__record",),
    ),
    MasterRule(
        "customer_crosswalk",
        "never_mixes_persons_and_organizations",
        "A person merged into a company corrupts both.",
        "find the customer in match_edge and add a never_match exception.",
        "customers of both types",
        """
        SELECT customer_id FROM customer_master.customer_crosswalk
        GROUP BY 1 HAVING count(DISTINCT record_type) > 1""",
    ),
    MasterRule(
        "customer_crosswalk",
        "has_one_tax_id_per_customer",
        "Two tax ids are two legal entities: they were merged wrongly.",
        "find the customer in match_edge and add a never_match exception.",
        "customers with two tax ids, beyond one slip of the hand, and no decision of a person",
        f"""
        WITH held AS (
            SELECT x.customer_id, {TAX_ID} AS tax_id, bool_or(x.method = 'exception') AS is_decided
            FROM customer_master.customer_crosswalk AS x
            JOIN customer_master.int_customer__record AS r USING (source_record_id)
            WHERE r.record_type = 'organization' GROUP BY ALL
        )
        SELECT a.customer_id, a.tax_id, b.tax_id FROM held AS a
        JOIN held AS b ON b.customer_id = a.customer_id AND b.tax_id > a.tax_id
        WHERE a.customer_id NOT IN (SELECT customer_id FROM held WHERE is_decided)""",
        reads=("int_customer__record",),
        is_slip=lambda row: DamerauLevenshtein.distance(row[1], row[2]) <= 1,
    ),
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


def master_result(connection: Connection, rule: MasterRule) -> dg.AssetCheckResult:
    """Whether no row breaks the rule."""
    rows = connection.execute(f"SELECT * FROM ({rule.offenders}) AS found ORDER BY 1").fetchall()
    if rule.is_slip is not None:
        rows = sorted({(row[0],) for row in rows if not rule.is_slip(row)})
    found = [str(key) for (key, *_) in rows]
    headline = f"{len(found):,} {rule.noun}"
    return verdict(rule.check, headline, passed=not found, expected=0, actual=len(found), offenders=found)


def uniqueness_specs() -> list[dg.AssetCheckSpec]:
    """All checks of the customer master, decisions aside."""
    return [*(rule.check for rule in MASTER_RULES)]
