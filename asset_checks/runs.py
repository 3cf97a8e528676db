"""Is this run of the identity step like the ones before it? Ids that stay, rules that find as much, labels met.

Here: one run held against what readers see and against what people decided. Not here: whether its tables are sound
(`identity_tables`), or what a single customer looks like (`plausibility`).
"""

from collections.abc import Callable

import dagster as dg

from asset_checks.master_rule import WITHHELD
from asset_checks.verdict import spec, verdict
from cdp_platform.assets.new_ids import RUNS, changes
from cdp_platform.identity.exceptions import FORCE_MATCH, NEVER_MATCH
from cdp_platform.identity.run_measures import ACCEPTED, LABELLED, LABELLED_JOINED
from cdp_platform.warehouse.connection import Connection

KEPT, FEW_CHANGES = 0.999, 10
VOLUME_CHANGE, FEW_PAIRS = 0.2, 25
AGREEMENT, FEW_LABELS = 0.5, 50

CROSSWALK, EDGE, HISTORY, RUN = (
    dg.AssetKey(["customer_master", table])
    for table in ("customer_crosswalk", "match_edge", "customer_id_history", "identity_run")
)
KEEPS = spec(
    CROSSWALK,
    "keeps_customer_ids",
    blocking=True,
    why="Whoever kept a customer id finds another customer under it, or none.",
    action=f"{WITHHELD} undo the decision or the change of rules named here, or accept it with `cdp publish accept`.",
    reads=[RUN, HISTORY],
)
FINDS = spec(
    EDGE,
    "finds_as_many_pairs_as_before",
    why="A rule that suddenly finds far more or fewer pairs mostly tells of a source that changed its format.",
    action="look at the column that the rule named here compares, in the sources that were delivered since.",
    reads=[RUN],
)
AGREES = spec(
    EDGE,
    "agrees_with_people",
    why="Where people looked, rules that are wrong more often than right make them do the rules' work.",
    action="read the decisions that the rules do not meet; change a rule, or count the models anew.",
    reads=[RUN],
)

VOLUMES = f"""
    WITH {RUNS}, base AS (
        SELECT run_id FROM run, seen WHERE run.moment <= seen.moment ORDER BY run.moment DESC, run_id DESC LIMIT 1
    ), pairs AS (
        SELECT record_type || ' ' || subject AS rule, i.run_id = base.run_id AS is_base, value
        FROM customer_master.identity_run AS i, base, last_run
        WHERE measure = '{ACCEPTED}' AND i.run_id IN (base.run_id, last_run.run_id)
    )
    SELECT rule, CAST(coalesce(sum(value) FILTER (is_base), 0) AS BIGINT),
        CAST(coalesce(sum(value) FILTER (NOT is_base), 0) AS BIGINT)
    FROM pairs GROUP BY 1 ORDER BY 1"""

LABELS = f"""
    WITH {RUNS}
    SELECT subject || ' ' || measure, CAST(sum(value) AS BIGINT) FROM customer_master.identity_run AS i, last_run
    WHERE i.run_id = last_run.run_id AND measure IN ('{LABELLED}', '{LABELLED_JOINED}') GROUP BY 1"""


def run_specs() -> list[dg.AssetCheckSpec]:
    """All three checks."""
    return [KEEPS, FINDS, AGREES]


def run_questions() -> list[tuple[dg.AssetCheckSpec, Callable[[Connection], dg.AssetCheckResult]]]:
    """All three checks, each with what answers it."""
    return [(KEEPS, _keeps), (FINDS, _finds), (AGREES, _agrees)]


def _keeps(connection: Connection) -> dg.AssetCheckResult:
    found = changes(connection)
    kept = 1 - found.records / found.known if found.known else 1.0
    allowed = max(FEW_CHANGES, round((1 - KEPT) * found.known))
    causes = ", ".join(f"{cause} {records:,}" for cause, records in list(found.causes.items())[:3])
    headline = f"{found.records:,} of {found.known:,} records have another customer id than readers see"
    return verdict(
        KEEPS,
        f"{headline}: {causes}" if causes else "no record has another customer id than readers see",
        passed=found.records <= allowed,
        expected=KEPT,
        actual=round(kept, 6),
        offenders=found.ids,
        more={"records_changed": found.records, "records_that_may_change": allowed},
    )


def _finds(connection: Connection) -> dg.AssetCheckResult:
    rows = connection.execute(VOLUMES).fetchall()
    off = [row for row in rows if abs(row[2] - row[1]) > max(FEW_PAIRS, VOLUME_CHANGE * row[1])]
    named = ", ".join(f"{rule} {before:,} → {now:,}" for rule, before, now in off)
    compared = f"{len(rows)} rules find about as many pairs" if rows else "no earlier run that readers saw"
    return verdict(
        FINDS,
        f"since the last published run: {named}" if off else compared,
        passed=not off,
        expected=sum(before for _, before, _ in rows),
        actual=sum(now for _, _, now in rows),
        warn=True,
        more={rule.replace(" ", "_"): now for rule, _, now in rows},
    )


def _agrees(connection: Connection) -> dg.AssetCheckResult:
    counts: dict[str, int] = dict(connection.execute(LABELS).fetchall())
    one, joined, wrongly = (
        counts.get(f"{action} {measure}", 0)
        for action, measure in (
            (FORCE_MATCH, LABELLED), (FORCE_MATCH, LABELLED_JOINED), (NEVER_MATCH, LABELLED_JOINED),
        )
    )  # fmt: skip
    judged = {"precision": (joined, joined + wrongly), "recall": (joined, one)}
    shares = {name: right / of for name, (right, of) in judged.items() if of >= FEW_LABELS}
    told = ", ".join(f"{name} {share:.1%}" for name, share in shares.items())
    few = f"too few labels: {joined + wrongly} pairs that the rules join and {one} that are one, {FEW_LABELS} needed"
    return verdict(
        AGREES,
        f"the rules alone, on what people decided: {told}" if told else few,
        passed=all(share >= AGREEMENT for share in shares.values()),
        expected=AGREEMENT,
        actual=round(min(shares.values(), default=1.0), 6),
        warn=True,
        more={"declared_one": one, "joined_rightly": joined, "joined_wrongly": wrongly},
    )
