"""Records that have another customer id than readers see: counted over runs, and accepted by a person.

Here: the runs since readers got their ids, what changed in them and why, and the acceptance. Not here: how many may
change (the check `keeps_customer_ids`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cdp_platform.identity.run_measures import KNOWN_BEFORE, RECORDS
from cdp_platform.landing.tables import insert_row
from cdp_platform.warehouse.connection import Connection, scalar

ACCEPTANCE = "new_ids_accepted"
BY_PEOPLE = r"^(exception|never_match|exclude|pin_id)\b"

# Each run is held against what readers see: the history no longer tells of those before it that nobody saw
# (`carried_ids`), but in a warehouse from before the ledger was kept, where changes add up until one is published.
RUNS = f"""
    run AS (
        SELECT run_id, min(as_of) AS as_of, max(resolved_at) AS moment FROM customer_master.identity_run
        WHERE measure = '{RECORDS}' GROUP BY 1
    ), last_run AS (
        SELECT * FROM run ORDER BY moment DESC, run_id DESC LIMIT 1
    ), seen AS (
        SELECT max(p.published_at) AS moment FROM ops.publication AS p, last_run
        WHERE p.is_published AND p.published_at < last_run.moment
    )"""
"""SQL: every `run`, the `last_run`, and when readers `seen` what they had before it; null: they had nothing."""

CHANGES = f"""
    WITH {RUNS}, since AS (
        SELECT greatest(moment, (
            SELECT max(resolved_at) FROM customer_master.identity_run WHERE measure = '{ACCEPTANCE}'
        )) AS moment
        FROM seen WHERE moment IS NOT NULL
    ), later AS (
        SELECT run.run_id, run.moment FROM run, since WHERE run.moment > since.moment
    ), changed AS (
        SELECT CASE WHEN regexp_matches(h.cause, '{BY_PEOPLE}') THEN 'decisions of people' ELSE h.cause END AS cause,
            h.record_count AS records,
            CASE WHEN h.event = 'merge' THEN h.related_customer_id ELSE h.customer_id END AS customer_id
        FROM customer_master.customer_id_history AS h JOIN later USING (run_id)
        WHERE h.event IN ('merge', 'split', 'move')
    )"""
"""SQL: the runs that came `later` than what readers see or a person accepted, and what `changed` in them."""

KNOWN = f"""{CHANGES}
    SELECT sum(value) FROM customer_master.identity_run
    WHERE measure = '{KNOWN_BEFORE}' AND run_id = (SELECT run_id FROM later ORDER BY moment, run_id LIMIT 1)"""
CAUSES = f"{CHANGES} SELECT cause, sum(records) AS records FROM changed GROUP BY cause ORDER BY records DESC, cause"
IDS = f"{CHANGES} SELECT DISTINCT customer_id FROM changed WHERE customer_id IS NOT NULL ORDER BY customer_id"


class NothingToAccept(ValueError):
    """No record has another customer id than readers see, or all that have were accepted."""


@dataclass(frozen=True)
class Changes:
    """Since readers got their ids: `known` records of then, those that changed by cause, and the ids they had."""

    known: int
    causes: dict[str, int]
    ids: list[str]

    @property
    def records(self) -> int:
        """How many changed."""
        return sum(self.causes.values())


def changes(connection: Connection) -> Changes:
    """What changed since the last published run, or since the last acceptance; nothing where nothing was published."""
    causes = {cause: int(records) for cause, records in connection.execute(CAUSES).fetchall()}
    ids = [customer_id for (customer_id,) in connection.execute(IDS).fetchall()]
    return Changes(int(scalar(connection, KNOWN) or 0), causes, ids)


def accept(connection: Connection, *, requester: str, reason: str) -> Changes:
    """Accept what changed up to the last run of the identity step, and return it. Raises NothingToAccept."""
    found = changes(connection)
    if not found.records:
        raise NothingToAccept("every record has the customer id that readers see, or its new one is accepted already")
    run_id, as_of = connection.execute(f"WITH {RUNS} SELECT run_id, as_of FROM last_run").fetchall()[0]
    said = {"measure": ACCEPTANCE, "value": found.records, "accepted_by": f"{requester}: {reason}"}
    moment = {"run_id": run_id, "as_of": as_of, "resolved_at": datetime.now(UTC)}
    insert_row(connection, "customer_master.identity_run", moment | said)
    return found
