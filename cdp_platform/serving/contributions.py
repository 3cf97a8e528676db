"""The rows that a row of gold was counted from, where it is not one record's: aggregates, active lives, health.

Here: facts under an aggregate by the columns they share, and the few models that count something else. Not here: the
record under a contributing row (`records`).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cdp_platform.landing.typed import decode_raw_id
from cdp_platform.serving.customers import MEMBERSHIP
from cdp_platform.serving.records import follow_record
from cdp_platform.serving.steps import Row, Step, Trail
from cdp_platform.warehouse.duckdb import quote

PARTY = "party_source_record_id"
RUNNING = "started_date <= last_day($month_start_date) AND (ended_date IS NULL OR ended_date >= $month_start_date)"
COUNTED: dict[str, tuple[tuple[str, str], ...]] = {
    "gold.fact_active_lives": (("domain.leave_event", "event_date BETWEEN $activity_date - 89 AND $activity_date"),),
    "gold.fact_customer_health": (
        ("domain.health_score", "scored_date = $scored_date"),
        ("domain.feature_usage", "used_date BETWEEN $scored_date - 27 AND $scored_date"),
    ),
    "gold.fact_customer_health_score": (
        ("domain.health_score", "scored_date = $scored_date"),
        ("domain.feature_usage", "used_date BETWEEN $scored_date - 27 AND $scored_date"),
    ),
    "gold.agg_mrr_customer_month": (("domain.subscription", RUNNING),),
    "gold.agg_mrr_month": (("domain.subscription", RUNNING),),
}
"""Model to the domain tables that it counts by customer, each with a condition on the model's row."""

GRAINS = ("month", "week")
MATCHED_TYPES = ("VARCHAR", "BOOLEAN")


def follow_contributions(
    trail: Trail, relation: str, row: Row, parents: Sequence[str], grains: Mapping[str, Sequence[str]]
) -> bool:
    """Add the rows that this one was counted from, and the record under the first of them; False where none is known.

    `parents`: the tables it is built from; `grains`: the key columns of every table.
    """
    counted = [(table, *_of_customer(row, condition)) for table, condition in COUNTED.get(relation, ())]
    if not counted:
        facts = [parent for parent in parents if parent.startswith(("gold.fact_", "gold.agg_"))]
        counted = [(fact, *_under(trail, relation, row, fact)) for fact in facts]
    for table, where, parameters in counted:
        _add(trail, table, where, parameters, grains.get(table, ()))
    return bool(counted)


def _of_customer(row: Row, condition: str) -> tuple[str, Row]:
    parameters = {name: row[name] for name in re.findall(r"\$(\w+)", condition)}
    if row.get("customer_id") == "unknown":
        condition += f" AND {PARTY} NOT IN (SELECT source_record_id FROM warehouse.{MEMBERSHIP})"
    elif "customer_id" in row:
        condition += (
            f" AND {PARTY} IN (SELECT source_record_id FROM warehouse.{MEMBERSHIP} WHERE customer_id = $customer_id)"
        )
        parameters["customer_id"] = row["customer_id"]
    return condition, parameters


def _under(trail: Trail, relation: str, row: Row, fact: str) -> tuple[str, Row]:
    """The fact's rows that share this row's words and its day, week or month."""
    columns, mine = trail.columns(fact), trail.columns(relation)
    customer = trail.columns("gold.dim_customer") if "customer_version_id" in columns else {}
    conditions, parameters = ["true"], {}
    for name, type_ in mine.items():
        if type_ not in MATCHED_TYPES or row[name] is None:
            continue
        if name in columns:
            conditions.append(f"{quote(name)} = ${name}")
        elif name in customer:
            versions = f"SELECT customer_version_id FROM warehouse.gold.dim_customer WHERE {quote(name)} = ${name}"
            conditions.append(f"customer_version_id IN ({versions})")
        else:
            continue
        parameters[name] = row[name]
    my_dates, its_dates = _dates(mine), _dates(columns)
    if len(my_dates) == 1 and its_dates:
        [mine_on] = my_dates
        its_on = mine_on if mine_on in its_dates else its_dates[0]
        grain = next((grain for grain in GRAINS if mine_on.startswith(grain)), "day")
        conditions.append(f"date_trunc('{grain}', {quote(its_on)}) = ${mine_on}")
        parameters[mine_on] = row[mine_on]
    return " AND ".join(conditions), parameters


def _dates(columns: Mapping[str, str]) -> list[str]:
    return [name for name, type_ in columns.items() if type_ == "DATE"]


def _add(trail: Trail, table: str, where: str, parameters: Row, grain: Sequence[str]) -> None:
    count = trail.count(table, where, parameters)
    rows = trail.rows(table, where, parameters, order=", ".join(map(quote, grain)) or "ALL", limit=trail.limit)
    shown = f", {len(rows)} shown" if count > len(rows) else ""
    trail.notes.append(f"{count:,} row{'s' * (count != 1)} of {table} counted{shown}")
    for row in rows:
        trail.steps.append(_step(trail, table, row, grain))
    if rows and "source_record_id" in rows[0]:
        follow_record(trail, rows[0]["source_record_id"], "the first of them")
    elif rows:
        trail.notes.append(f"to go on: cdp trace {table.split('.')[1]} '{_key(rows[0], grain)}'")


def _step(trail: Trail, table: str, row: Row, grain: Sequence[str]) -> Step:
    file = line = None
    if row.get("raw_id"):
        prefix, line = decode_raw_id(row["raw_id"])
        files = trail.rows("ops.landed_file", "left(sha256, 16) = ?", [prefix], order="delivery_id", limit=1)
        file = f"{files[0]['source_system']}/{files[0]['stream']}/{files[0]['file_name']}" if files else None
    layer = table.split(".", maxsplit=1)[0]
    return Step(
        layer,
        table,
        _key(row, grain),
        "counted in it",
        file=file,
        line=line,
        at=row.get("source_updated_at"),
        values=trail.shown(table, row),
    )


def _key(row: Mapping[str, Any], grain: Sequence[str]) -> str:
    return ",".join(str(row[name]) for name in grain or list(row)[:1])
