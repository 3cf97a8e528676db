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
    model,
    normalize,
    normalize_names,
    organizations,
    persons,
    resolve,
    score_pairs,
)
from cdp_platform.identity.frames import empty
from cdp_platform.identity.model import shipped
from tests.identity.parties import DAY, company, frame, human

GIVEN = ("Ann", "Bob", "Robert", "Cyril", "Dora", "Eve")
FAMILY = ("Adler", "Birch", "Cedar", "Dow")
TOWNS = ("Bern", "Ulm", "Linz", "Metz")
FIRMS = ("Acme", "Acme Logistics", "Zenith", "Zenith Foods", "Nadir")


def some_record(number: int, chance: random.Random) -> dict[str, Any]:
    """A record of few values, so that it shares some with many others, and what all tell of one changes every day."""
    town = chance.choice(TOWNS)
    place = {"street": f"{chance.randint(1, 3)} Main St", "postal_code": f"9410{chance.randint(1, 3)}"}
    place["city"] = town if chance.random() < 0.02 else None  # type: ignore[assignment]
    phone = f"415555010{chance.randint(0, 9)}" if chance.random() < 0.5 else None
    if number % 3 == 0:
        firm = chance.choice(FIRMS) + (f" - {town}" if chance.random() < 0.5 else "")
        site = f"{chance.choice(FIRMS).split()[0].lower()}.com" if chance.random() < 0.5 else None
        return company(f"erp:customer:{number:03}", firm, website=site, phone=phone, **place)
    first, last = chance.choice(GIVEN), chance.choice(FAMILY)
    mail = f"{chance.choice((chance.choice('abcdefgh'), f'{first}.{last}'.lower()))}@aol.com"
    if chance.random() < 0.2:
        first, last = last, first
    if chance.random() < 0.03:
        last = f"{last} Jr"
    named = chance.random()
    return human(
        f"crm:contact:{number:03}", None, first_name=first if named < 0.8 else None,
        last_name=last if named < 0.7 else None, email=mail if chance.random() < 0.6 else None, phone=phone,
        birth_date=date(1980, 1, chance.randint(1, 9)) if chance.random() < 0.3 else None, **place,
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


OUTCOME = ("crosswalk", "match_edge", "identifier_health", "id_history", "ledger")


@pytest.mark.parametrize("seed", range(3))
def test_with_a_memory_all_is_as_without(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(normalize, "_PREFILLED_MINIMUM", 4)
    monkeypatch.setattr(normalize, "_PREFILLED_RATIO", 1.5)
    monkeypatch.setattr(normalize_names, "_SWAP_ODDS", 3.0)
    for module in (model, score_pairs):
        monkeypatch.setattr(module, "SMALL_SAMPLE", 1)
    monkeypatch.setattr(persons, "PERSON_LIMITS", {"phone": 4, "email": 2})
    monkeypatch.setattr(organizations, "ORGANIZATION_LIMITS", {"phone": 2, "web_domain": 4})
    chance = random.Random(seed)
    records = {number: some_record(number, chance) for number in range(75)}
    last = run(list(records.values()), None, None)
    for _ in range(3):
        for number in chance.sample(range(110), 12):
            records[number] = some_record(number, chance)
        for number in chance.sample(sorted(records), 2):
            del records[number]
        today = list(records.values())
        last = assert_as_without(today, last)


def assert_as_without(records: list[dict[str, Any]], last: Resolution) -> Resolution:
    fast, slow = run(records, last, last.memory), run(records, last, None)
    for name in OUTCOME:
        assert getattr(fast, name).equals(getattr(slow, name)), name
    for name, frame_ in fast.memory.frames().items():
        assert frame_.collect().equals(slow.memory.frames()[name].collect()), name
    return fast


def test_a_town_that_comes_up_is_no_part_of_the_names_that_were_there() -> None:
    there = [company("erp:customer:1", "Acme - Ulm"), company("erp:customer:2", "Acme")]
    first = run(there, None, None)
    found = assert_as_without([*there, company("erp:customer:3", "Zenith", city="Ulm")], first)
    names = [r.memory.keys.collect()["name"].to_list() for r in (first, found)]
    assert names == [["acme ulm", "acme"], ["acme", "acme", "zenith"]]


def test_a_father_and_son_who_come_up_part_those_who_were_there() -> None:
    def at_home(number: int, name: str, email: str) -> dict[str, Any]:
        return human(f"crm:contact:{email}", name, email=email, street=f"{number} Main St", postal_code="94107")

    others = [at_home(9 + number, f"{name} Ray", f"{name}@aol.com") for number, name in enumerate("abcdefghijkl")]
    there = [at_home(1, "Bob Roe", "bob@gmx.de"), at_home(1, "Bob Roe", "roe@aol.com"), *others]
    first = run(there, None, None)
    come = [at_home(2, "Al Kim", "al@aol.com"), at_home(2, "Al Kim Jr", "kim@gmx.de")]
    found = assert_as_without([*there, *come], first)
    assert [r.crosswalk["customer_id"].n_unique() for r in (first, found)] == [13, 16]


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


def test_a_memory_of_another_model_is_not_used() -> None:
    records = [human(f"crm:contact:{number}", "Bob Adler", email="bob@aol.com") for number in range(2)]
    first = run(records, None, None)
    weights = shipped("person")
    assert first.memory.of(weights) is not None
    assert first.memory.of(replace(weights, matches=weights.matches + 1)) is None


def test_a_memory_of_other_code_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    first = run([human(f"crm:contact:{number}", "Bob Adler", email="bob@aol.com") for number in range(2)], None, None)
    monkeypatch.setattr(memory, "code_version", lambda: "another")
    assert first.memory.of(shipped("person")) is None
