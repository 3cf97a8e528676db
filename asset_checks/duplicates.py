"""How many duplicates are there? Those that resolution left behind, and those that each source keeps making.

Here: two rates against the limits that requirement F19 sets. Not here: whether ids are sound (`identity_tables`).
"""

from collections.abc import Callable

import dagster as dg

from asset_checks.master_rule import WITHHELD
from asset_checks.uniqueness import TAX_ID
from asset_checks.verdict import spec, verdict
from cdp_platform.warehouse.connection import Connection

LEFT_TARGET, LEFT_LIMIT = 0.05, 0.08
REPEATED_LIMIT, FEW_RECORDS = 0.25, 20

CROSSWALK = dg.AssetKey(["customer_master", "customer_crosswalk"])
LEFT = spec(
    CROSSWALK,
    "leaves_few_duplicates",
    blocking=True,
    why="Organisations that share a tax id but not a customer are duplicates left; they distort every count.",
    action=f"above 8 % {WITHHELD} look in match_edge for the vetoes that kept them apart.",
    reads=[dg.AssetKey(["customer_master", "int_customer__record"])],
)
REPEATED = spec(
    dg.AssetKey(["customer_master", "customer_duplicate"]),
    "is_rare_in_every_source",
    why="A source that enters its customers again and again costs its users more than it costs us.",
    action="show its administrator the clusters in customer_duplicate; most often an import ran twice.",
    reads=[CROSSWALK],
)

LEFT_SQL = f"""
    SELECT min(x.customer_id), count(DISTINCT x.customer_id) AS ids FROM (
        SELECT r.source_record_id, {TAX_ID} AS tax_id FROM customer_master.int_customer__record AS r
        WHERE r.record_type = 'organization'
    ) JOIN customer_master.customer_crosswalk AS x USING (source_record_id)
    WHERE tax_id IS NOT NULL GROUP BY tax_id ORDER BY 1"""

REPEATED_SQL = """
    SELECT x.source_system || ':' || x.source_object, count(*) AS records, coalesce(max(d.surplus), 0) AS surplus
    FROM customer_master.customer_crosswalk AS x LEFT JOIN (
        SELECT source_system, source_object, sum(surplus_count) AS surplus
        FROM customer_master.customer_duplicate GROUP BY ALL
    ) AS d ON d.source_system = x.source_system AND d.source_object = x.source_object
    GROUP BY 1 ORDER BY 1"""


def duplicate_specs() -> list[dg.AssetCheckSpec]:
    """Both checks."""
    return [LEFT, REPEATED]


def duplicate_questions() -> list[tuple[dg.AssetCheckSpec, Callable[[Connection], dg.AssetCheckResult]]]:
    """Both checks, each with what answers it."""
    return [(LEFT, _left), (REPEATED, _repeated)]


def _left(connection: Connection) -> dg.AssetCheckResult:
    rows = connection.execute(LEFT_SQL).fetchall()
    total, surplus = sum(ids for _, ids in rows), sum(ids - 1 for _, ids in rows)
    rate = surplus / total if total else 0.0
    return verdict(
        LEFT,
        f"{rate:.2%} of the organisations with a tax id are duplicates of another, {LEFT_TARGET:.0%} allowed",
        passed=rate <= LEFT_TARGET,
        expected=LEFT_TARGET,
        actual=round(rate, 6),
        warn=rate <= LEFT_LIMIT,
        offenders=[first for first, ids in rows if ids > 1],
        more={"duplicates_left": surplus},
    )


def _repeated(connection: Connection) -> dg.AssetCheckResult:
    rows = connection.execute(REPEATED_SQL).fetchall()
    rates = {kind: float(surplus) / records for kind, records, surplus in rows}
    often = [kind for kind, records, _ in rows if records >= FEW_RECORDS and rates[kind] > REPEATED_LIMIT]
    worst = max(rates.values(), default=0.0)
    named = ", ".join(f"{kind} {rates[kind]:.1%}" for kind in often)
    return verdict(
        REPEATED,
        f"entered again too often: {named}" if often else f"at most {worst:.1%} of a source's records repeat another",
        passed=not often,
        expected=REPEATED_LIMIT,
        actual=round(worst, 6),
        warn=True,
        more={kind.replace(":", "_"): round(rate, 6) for kind, rate in rates.items()},
    )
