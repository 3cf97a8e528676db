"""Defects for dbt tests: per kind of test, what must turn it red, made to fit its arguments and its table.

Here: SQL that damages the tested table. Not here: running the tests (`test_proofs`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from cdp_platform.warehouse.duckdb import Connection

Proof = list[str]
"""Alternatives: SQL scripts of which at least one must turn the test red."""


@dataclass(frozen=True)
class Subject:
    """A dbt test's table, its columns with their types, its arguments, and the rows it looks at."""

    table: str
    types: Mapping[str, str]
    arguments: Mapping[str, Any]
    where: str

    def row(self, condition: str = "true") -> str:
        """A condition that chooses one row among those that the test looks at."""
        return f"rowid = (SELECT min(rowid) FROM {self.table} WHERE ({self.where}) AND ({condition}))"

    def set(self, column: str, value: str, condition: str = "true") -> str:
        """Change one row."""
        return f"UPDATE {self.table} SET {column} = {value} WHERE {self.row(condition)}"

    def null(self, column: str) -> str:
        """Empty a value that is there."""
        return self.set(column, "NULL", f"{column} IS NOT NULL")

    def double(self, condition: str = "true") -> str:
        """The same row once more."""
        return f"INSERT INTO {self.table} SELECT * FROM {self.table} WHERE {self.row(condition)}"

    def drop(self, condition: str = "true") -> str:
        """One row less."""
        return f"DELETE FROM {self.table} WHERE {self.row(condition)}"

    def strange(self, column: str) -> str:
        """A value that nothing else has."""
        type_ = self.types[column]
        if type_ == "VARCHAR":
            return "'planted'"
        if type_ == "BOOLEAN":
            return f"NOT {column}"
        return f"CAST({'-7' if is_number(type_) else repr('1000-01-01')} AS {type_})"

    def later(self, column: str) -> str:
        """The value after this one."""
        is_time = self.types[column].startswith(("DATE", "TIMESTAMP"))
        return f"{column} + {'INTERVAL 1 DAY' if is_time else '1'}"


def is_number(type_: str) -> bool:
    """A type that is counted or measured in."""
    return type_.startswith(("BIGINT", "INTEGER", "DECIMAL", "DOUBLE"))


def _columns(t: Subject) -> list[str]:
    return t.arguments.get("columns") or [t.arguments["column_name"]]


def _one_row_per(t: Subject) -> list[Proof]:
    return [[t.double()], *_never_null(t)]


def _never_null(t: Subject) -> list[Proof]:
    return [[t.null(column)] for column in _columns(t)]


def _listed_values(t: Subject) -> list[Proof]:
    return [[t.set(t.arguments["column_name"], "'planted'")]]


def _has_all(t: Subject) -> list[Proof]:
    column = t.arguments["column"]
    return [
        [f"DELETE FROM {t.table} WHERE {column} = (SELECT max({column}) FROM {t.table} WHERE {column} <> 'unknown')"]
    ]


def _every_day(t: Subject) -> list[Proof]:
    column = t.arguments["column"]
    inner = f"SELECT DISTINCT {column} FROM {t.table} ORDER BY 1 LIMIT 1 OFFSET 1"
    return [[f"DELETE FROM {t.table} WHERE {column} = ({inner})"]]


def _exactly_one(t: Subject) -> list[Proof]:
    key, condition = t.arguments["key"], t.arguments["condition"]
    several = f"SELECT {key} FROM {t.table} GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
    return [[t.double(condition)], [f"DELETE FROM {t.table} WHERE {key} = ({several}) AND ({condition})"]]


def _few(t: Subject) -> list[Proof]:
    met = sqlglot.parse_one(t.arguments["condition"], read="duckdb")
    assert isinstance(met, exp.EQ), "write a planter for conditions of other forms"
    return [[f"UPDATE {t.table} SET {met.this.sql()} = {met.expression.sql()}"]]


def _periods(t: Subject) -> list[Proof]:
    start, end = t.arguments["valid_from"], t.arguments["valid_to"]
    closed = f"{end} IS NOT NULL"
    return [
        [t.set(end, t.later(end), closed)],
        [t.set(end, start, closed)],
        [t.set(end, "NULL", closed)],
        [t.double()],
        [
            t.drop(
                f"{end} IS NULL AND {t.arguments['key']} IN (SELECT {t.arguments['key']} FROM {t.table} WHERE {closed})"
            )
        ],
    ]


def _refers(t: Subject) -> list[Proof]:
    columns = _columns(t)
    present = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return [[t.set(column, t.strange(column), present)] for column in columns]


def _sum(t: Subject) -> list[Proof]:
    counted = f"({t.arguments['column']}) <> 0 AND ({t.arguments.get('where', 'true')})"
    return [[t.double(counted)], [t.drop(counted)]]


def _direct_count(t: Subject) -> list[Proof]:
    newest = f"(SELECT max(activity_date) FROM {t.table})"
    days = (newest, f"{newest} - {t.arguments['days_before']}")
    more = [[t.set("active_lives", "active_lives + 1", f"activity_date = {day}")] for day in days]
    return [*more, [t.drop(f"activity_date = {newest}")]]


def _scores_in_force(t: Subject) -> list[Proof]:
    newest = f"(SELECT max(date_day) FROM {t.table})"
    days = (newest, f"{newest} - {t.arguments['days_before']}")
    more = [[t.set("customer_count", "customer_count + 1", f"date_day = {day}")] for day in days]
    off = t.set("average_score", "average_score + 0.01", f"date_day = {newest}")
    return [*more, [t.drop(f"date_day = {newest}")], [off]]


def _open_subscriptions(t: Subject) -> list[Proof]:
    newest = f"month_start_date = (SELECT max(month_start_date) FROM {t.table}) AND closing_mrr_amount > 0"
    return [[t.double(newest)], [t.drop(newest)]]


def _agrees(t: Subject) -> list[Proof]:
    key = t.arguments["key"]
    flipped = ([t.set(c, f"CASE WHEN {c} IS NULL THEN {t.strange(c)} END")] for c in t.arguments["columns"])
    return [[t.set(key, t.strange(key))], *flipped]


def _takes(t: Subject) -> list[Proof]:
    column = t.arguments["column"]
    gone = ([f"DELETE FROM {t.table} WHERE {column} = '{value}'"] for value in t.arguments["values"])
    return [[t.set(column, "'planted'")], *gone]


def _holds(t: Subject) -> list[Proof]:
    """Whatever the condition is: other values in one of the columns it names, null only as a last try."""
    condition = sqlglot.parse_one(t.arguments["condition"], read="duckdb")
    named = sorted({column.name for column in condition.find_all(exp.Column)} & set(t.types))
    values = {
        column: [
            t.strange(column),
            *(other for other in named if other != column and t.types[other] == t.types[column]),
        ]
        for column in named
    }
    for column in named:
        if is_number(t.types[column]):
            values[column] += [f"{column} + 1", f"CAST(101 AS {t.types[column]})"]
    tries = [f"UPDATE {t.table} SET {column} = {value}" for column in named for value in values[column]]
    return [[*tries, *(f"UPDATE {t.table} SET {column} = NULL" for column in named)]]


PLANTERS: dict[str, Callable[[Subject], list[Proof]]] = {
    "accepted_values": _listed_values,
    "agrees_with": _agrees,
    "counts_scores_in_force": _scores_in_force,
    "equals_direct_count": _direct_count,
    "equals_open_subscriptions": _open_subscriptions,
    "equals_sum_of": _sum,
    "has_all_of": _has_all,
    "has_every_day": _every_day,
    "has_exactly_one": _exactly_one,
    "has_few": _few,
    "has_no_gap_or_overlap": _periods,
    "has_one_row_per": _one_row_per,
    "has_present": _never_null,
    "holds": _holds,
    "is_key": _one_row_per,
    "is_of_a_party": _refers,
    "refers_to": _refers,
    "sums_to": _sum,
    "takes_exactly": _takes,
}


def subject(connection: Connection, manifest: Mapping[str, Any], node: Mapping[str, Any]) -> Subject:
    """What a test node tests."""
    model = manifest["nodes"][node["attached_node"]]
    table = f"{model['schema']}.{model['alias']}"
    types = {name: type_ for name, type_, *_ in connection.execute(f"DESCRIBE {table}").fetchall()}
    return Subject(table, types, node["test_metadata"]["kwargs"], node["config"]["where"] or "true")


def as_table(connection: Connection, table: str) -> None:
    """Make what may be a view a table of the same name and rows, which can be damaged."""
    schema, name = table.split(".")
    views = f"SELECT count(*) FROM duckdb_views() WHERE schema_name = '{schema}' AND view_name = '{name}'"
    if connection.execute(views).fetchall() != [(0,)]:
        connection.execute(f"CREATE TABLE {schema}.planted AS FROM {table}; DROP VIEW {table}")
        connection.execute(f"ALTER TABLE {schema}.planted RENAME TO {name}")


def fill(subject: Subject) -> str:
    """One row, whatever it says, for a table that has none."""
    values = (f"{_some(type_)} AS {name}" for name, type_ in subject.types.items())
    return f"INSERT INTO {subject.table} SELECT {', '.join(values)} WHERE NOT EXISTS (FROM {subject.table})"


def _some(type_: str) -> str:
    return "'some'" if type_ == "VARCHAR" else f"CAST({_literal(type_)} AS {type_})"


def _literal(type_: str) -> str:
    if re.match("DATE|TIMESTAMP", type_):
        return "'2020-01-01'"
    return "'{}'" if type_ == "JSON" else "false" if type_ == "BOOLEAN" else "1"
