"""A row of gold back to the lines of the files it came from, with the reason for every step.

Here: finding the row, and which road back it takes. Not here: the roads (`records`, `customers`, `contributions`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdp_platform.environment import Settings
from cdp_platform.serving.contributions import follow_contributions
from cdp_platform.serving.customers import SAYS_WHO_WON, follow_customer, follow_party, surviving_id
from cdp_platform.serving.masking import personal_columns
from cdp_platform.serving.models import key_columns, parents_of
from cdp_platform.serving.reader import attached
from cdp_platform.serving.records import follow_record
from cdp_platform.serving.steps import Row, Step, Trail, record_of
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.duckdb import quote

TRACED = ("gold", "customer_master", "domain")
NEAR = 6


class NothingToTrace(LookupError):
    """There is no such table or no such row; the message says what there is."""


@dataclass(frozen=True)
class Trace:
    """A row's way back: how many rows matched the key (the first is traced), the steps, and what was left out."""

    table: str
    key: str
    matches: int
    steps: Sequence[Step]
    notes: Sequence[str]


def trace(
    settings: Settings,
    table: str,
    key: str,
    *,
    manifest: Mapping[str, Any],
    unmasked: bool = False,
    limit: int = 20,
    say: Callable[[str], None] | None = None,
) -> Trace:
    """Follow a row of `table` back. `key`: values of its key columns, or `column=value`, joined by commas.

    Reads the warehouse under the writers' lock; `say` gets one message if that must be waited for. Gives at most
    `limit` rows of a kind. Raises NothingToTrace, WarehouseBusy, OnlyOnDuckDB.
    """
    warehouse = open_warehouse(settings)
    if not warehouse.file.exists():
        raise NothingToTrace(
            f"nothing has been refreshed in {settings.home} yet; run `cdp demo` or `cdp refresh` first"
        )
    with warehouse.lock("tracing a row", say=say), attached(warehouse.file, "warehouse") as connection:
        trail = Trail(connection, None if unmasked else personal_columns(manifest), limit)
        relation = _relation(trail, table)
        trail.asked = relation
        keys = key_columns(manifest)
        row, matches = _find(trail, relation, key, keys.get(relation, ()))
        _follow(trail, relation, row, manifest, keys)
    return Trace(relation, key, matches, trail.steps, trail.notes)


def _relation(trail: Trail, table: str) -> str:
    schema, _, name = table.rpartition(".")
    for layer in [schema] if schema else TRACED:
        if layer in TRACED and name in trail.tables(layer):
            return f"{layer}.{name}"
    known = ", ".join(trail.tables("gold")) or "nothing yet, run `cdp refresh`"
    raise NothingToTrace(f"there is no table '{table}' to trace; gold has: {known}")


def _find(trail: Trail, relation: str, key: str, grain: Sequence[str]) -> tuple[Row, int]:
    """The row of that key, and how many there are: of several a current one, then the newest."""
    columns = trail.columns(relation)
    # Who may not see a value may not ask whether it is there either.
    hidden = (trail.personal or {}).get(relation, set())
    asked = {name: type_ for name, type_ in columns.items() if name not in hidden}
    for parts, names in (([key], grain), (key.split(","), grain), ([key], ()), (key.split(","), ())):
        if names and len(names) != len(parts):
            continue
        where, parameters = _condition(asked, [part.strip() for part in parts], names)
        matches = trail.count(relation, where, parameters)
        if matches > 1:
            trail.notes.append(
                f"{matches:,} rows match the key, the newest is traced; name more columns as column=value,column=value"
            )
        if matches:
            return trail.rows(relation, where, parameters, order=_newest_first(columns), limit=1)[0], matches
    ids = [name for name in asked if name.endswith(("_id", "_code", "_date"))]
    named = ", ".join(ids[:NEAR]) or "its key"
    raise NothingToTrace(f"{relation} has no row '{key}'; give a value of {named}, or column=value,column=value")


def _newest_first(columns: Mapping[str, str]) -> str:
    current = ["is_current DESC"] if "is_current" in columns else []
    dates = [f"{quote(name)} DESC" for name, type_ in columns.items() if type_ == "DATE"]
    return ", ".join([*current, *dates, *map(quote, columns)])


def _condition(columns: Mapping[str, str], parts: Sequence[str], names: Sequence[str]) -> tuple[str, list[str]]:
    """The parts as values of these columns, as `column=value`, or else as values of any word or date of the row."""
    conditions: list[str] = []
    parameters: list[str] = []
    for place, part in enumerate(parts):
        name, equals, value = part.partition("=")
        if not (equals and name in columns) and names:
            name, equals, value = names[place], "=", part
        if equals and name in columns:
            conditions.append(f"{quote(name)} = TRY_CAST(? AS {columns[name]})")
            parameters.append(value)
            continue
        texts = [name for name, type_ in columns.items() if type_ == "VARCHAR"]
        dates = [name for name, type_ in columns.items() if type_ == "DATE"]
        same = [f"{quote(name)} = ?" for name in texts] + [f"{quote(name)} = TRY_CAST(? AS DATE)" for name in dates]
        conditions.append(f"({' OR '.join(same) or 'false'})")
        parameters += [part] * len(same)
    return " AND ".join(conditions), parameters


def _follow(
    trail: Trail, relation: str, row: Row, manifest: Mapping[str, Any], keys: Mapping[str, Sequence[str]]
) -> None:
    layer, name = relation.split(".")
    record = ",".join(str(row[column]) for column in keys.get(relation) or list(row)[:1])
    trail.steps.append(
        Step(layer, relation, record, "the row asked for", at=row.get("valid_from"), values=trail.shown(relation, row))
    )
    if record == "unknown":
        trail.notes.append("the unknown member stands for what facts do not name; it has no source")
        return
    customer = row.get("customer_id") or (row.get("organization_id") if name == "dim_organization" else None)
    if name in SAYS_WHO_WON and customer:
        follow_customer(trail, surviving_id(trail, customer))
        return
    named = [column for column, value in row.items() if record_of(value)]
    for column in sorted(named, key=lambda column: (column != "source_record_id", column)):
        if column.startswith("party_"):
            follow_party(trail, row[column])
        else:
            follow_record(trail, row[column], f"its {column.removesuffix('_id').replace('_', ' ')}")
    counted = follow_contributions(trail, relation, row, parents_of(manifest, relation), keys)
    if not named and not counted:
        trail.notes.append(f"{relation} is computed, not delivered: `cdp where {name}` names what it is built from")
