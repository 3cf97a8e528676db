"""Small parties by hand, runs one day after the other, and what became of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from cdp_platform.identity import (
    EXCEPTION_SCHEMA,
    RECORD_SCHEMA,
    Resolution,
    resolve,
)

DAY = datetime(2026, 11, 20, tzinfo=UTC)


def record(name: str, record_type: str, **values: Any) -> dict[str, Any]:
    """A record `<system>:<object>:<id>` with the given values."""
    system, source_object, source_id = name.split(":")
    identity = {
        "source_record_id": name,
        "source_system": system,
        "source_object": source_object,
        "source_id": source_id,
    }
    return {**identity, "record_type": record_type, **values}


def company(name: str, company_name: str | None = None, **values: Any) -> dict[str, Any]:
    return record(name, "organization", company_name=company_name, **values)


def human(name: str, full_name: str | None = None, **values: Any) -> dict[str, Any]:
    return record(name, "person", full_name=full_name, **values)


def frame(records: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(records, schema=dict(RECORD_SCHEMA))


def exception(exception_id: str, action: str, a: str, b: str | None = None, **values: Any) -> dict[str, Any]:
    """An approved exception about records written `<system>:<object>:<id>`."""
    row = {"exception_id": exception_id, "action": action, "requester": "finance", "approver": "owner", **values}
    for side, name in (("a", a), ("b", b)):
        if name is not None:
            row[f"source_system_{side}"], row[f"source_id_{side}"] = name.split(":", 1)
    return row


def exceptions(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(EXCEPTION_SCHEMA))


@dataclass
class Runs:
    """Runs of identity one day after the other, each with the ids of the one before."""

    ledger: pl.DataFrame
    aliases: pl.DataFrame
    days: int = 0

    def __call__(self, *records: dict[str, Any], decided: tuple[dict[str, Any], ...] = ()) -> Resolution:
        self.days += 1
        found = resolve(
            frame(list(records)),
            ledger=self.ledger,
            exceptions=exceptions(*decided),
            aliases=self.aliases,
            as_of=DAY + timedelta(days=self.days - 1),
            run_id=f"run {self.days}",
        )
        self.ledger, self.aliases = found.ledger, found.id_alias
        return found


def ids(found: Resolution) -> dict[str, str]:
    """The customer of every record."""
    return dict(found.crosswalk.select("source_record_id", "customer_id").iter_rows())


def groups(found: Resolution) -> set[frozenset[str]]:
    """The clusters, as sets of records."""
    clusters: dict[str, set[str]] = {}
    for name, customer_id in ids(found).items():
        clusters.setdefault(customer_id, set()).add(name)
    return {frozenset(cluster) for cluster in clusters.values()}


def one(*names: str) -> frozenset[str]:
    return frozenset(names)


def events(found: Resolution) -> list[tuple[str, str, str | None, str]]:
    """`event`, `customer_id`, `related_customer_id`, `cause` of a run's history."""
    columns = ("event", "customer_id", "related_customer_id", "cause")
    return sorted(found.id_history.select(columns).iter_rows(), key=str)


BORN = date(1980, 4, 17)
