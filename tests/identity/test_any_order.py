"""The same records in any order, of any noise, make the same customers; and what must hold of any of them."""

import random
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import ALIAS_SCHEMA, LEDGER_SCHEMA, Resolution, resolve
from tests.identity.parties import DAY, company, exception, exceptions, frame, human

GIVEN = ["Robert", "Bob", "John", "Joan", "Elizabeth", "Liz", "Ann", "J."]
FAMILY = ["Smith", "Smyth", "Jones", "García", "Müller", "Mueller"]
FIRMS = ["Acme", "Acme Logistics", "Acme Energy", "Zenith", "North Star", "Northstar"]


def noisy(seed: int) -> list[dict[str, Any]]:
    """A few hundred records of few values, so that all kinds of evidence and contradiction occur."""
    chance = random.Random(seed)

    def some(values: list[Any], share: float = 0.5) -> Any:
        return chance.choice(values) if chance.random() < share else None

    domains = [f"{name}.com" for name in ("acme", "zenith", "star", "gmail")]
    records = []
    for i in range(250):
        contact = {
            "email": some([f"{box}@{domain}" for box in ("ap", "info", "bob.smith", "j") for domain in domains]),
            "phone": some([f"41555501{k:02}" for k in range(20)]),
            "tax_id": some([f"{k:02}{k:02}{k:02}789" for k in range(1, 31)], 0.2),
            "postal_code": some(["94107", "10001", "60601"]),
            "street": some(["1 Main St", "2 Main St"]),
        }
        if i % 2:
            name = some(FIRMS, 0.95)
            records.append(
                company(f"crm:account:{i}", name, website=some(domains), country=some(["US", "DE"]), **contact)
            )
        else:
            name = some([f"{a} {b}" for a in GIVEN for b in FAMILY], 0.9)
            born = some([date(1970, 1, 1) + timedelta(days=997 * k) for k in range(12)])
            employer = some(FIRMS, 0.3)
            records.append(human(f"crm:contact:{i}", name, birth_date=born, company_name=employer, **contact))
    return records


def resolved(records: list[dict[str, Any]], earlier: Resolution | None = None) -> Resolution:
    decided = exceptions(
        exception("x1", "force_match", "crm:account:1", "crm:account:3"),
        exception("x2", "never_match", "crm:account:1", "crm:account:5"),
        exception("x3", "exclude", "crm:contact:2"),
        exception("x4", "pin_id", "crm:contact:4", customer_id="cus_pinned"),
    )
    ledger = pl.DataFrame(schema=dict(LEDGER_SCHEMA)) if earlier is None else earlier.ledger
    aliases = pl.DataFrame(schema=dict(ALIAS_SCHEMA)) if earlier is None else earlier.id_alias
    return resolve(frame(records), ledger=ledger, exceptions=decided, aliases=aliases, as_of=DAY, run_id="run")


def tables(found: Resolution) -> list[list[tuple[Any, ...]]]:
    return [f.rows() for f in (found.crosswalk, found.match_edge, found.id_history, found.id_alias, found.ledger)]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    records = noisy(seed)
    found = resolved(records)
    random.Random(seed).shuffle(records)
    assert tables(resolved(records)) == tables(found)


@pytest.mark.parametrize("seed", range(3))
def test_every_cluster_keeps_the_rules(seed: int) -> None:
    records = noisy(seed)
    found = resolved(records)
    owner = dict(found.crosswalk.select("source_record_id", "customer_id").iter_rows())
    assert sorted(owner) == sorted(record["source_record_id"] for record in records)
    assert found.crosswalk["confidence"].is_between(0, 1).all()
    assert found.crosswalk.group_by("customer_id").agg(pl.col("record_type").n_unique())["record_type"].max() == 1
    assert owner["crm:account:1"] == owner["crm:account:3"] != owner["crm:account:5"]
    assert list(owner.values()).count(owner["crm:contact:2"]) == 1
    assert owner["crm:contact:4"] == "cus_pinned"
    forced = owner["crm:account:1"]
    tax_ids: dict[str, set[str]] = {}
    for record in records:
        if record["tax_id"] and owner[record["source_record_id"]] != forced:
            tax_ids.setdefault(owner[record["source_record_id"]], set()).add(record["tax_id"])
    assert all(len(values) == 1 for values in tax_ids.values())
    for edge in found.match_edge.iter_rows(named=True):
        if edge["status"] == "accepted":
            assert owner[edge["record_a"]] == owner[edge["record_b"]]


@pytest.mark.parametrize("seed", range(2))
def test_ids_and_aliases_stay_whole_while_records_change(seed: int) -> None:
    chance = random.Random(seed)
    found, created = None, set()
    for day in range(3):
        kept = {"crm:account:1", "crm:account:3", "crm:account:5", "crm:contact:2", "crm:contact:4"}
        other = noisy(seed + 100 * day)
        records = [a if chance.random() < 0.9 else b for a, b in zip(noisy(seed), other, strict=True)]
        records = [r for r in records if r["source_record_id"] in kept or chance.random() < 0.9]
        found = resolved(records, found)
        created |= set(found.id_history.filter(pl.col("event") == "create")["customer_id"])
        current, retired = set(found.crosswalk["customer_id"]), set(found.id_alias["retired_customer_id"])
        assert current <= created
        assert not retired & current
        assert not retired & set(found.id_alias["customer_id"])
        assert not retired & set(found.ledger["customer_id"])
        assert created <= retired | set(found.ledger["customer_id"])
        assert found.ledger["source_record_id"].is_unique().all()
        again = resolved(records, found)
        assert again.crosswalk.rows() == found.crosswalk.rows()
        assert again.id_history.is_empty()
