"""Survivorship once more, record by record in Python, from the sentences of decision 13.

Here: what the versions of a customer's records give, by the rules of the seed, today and at every moment. Not here: the
models it is compared with.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from cdp_platform.warehouse.duckdb import Connection

GROUPS = {
    "name": ["full_name", "first_name", "last_name"],
    "address": ["street", "city", "region", "postal_code", "country"],
}
ATTRIBUTES = ["company_name", "email", "phone", "website", "tax_id", "birth_date", "industry", "employee_count"]
COLUMNS_OF = GROUPS | {attribute: [attribute] for attribute in ATTRIBUTES}
COLUMNS = [column for columns in COLUMNS_OF.values() for column in columns]
Version = dict[str, Any]
Golden = dict[str, str]


def survivors(versions: list[Version], rules: list[Version]) -> Golden:
    """The golden values of one customer, as text, whose records say `versions`, under the rows of the seed."""
    golden = {}
    for attribute, columns in COLUMNS_OF.items():
        rows = [rule for rule in rules if rule["attribute"] == attribute]
        saying = [version for version in versions if any(version[column] is not None for column in columns)]
        if saying:
            winner = min(saying, key=order(columns, rows, saying))
            golden |= {column: str(winner[column]) for column in columns if winner[column] is not None}
    return golden


def order(columns: list[str], rows: list[Version], saying: list[Version]) -> Callable[[Version], tuple[Any, ...]]:
    """The order in which versions come for these columns; the first wins."""
    (rule,) = {row["rule"] for row in rows}
    ranks = {(row["source_system"], row["source_object"]): row["priority"] for row in rows if row["priority"]}
    frequency = Counter(said(version, columns) for version in saying)

    def place(version: Version) -> tuple[Any, ...]:
        first = {
            "source_priority": 0,
            "recency": 0,
            "frequency": -frequency[said(version, columns)],
            "completeness": (-filled(version, columns), -filled(version, COLUMNS)),
        }[rule]
        rank = ranks.get((version["source_system"], version["source_object"]), 99) if ranks else 0
        newest = -version["source_updated_at"].timestamp()
        return version[columns[0]] is None, first, rank, newest, version["source_record_id"]

    return place


def said(version: Version, columns: list[str]) -> tuple[str, ...]:
    """What a version says, without case, blanks and punctuation."""
    return tuple("".join(c for c in str(version[column] or "").lower() if c not in " .,-()/") for column in columns)


def filled(version: Version, columns: Iterable[str]) -> int:
    """How many of the columns have a value."""
    return sum(version[column] is not None for column in columns)


def expected(connection: Connection) -> tuple[dict[str, Golden], dict[tuple[str, datetime], Golden]]:
    """What must have survived of every customer today, and at every moment at which one of its records stood."""
    versions = rows(connection, "SELECT * FROM customer_master.int_customer__version")
    rules = rows(connection, "SELECT * FROM customer_master.survivorship_rule")
    today, moments = {}, {}
    for customer in {version["customer_id"] for version in versions}:
        own = [version for version in versions if version["customer_id"] == customer]
        today[customer] = survivors([version for version in own if version["valid_to"] is None], rules)
        for moment in {moment for version in own for moment in (version["valid_from"], version["valid_to"]) if moment}:
            stood = [v for v in own if v["valid_from"] <= moment and (v["valid_to"] is None or v["valid_to"] > moment)]
            if stood:
                moments[customer, moment] = survivors(stood, rules)
    return today, moments


def rows(connection: Connection, query: str) -> list[Version]:
    """The rows of a query, by column."""
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
