"""A run that remembers the last one gives what a run on all records would give, by the same counts."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from cdp_platform.identity import (
    ALIAS_SCHEMA,
    EXCEPTION_SCHEMA,
    LEDGER_SCHEMA,
    Memory,
    Resolution,
    memory,
    organizations,
    persons,
    resolve,
    score_pairs,
)
from cdp_platform.identity.frames import empty
from cdp_platform.identity.model import shipped
from tests.identity.parties import DAY, company, frame, human

GIVEN = ("Ann", "Bob", "Robert", "Cy", "Dora", "Eve")
FAMILY = ("Adler", "Birch", "Cedar", "Dow")
FIRMS = ("Acme", "Acme Logistics", "Zenith", "Zenith Foods", "Nadir")


def some_record(number: int, chance: random.Random) -> dict[str, Any]:
    """A record of few values, so that it shares some with many others."""
    place = {"street": f"{chance.randint(1, 3)} Main St", "postal_code": f"9410{chance.randint(1, 3)}"}
    phone = f"415555010{chance.randint(0, 9)}" if chance.random() < 0.5 else None
    if number % 3 == 0:
        firm = chance.choice(FIRMS)
        site = f"{chance.choice(FIRMS).split()[0].lower()}.com" if chance.random() < 0.5 else None
        return company(f"erp:customer:{number:03}", firm, website=site, phone=phone, **place)
    first, last = chance.choice((*GIVEN, None)), chance.choice((*FAMILY, None))
    mail = f"{chance.choice('abcdefgh')}@aol.com" if chance.random() < 0.6 else None
    born = date(1980, 1, chance.randint(1, 9)) if chance.random() < 0.3 else None
    return human(
        f"crm:contact:{number:03}", None, first_name=first, last_name=last, email=mail, phone=phone, birth_date=born,
        **place,
    )  # fmt: skip


def run(records: list[dict[str, Any]], last: Resolution | None, remembered: Memory | None) -> Resolution:
    return resolve(
        frame(records),
        ledger=last.ledger if last else empty(LEDGER_SCHEMA),
        aliases=last.id_alias if last else empty(ALIAS_SCHEMA),
        exceptions=empty(EXCEPTION_SCHEMA),
        as_of=DAY,
        run_id="run",
        memory=remembered,
    )


def only_counts(remembered: Memory) -> Memory:
    """A memory of no record and no pair: all is compared anew, by the counts that it has."""
    none = {name: remembered.frames()[name].clear() for name in ("keys", "judged", "compared")}
    return replace(remembered, **none)


@pytest.mark.parametrize("seed", range(3))
def test_changed_records_alone_give_what_all_would(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(memory, "_MOST_CHANGED", 1.0)
    chance = random.Random(seed)
    records = {number: some_record(number, chance) for number in range(90)}
    last = run(list(records.values()), None, None)
    for _ in range(3):
        for number in chance.sample(range(100), 6):
            records[number] = some_record(number, chance)
        for number in chance.sample(sorted(records), 2):
            del records[number]
        today = list(records.values())
        fast, slow = run(today, last, last.memory), run(today, last, only_counts(last.memory))
        for name in ("crosswalk", "match_edge", "identifier_health", "id_history", "ledger"):
            assert getattr(fast, name).equals(getattr(slow, name)), name
        last = fast


def test_an_unchanged_day_compares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    records = [some_record(number, chance) for number in range(40)]
    first = run(records, None, None)
    compared: list[int] = []

    def scored(keys: pl.DataFrame, pairs: pl.DataFrame, *given: Any) -> pl.DataFrame:
        compared.append(pairs.height)
        return score_pairs.scored(keys, pairs, *given)

    for rules in (organizations, persons):
        monkeypatch.setattr(rules, "scored", scored)
    run(records, first, None)
    assert sum(compared) > 0
    compared.clear()
    again = run(records, first, first.memory)
    assert compared == [0, 0]
    assert again.crosswalk.equals(first.crosswalk)
    assert again.match_edge.equals(first.match_edge)


def test_with_much_changed_all_is_counted_anew() -> None:
    bob = [human(f"crm:contact:{number}", "Bob Adler", email=f"{number}@aol.com") for number in range(10)]
    first = run(bob, None, None)
    few = run([*bob[1:], human("crm:contact:x", "Eve Cedar")], first, first.memory)
    many = run([human(f"crm:contact:{number}", "Eve Cedar") for number in range(10)], first, first.memory)

    def names(found: Resolution) -> list[str]:
        counts = found.memory.population.filter((pl.col("statistic") == "value of first") & (pl.col("records") > 0))
        return counts["value"].to_list()

    assert (names(few), names(many)) == (["bob"], ["eve"])


def test_a_memory_of_another_model_is_not_used() -> None:
    records = [human(f"crm:contact:{number}", "Bob Adler", email="bob@aol.com") for number in range(2)]
    first = run(records, None, None)
    model = shipped("person")
    assert first.memory.of(model) is not None
    assert first.memory.of(replace(model, matches=model.matches + 1)) is None


def test_a_memory_of_other_code_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    first = run([human(f"crm:contact:{number}", "Bob Adler", email="bob@aol.com") for number in range(2)], None, None)
    monkeypatch.setattr(memory, "code_version", lambda: "another")
    assert first.memory.of(shipped("person")) is None
