"""Damage for the Python checks that no delivery can turn red: SQL scripts, each of which must.

Here: per check, what is done to which table, and how the check is asked. Not here: bad deliveries (`deliveries`), dbt
tests (`defects`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import dagster as dg

from asset_checks.accounting import staging_results, staging_spec
from asset_checks.build import source_results
from asset_checks.customer_master import master_results, master_specs
from asset_checks.freshness import freshness_results
from asset_checks.gold_rule import gold_result
from asset_checks.reconciliation import GOLD_RULES
from cdp_platform.assets.extracts import STREAMS
from cdp_platform.assets.lineage import raw_inputs
from cdp_platform.landing.tables import raw_relation
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse.duckdb import Connection
from tests.asset_checks.deliveries import streams

CROSSWALK, LEDGER = "customer_master.customer_crosswalk", "customer_master.customer_id_ledger"
RECORD, ALIAS = "customer_master.int_customer__record", "customer_master.customer_id_alias"
RETIRED = f"{ALIAS} (retired_customer_id, customer_id, since)"
HISTORY, EDGE = "customer_master.customer_id_history", "customer_master.match_edge"
HEALTH, RUN = "customer_master.identifier_health", "customer_master.identity_run"
DUPLICATE, EXCEPTIONS = "customer_master.customer_duplicate", "customer_master.customer_match_exceptions"
HOUSEHOLD, PARENT = "customer_master.customer_household", "customer_master.customer_inferred_parent"
FIRM = f"SELECT min(customer_id) AS customer_id FROM {CROSSWALK} WHERE record_type = 'organization'"
REVENUE, EVENT = "gold.fact_revenue", "gold.fact_employee_events"
LIVES, SCORED = "gold.fact_active_lives", "gold.fact_customer_health"


@dataclass(frozen=True)
class Case:
    """A check, the table that it belongs to, the damage that it must see, and how it is asked."""

    key: dg.AssetCheckKey
    scripts: list[str]
    answer: Callable[[Connection], Iterable[dg.AssetCheckResult]]

    @property
    def table(self) -> str:
        """The table as SQL."""
        return ".".join(self.key.asset_key.path)


def cases(definitions: dg.Definitions) -> Iterator[Case]:
    """All of them."""
    for spec in master_specs():
        yield Case(spec.key, MASTER[spec.name], master_results)
    for rule in GOLD_RULES:
        yield Case(rule.check.key, GOLD[rule.name], lambda c, rule=rule: [gold_result(c, rule)])
    for source, stream in streams():
        staging = staging_spec(source, stream)
        scripts = of_staging(".".join(staging.asset_key.path))
        yield Case(staging.key, scripts, lambda c, staging=staging: staging_results(c, {staging.asset_key}))
        raw = dg.AssetKey(["raw", source.raw_table(stream)])
        for name, scripts in of_stream(source, stream).items():
            yield Case(dg.AssetCheckKey(raw, name), scripts, lambda c, of=(source, stream): source_results(c, *of))
    for asset, inputs in raw_inputs(definitions.assets or ()).items():
        aging = [stale(*STREAMS[key]) for key in inputs if STREAMS[key][1].cadence.max_age]
        key = dg.AssetCheckKey(asset, "is_fresh")
        asked = {asset: inputs}
        yield Case(key, aging or [silent(*STREAMS[inputs[0]])], lambda c, asked=asked: freshness_results(c, asked))


def key_of(result: dg.AssetCheckResult) -> dg.AssetCheckKey:
    """The check that answered."""
    assert result.asset_key is not None
    assert result.check_name is not None
    return dg.AssetCheckKey(result.asset_key, result.check_name)


def one(table: str, condition: str = "true") -> str:
    """A condition that chooses one row."""
    return f"rowid = (SELECT min(rowid) FROM {table} WHERE {condition})"


def double(table: str, condition: str = "true") -> str:
    """One row twice."""
    return f"INSERT INTO {table} SELECT * FROM {table} WHERE {one(table, condition)}"


def drop(table: str, condition: str = "true") -> str:
    """One row less."""
    return f"DELETE FROM {table} WHERE {one(table, condition)}"


def change(table: str, assignment: str, condition: str = "true") -> str:
    """One row changed."""
    return f"UPDATE {table} SET {assignment} WHERE {one(table, condition)}"


def of_stream(source: Source, stream: Stream) -> dict[str, list[str]]:
    """Damage to what the ledgers say of a stream, by the check that must see it."""
    raw, named = raw_relation(source, stream), f"source_system = '{source.name}' AND stream = '{stream.table}'"
    unreadable = f"""
        INSERT INTO ops.load_audit (source_system, stream, started_at, status, cause, reason)
        VALUES ('{source.name}', '{stream.table}', now(), 'held', 'controls', 'the control file cannot be read')"""
    damage = {
        "accounts_for_every_row": [
            drop(raw),
            double(raw),
            change(raw, "_airbyte_extracted_at = now()"),
            change("ops.landed_file", "delivered = delivered + 1, unreadable = unreadable + 1", named),
        ],
        "is_fresh": [silent(source, stream), *([stale(source, stream)] if stream.cadence.max_age else [])],
        "reconciles_to_control_total": [
            change("ops.control_total", "value = value + 0.01", named),
            drop("ops.control_total", named),
            f"DELETE FROM ops.control_total WHERE {named}",
            unreadable,
        ],
    }
    return {name: scripts for name, scripts in damage.items() if stream.controls or "control" not in name}


def silent(source: Source, stream: Stream) -> str:
    """As if the stream had never delivered a row that counts."""
    named = f"source_system = '{source.name}' AND stream = '{stream.table}'"
    return f"UPDATE ops.load_audit SET high_water = NULL WHERE {named}"


def stale(source: Source, stream: Stream) -> str:
    """As if the stream had brought nothing for a hundred days."""
    named = f"source_system = '{source.name}' AND stream = '{stream.table}'"
    return f"UPDATE ops.load_audit SET high_water = high_water - INTERVAL 100 DAY WHERE {named}"


def of_staging(table: str) -> list[str]:
    """Damage to a staging table."""
    return [drop(table), double(table), change(table, "raw_id = 'planted'")]


SHARED = f"customer_id IN (SELECT customer_id FROM {CROSSWALK} GROUP BY 1 HAVING count(*) > 1)"
SHARED_TAX_ID = f"""record_type = 'organization' AND tax_id IS NOT NULL AND source_record_id IN (
    SELECT source_record_id FROM {CROSSWALK} WHERE customer_id IN (
        SELECT customer_id FROM {RECORD} JOIN {CROSSWALK} USING (source_record_id)
        WHERE tax_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1))"""
ACCEPTED = f"source_record_id IN (SELECT record_a FROM {EDGE} WHERE status = 'accepted')"


def decide(action: str, *, same: bool) -> str:
    """A decision about two records that are one customer (`same`) or two; the crosswalk does not follow it."""
    return f"""
        INSERT INTO {EXCEPTIONS}
        SELECT 'planted', '{action}', a.source_system, a.source_object || ':' || a.source_id, b.source_system,
            b.source_object || ':' || b.source_id, 'C-other', 'ada', 'bob', 'planted', NULL, NULL
        FROM {CROSSWALK} AS a JOIN {CROSSWALK} AS b
            ON a.record_type = b.record_type AND a.source_record_id < b.source_record_id
            AND (a.customer_id = b.customer_id) = {same}
        ORDER BY a.source_record_id, b.source_record_id LIMIT 1"""


def later_run(value: str) -> str:
    """A run after the one that was published, with its counts but for `value`."""
    return f"""
        INSERT INTO {RUN} BY NAME
        SELECT 'planted' AS run_id, as_of, now() AS resolved_at, measure, record_type, subject, {value} AS value
        FROM {RUN} WHERE measure <> 'records_known_before'"""


def changed_ids(event: str, known: int, changed: int) -> str:
    """So many of `known` records got another id in a later run."""
    return f"""{later_run("value")};
        INSERT INTO {RUN} (run_id, resolved_at, measure, record_type, value)
        VALUES ('planted', now(), 'records_known_before', 'person', {known});
        INSERT INTO {HISTORY} (customer_id, event, related_customer_id, cause, record_count, run_id, as_of)
        VALUES ('C-one', '{event}', 'C-two', 'person_email_name', {changed}, 'planted', now())"""


def labelled(one: int, joined: int, wrongly: int) -> str:
    """People's decisions, and how many of their pairs the rules join."""
    rows = {
        "'labelled_pairs', 'force_match'": one,
        "'labelled_pairs_joined', 'force_match'": joined,
        "'labelled_pairs_joined', 'never_match'": wrongly,
    }
    values = ", ".join(f"((SELECT max(run_id) FROM {RUN}), 'person', {what}, {n})" for what, n in rows.items())
    return f"INSERT INTO {RUN} (run_id, record_type, measure, subject, value) VALUES {values}"


def thrown_together(record_type: str, assignment: str) -> str:
    """The records of one type in a few customers, each with a value of its own."""
    mine = f"record_type = '{record_type}'"
    return f"""
        UPDATE {CROSSWALK} SET customer_id = 'C' || hash(source_record_id) % 20 WHERE {mine};
        UPDATE {RECORD} SET {assignment} WHERE {mine}"""


MASTER: dict[str, list[str]] = {
    "gives_every_record_one_customer": [
        drop(CROSSWALK),
        double(CROSSWALK),
        change(CROSSWALK, "customer_id = NULL"),
        drop(RECORD),
    ],
    "never_mixes_persons_and_organizations": [change(CROSSWALK, "record_type = 'robot'", SHARED)],
    "has_one_tax_id_per_customer": [change(RECORD, "tax_id = 'FR00000000001'", SHARED_TAX_ID)],
    "leaves_few_duplicates": [f"UPDATE {CROSSWALK} SET customer_id = source_record_id"],
    "is_rare_in_every_source": [f"UPDATE {DUPLICATE} SET surplus_count = 10000 WHERE source_object = 'account'"],
    "gives_a_person_one_household": [
        double(HOUSEHOLD),
        change(HOUSEHOLD, "household_id = NULL"),
        change(HOUSEHOLD, "customer_id = 'C-nobody'"),
        change(HOUSEHOLD, f"customer_id = ({FIRM})"),
    ],
    "infers_one_parent_at_most": [
        f"INSERT INTO {PARENT} SELECT customer_id, 'C-nobody', 'name', 0.9 FROM ({FIRM})",
        f"INSERT INTO {PARENT} SELECT customer_id, customer_id, 'name', 0.9 FROM ({FIRM})",
        f"INSERT INTO {PARENT} SELECT a.customer_id, b.customer_id, 'name', 0.9 FROM ({FIRM}) AS a, ({FIRM}) AS b",
    ],
    "resolves_every_retired_id": [
        f"INSERT INTO {RETIRED} VALUES ('C-retired', 'C-nobody', now())",
        f"INSERT INTO {RETIRED} SELECT 'C-a', 'C-b', now() UNION SELECT 'C-b', min(customer_id), now() FROM {LEDGER}",
        f"INSERT INTO {RETIRED} SELECT min(customer_id), max(customer_id), now() FROM {CROSSWALK}",
    ],
    "remembers_every_record": [drop(LEDGER), double(LEDGER), change(LEDGER, "customer_id = 'C-other'")],
    "explains_every_customer_id": [
        f"DELETE FROM {HISTORY} WHERE customer_id = (SELECT min(customer_id) FROM {CROSSWALK})",
        f"UPDATE {HISTORY} SET event = 'move'",
    ],
    "lists_what_many_share": [
        f"INSERT INTO {HEALTH} VALUES ('person', 'email', 's@x.com', 1, 4)",
        f"INSERT INTO {HEALTH} SELECT 'person', 'email', 's@x.com', 9, 40 FROM range(2)",
    ],
    "counts_the_run_once": [
        double(RUN, "measure = 'records'"),
        change(RUN, "value = value + 1", "measure = 'customers'"),
        drop(RUN, "measure = 'accepted_pairs'"),
    ],
    "keeps_customer_ids": [changed_ids("move", 20_000, 21), changed_ids("merge", 0, 11)],
    "finds_as_many_pairs_as_before": [
        later_run("CASE WHEN measure = 'accepted_pairs' THEN 2 * value + 30 ELSE value END"),
        later_run("CASE WHEN measure = 'accepted_pairs' THEN value // 10 ELSE value END"),
    ],
    "agrees_with_people": [labelled(60, 29, 0), labelled(60, 60, 61)],
    "joins_no_crowd": [
        f"UPDATE {CROSSWALK} SET customer_id = 'C-crowd' WHERE record_type = 'person'",
        f"UPDATE {CROSSWALK} SET customer_id = 'C' || rowid // 13 WHERE record_type = 'person'",
    ],
    "gives_a_person_few_given_names": [thrown_together("person", "first_name = md5(source_record_id)")],
    "gives_a_person_one_birth_date": [
        thrown_together("person", "birth_date = DATE '1990-01-01' + CAST(hash(source_record_id) % 999 AS INTEGER)")
    ],
    "gives_an_organization_few_names": [thrown_together("organization", "company_name = md5(source_record_id)")],
    "gives_an_organization_few_countries": [thrown_together("organization", "country = md5(source_record_id)")],
    "joins_what_it_accepts": [change(CROSSWALK, "customer_id = 'C-other'", ACCEPTED), drop(CROSSWALK, ACCEPTED)],
    "are_honoured": [
        decide("force_match", same=False),
        decide("never_match", same=True),
        decide("exclude", same=True),
        decide("pin_id", same=True),
    ],
}


def of_revenue(revenue_type: str, source: str) -> list[str]:
    """Damage to one kind of revenue."""
    mine = f"revenue_type = '{revenue_type}' AND source_system = '{source}' AND amount <> 0"
    return [change(REVENUE, "amount = amount + 0.01", mine), drop(REVENUE, mine), f"DELETE FROM {REVENUE} WHERE {mine}"]


LAST_DAY = f"activity_date = (SELECT max(activity_date) FROM {LIVES})"
GOLD: dict[str, list[str]] = {
    "billed_reconciles_to_netsuite": of_revenue("billed", "netsuite"),
    "billed_reconciles_to_stripe": of_revenue("billed", "stripe"),
    "booked_reconciles_to_salesforce": of_revenue("booked", "salesforce"),
    "recognized_reconciles_to_netsuite": of_revenue("recognized", "netsuite"),
    "lives_reconcile_to_platform": [
        change(LIVES, "active_lives = active_lives + 1", LAST_DAY),
        drop(LIVES, LAST_DAY),
        f"DELETE FROM {LIVES}",
    ],
    "scores_reconcile_to_platform": [
        drop(SCORED, "platform_score IS NOT NULL"),
        double(SCORED),
        f"DELETE FROM {SCORED}",
    ],
    "events_reconcile_to_bamboohr": [change(EVENT, "event_date = event_date - 400"), drop(EVENT), double(EVENT)],
}
