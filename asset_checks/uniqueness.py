"""Is everyone in the customer master exactly once? One customer per record, few duplicates left, ids that stay.

Here: questions across the whole master, line-stopping where a wrong answer would reach readers. Not here: a
model's grain (a dbt test beside it).
"""

from collections.abc import Iterator

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.warehouse.duckdb import Connection, scalar

CROSSWALK = dg.AssetKey(["customer_master", "customer_crosswalk"])
ALIAS = dg.AssetKey(["customer_master", "customer_id_alias"])
HISTORY = dg.AssetKey(["customer_master", "customer_id_history"])
EDGE = dg.AssetKey(["customer_master", "match_edge"])
EXCEPTIONS = dg.AssetKey(["customer_master", "customer_match_exceptions"])
MAX_DUPLICATE_RATE = 0.05
# Only the digits: the country's letters are written or left out at will (FR79046852549, 79046852549).
TAX_ID = "nullif(regexp_replace(r.tax_id, '[^0-9]', '', 'g'), '')"

EVERY_RECORD = spec(
    CROSSWALK,
    "gives_every_record_one_customer",
    blocking=True,
    why="A record without a customer, or with two, loses or doubles its revenue.",
    action="publish is withheld; look at the identity step's log, then refresh customer_master.",
)
ONE_TYPE = spec(
    CROSSWALK,
    "never_mixes_persons_and_organizations",
    blocking=True,
    why="A person merged into a company corrupts both.",
    action="publish is withheld; find the customer in match_edge and add a never_match exception.",
)
ONE_TAX_ID = spec(
    CROSSWALK,
    "has_one_tax_id_per_customer",
    blocking=True,
    why="Two tax ids are two legal entities: they were merged wrongly.",
    action="publish is withheld; find the customer in match_edge and add a never_match exception.",
)
FEW_DUPLICATES = spec(
    CROSSWALK,
    "leaves_few_duplicates",
    why="Organisations that share a tax id but not a customer are duplicates left; more than 5 % distort every count.",
    action="look at customer_duplicate and match_edge for the vetoes that kept them apart.",
)
ALIASES_RESOLVE = spec(
    ALIAS,
    "resolves_every_retired_id",
    blocking=True,
    why="A retired id that leads nowhere breaks every report that kept it.",
    action="publish is withheld; the id ledger is damaged, restore it from the last backup.",
)
HISTORY_KNOWN = spec(
    HISTORY,
    "explains_every_customer_id",
    blocking=True,
    why="An id that was never created cannot be explained to an auditor.",
    action="publish is withheld; the id history is damaged, restore it from the last backup.",
)
EDGES_INSIDE = spec(
    EDGE,
    "accepted_edges_lie_within_one_customer",
    blocking=True,
    why="A match that was accepted but not applied would make the reasons shown untrue.",
    action="publish is withheld; refresh customer_master, and report the rule named in the edge.",
)
EXCEPTIONS_HONOURED = spec(
    EXCEPTIONS,
    "are_honoured",
    blocking=True,
    why="A decision of a person that a run overrules costs their trust for good.",
    action="publish is withheld; `cdp status` names the exception, see whether its records still exist.",
)

_QUESTIONS: tuple[tuple[dg.AssetCheckSpec, str, str], ...] = (
    (
        EVERY_RECORD,
        "records without exactly one customer",
        """
        SELECT count(*) FROM customer_master.int_customer__record AS r FULL JOIN (
            SELECT source_record_id, count(*) AS n FROM customer_master.customer_crosswalk GROUP BY 1
        ) AS x USING (source_record_id)
        WHERE r.source_system IS NULL OR x.n IS DISTINCT FROM 1""",
    ),
    (
        ONE_TYPE,
        "customers of both types",
        """
        SELECT count(*) FROM (
            SELECT customer_id FROM customer_master.customer_crosswalk GROUP BY 1 HAVING count(DISTINCT record_type) > 1
        )""",
    ),
    (
        ONE_TAX_ID,
        "customers with two tax ids and no decision of a person",
        f"""
        SELECT count(*) FROM (
            SELECT x.customer_id FROM customer_master.customer_crosswalk AS x
            JOIN customer_master.int_customer__record AS r USING (source_record_id)
            WHERE r.record_type = 'organization' GROUP BY 1
            HAVING count(DISTINCT {TAX_ID}) > 1 AND count(*) FILTER (x.method = 'exception') = 0
        )""",
    ),
    (
        ALIASES_RESOLVE,
        "retired ids that lead to a retired id",
        """
        SELECT count(*) FROM customer_master.customer_id_alias AS a
        WHERE a.customer_id IN (SELECT retired_customer_id FROM customer_master.customer_id_alias)
           OR a.retired_customer_id IN (SELECT customer_id FROM customer_master.customer_crosswalk)""",
    ),
    (
        HISTORY_KNOWN,
        "customers without a create event",
        """
        SELECT count(DISTINCT x.customer_id) FROM customer_master.customer_crosswalk AS x
        WHERE NOT EXISTS (
            SELECT 1 FROM customer_master.customer_id_history AS h
            WHERE h.customer_id = x.customer_id AND h.event IN ('create', 'split')
        )""",
    ),
    (
        EDGES_INSIDE,
        "accepted edges between two customers",
        """
        SELECT count(*) FROM customer_master.match_edge AS e
        JOIN customer_master.customer_crosswalk AS a ON a.source_record_id = e.record_a
        JOIN customer_master.customer_crosswalk AS b ON b.source_record_id = e.record_b
        WHERE e.status = 'accepted' AND a.customer_id <> b.customer_id""",
    ),
)

DUPLICATES = f"""
    SELECT coalesce(sum(n - 1), 0), coalesce(sum(n), 0) FROM (
        SELECT {TAX_ID} AS tax_id, count(DISTINCT x.customer_id) AS n
        FROM customer_master.int_customer__record AS r
        JOIN customer_master.customer_crosswalk AS x USING (source_record_id)
        WHERE r.record_type = 'organization' AND {TAX_ID} IS NOT NULL GROUP BY 1
    )"""

CLUSTERS = """
    SELECT count(*) FROM (SELECT 1 FROM customer_master.customer_crosswalk GROUP BY customer_id HAVING count(*) > 1)"""


def uniqueness_specs() -> list[dg.AssetCheckSpec]:
    """All checks of the customer master."""
    return [*(check for check, _, _ in _QUESTIONS), FEW_DUPLICATES, EXCEPTIONS_HONOURED]


def uniqueness_results(connection: Connection) -> Iterator[dg.AssetCheckResult]:
    """One result per check of `uniqueness_specs`."""
    for check, noun, sql in _QUESTIONS:
        found = int(scalar(connection, sql))
        yield verdict(check, f"{found:,} {noun}", passed=found == 0, expected=0, actual=found)
    yield _duplicates(connection)
    yield _exceptions(connection)


def _duplicates(connection: Connection) -> dg.AssetCheckResult:
    left, all_ids = connection.execute(DUPLICATES).fetchall()[0]
    clusters = int(scalar(connection, CLUSTERS))
    rate = float(left) / float(all_ids) if all_ids else 0.0
    return verdict(
        FEW_DUPLICATES,
        f"{rate:.2%} of organisations with a tax id are duplicates of another",
        passed=rate <= MAX_DUPLICATE_RATE,
        expected=MAX_DUPLICATE_RATE,
        actual=round(rate, 6),
        more={"clusters_of_several_records": clusters},
    )


EXCEPTIONS_BROKEN = """
    WITH decided AS (
        SELECT e.* FROM customer_master.customer_match_exceptions AS e, ops.model_run AS run
        WHERE approver IS NOT NULL AND action IN ('force_match', 'never_match')
          AND CAST(run.as_of AS DATE)
              BETWEEN coalesce(valid_from, DATE '0001-01-01') AND coalesce(valid_to, DATE '9999-12-31')
    ), named AS (
        SELECT source_system, source_id AS name, customer_id FROM customer_master.customer_crosswalk
        UNION ALL
        SELECT source_system, source_object || ':' || source_id, customer_id FROM customer_master.customer_crosswalk
    )
    SELECT count(*) FROM decided AS e
    JOIN named AS a ON a.source_system = e.source_system_a AND a.name = e.source_id_a
    JOIN named AS b ON b.source_system = e.source_system_b AND b.name = e.source_id_b
    WHERE (e.action = 'force_match') <> (a.customer_id = b.customer_id)"""


def _exceptions(connection: Connection) -> dg.AssetCheckResult:
    broken = int(scalar(connection, EXCEPTIONS_BROKEN))
    headline = f"{broken} exceptions not honoured"
    return verdict(EXCEPTIONS_HONOURED, headline, passed=broken == 0, expected=0, actual=broken)
