"""What is undone comes back under the ids it had: any clusters, any pins, stacked and taken away again."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl
import pytest

from cdp_platform.identity import ALIAS_SCHEMA, LEDGER_SCHEMA, resolve
from cdp_platform.identity.carry import Carried, carried
from cdp_platform.identity.frames import conform
from tests.identity.parties import DAY, Runs, company, events, exception, exceptions, frame, ids

Partition = tuple[frozenset[str], ...]


@dataclass
class Ids:
    """The ids of clusters that are given, run after run."""

    ledger: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(LEDGER_SCHEMA)))
    aliases: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(ALIAS_SCHEMA)))
    ever: set[str] = field(default_factory=set)

    def __call__(self, partition: Partition, pins: dict[str, str] | None = None, *, seed: int = 0) -> dict[str, str]:
        rows = [(name, "person", min(cluster)) for cluster in partition for name in cluster]
        random.Random(seed).shuffle(rows)
        members = pl.DataFrame(rows, schema=["source_record_id", "record_type", "cluster"], orient="row")
        pinned = pl.DataFrame(list((pins or {}).items()), schema=PIN_SCHEMA, orient="row")
        found = carried(members, pinned, ledger=self.ledger, aliases=self.aliases, as_of=DAY)
        self.check(found, partition)
        self.ledger, self.aliases = found.ledger, found.aliases
        return dict(found.now.select("source_record_id", "customer_id").iter_rows())

    def check(self, found: Carried, partition: Partition) -> None:
        """An id is one cluster's; none is in use and retired; every id ever given is known or leads to one."""
        used = set(found.now["customer_id"])
        retired = dict(found.aliases.select("retired_customer_id", "customer_id").iter_rows())
        held = set(found.ledger["customer_id"])
        self.ever |= used
        assert len(used) == len(partition)
        assert found.now.group_by("cluster").agg(pl.col("customer_id").n_unique())["customer_id"].eq(1).all()
        assert not used & retired.keys()
        assert set(retired.values()) <= held
        assert not held & retired.keys()
        assert self.ever <= held | retired.keys()


PIN_SCHEMA = {"source_record_id": pl.String, "customer_id": pl.String}


def clusters_of(names: list[str], chance: random.Random) -> Partition:
    """The names in random clusters, some large, some alone."""
    kinds = chance.randint(1, len(names))
    clusters: dict[int, set[str]] = {}
    for name in names:
        clusters.setdefault(chance.randrange(kinds), set()).add(name)
    return tuple(map(frozenset, clusters.values()))


def changed(partition: Partition, chance: random.Random) -> Partition:
    """What one exception does: two clusters become one, one becomes two, a record leaves, or all is shuffled."""
    clusters = sorted(partition, key=min)
    kind = chance.choice(("merge", "split", "exclude", "shuffle"))
    if kind == "shuffle":
        return clusters_of(sorted(set().union(*clusters)), chance)
    if kind == "merge" and len(clusters) > 1:
        one, other = chance.sample(clusters, 2)
        return (*(c for c in clusters if c not in (one, other)), one | other)
    large = [c for c in clusters if len(c) > 1]
    if not large:
        return partition
    torn = chance.choice(large)
    size = 1 if kind == "exclude" else len(torn) // 2
    part = frozenset(chance.sample(sorted(torn), size))
    return (*(c for c in clusters if c != torn), part, torn - part)


def pinned(pins: dict[str, str], partition: Partition, ids: dict[str, str], chance: random.Random) -> dict[str, str]:
    """One pin more: an id of its own, one in use, or one of the past."""
    free = [c for c in sorted(partition, key=min) if not c & pins.keys()]
    wanted = chance.choice(["cus_a", "cus_b", *sorted(ids.values())])
    if not free or wanted in pins.values():
        return pins
    return {**pins, min(chance.choice(free)): wanted}


def allowed(pins: dict[str, str], partition: Partition) -> bool:
    return all(len({pins[name] for name in cluster & pins.keys()}) < 2 for cluster in partition) and all(
        len({c for c in partition if any(pins.get(name) == id_ for name in c)}) == 1 for id_ in set(pins.values())
    )


@pytest.mark.parametrize("seed", range(60))
def test_changes_undone_in_reverse_give_back_every_id(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"r{i:02}" for i in range(chance.choice((2, 4, 6, 10)))]
    run, partition, pins = Ids(), clusters_of(names, chance), {}
    for _ in range(chance.randint(0, 3)):  # a past
        run(partition)
        partition = changed(partition, chance)
    stack = [(partition, pins, run(partition))]
    for _ in range(chance.randint(1, 6)):
        other = changed(partition, chance)
        if chance.random() < 0.3:
            pins = pinned(pins, partition, stack[-1][2], chance)
        elif allowed(pins, other):
            partition = other
        stack.append((partition, pins, run(partition, pins)))
        assert run(partition, pins, seed=seed) == stack[-1][2], "unchanged input, in another order"
    for partition, pins, had in reversed(stack[:-1]):
        assert run(partition, pins) == had
    before = run.ledger
    assert run(partition, pins, seed=1) == stack[0][2]
    assert run.ledger.equals(before)


def of(*clusters: str) -> Partition:
    """Clusters written as words, a letter per record."""
    return tuple(map(frozenset, clusters))


def test_the_larger_part_that_was_merged_gets_its_own_id_back() -> None:
    run = Ids()
    run(of("ab", "c"))
    first = run(of("ab", "cd"))
    run(of("abcd"))
    found = run(of("ab", "cdef"))
    assert {name: found[name] for name in first} == first
    assert found["e"] == found["f"] == first["c"]


def test_parts_that_have_more_than_doubled_find_their_own() -> None:
    run = Ids()
    first = run(of("a", "b"))
    run(of("abcdefgh"))
    found = run(of("ach", "bdefg"))
    assert (found["a"], found["b"]) == (first["a"], first["b"])


def test_a_large_customer_does_not_go_back_to_the_id_of_one_old_record() -> None:
    run = Ids()
    run(of("a", "zy"))
    run(of("azy"))
    held = run(of("abcdefzy"))
    found = run(of("abcdefq"))
    assert found["a"] == held["a"]


def test_what_is_merged_again_after_an_uneven_split_has_the_id_it_had() -> None:
    run = Ids()
    first = run(of("abcd"))
    apart = run(of("ab", "cd"))
    assert apart["c"] != first["c"]
    assert set(run(of("ab", "cdefgh")).values()) == set(apart.values())
    assert set(run(of("abcdefgh")).values()) == set(first.values())


def test_two_changes_are_undone_in_any_order() -> None:
    run = Ids()
    first = run(of("ab", "c", "de", "f"))
    run(of("abc", "de", "f"))
    run(of("abc", "def"))
    run(of("ab", "c", "def"))
    assert run(of("ab", "c", "de", "f")) == first


def test_one_chain_undone_in_the_order_it_was_made() -> None:
    run = Ids()
    first = run(of("ab", "cd", "e"))
    run(of("abcd", "e"))
    run(of("abcde"))
    run(of("ab", "cde"))
    assert run(of("ab", "cd", "e")) == first


def test_a_change_that_is_made_again_makes_the_same_ids() -> None:
    run = Ids()
    for apart, together in [(of("ab", "cd"), of("abcd")), (of("efgh"), of("ef", "gh"))]:
        one, other = run(apart), run(together)
        for _ in range(3):
            assert run(apart) == one
            assert run(together) == other
    assert run.ledger["earlier"].list.len().max() == 1, "nothing piles up"


def test_an_alias_leads_to_the_link_of_its_chain_that_is_in_use_again() -> None:
    run = Ids()
    first = run(of("a", "bc", "defg"))
    run(of("abc", "defg"))
    run(of("abcdefg"))
    assert dict(run.aliases.select("retired_customer_id", "customer_id").iter_rows()) == {
        first["a"]: first["d"], first["b"]: first["d"]
    }  # fmt: skip
    run(of("abc", "defg"))
    assert dict(run.aliases.select("retired_customer_id", "customer_id").iter_rows()) == {first["a"]: first["b"]}


def test_a_deleted_record_returns_with_those_it_was_with() -> None:
    run = Ids()
    first = run(of("abx", "cdy"))
    run(of("ab", "cd"))
    run(of("abcd"))
    assert run.ledger["customer_id"].n_unique() == 1
    run(of("ab", "cd"))
    assert dict(run.ledger.select("source_record_id", "customer_id").iter_rows()) == first


def test_a_ledger_from_before_gives_back_what_can_be_minted_again() -> None:
    run = Ids()
    first = run(of("ab", "cd"))
    merged = run(of("abcd"))
    run.ledger = run.ledger.select("source_record_id", "customer_id", "record_type")
    run.aliases = run.aliases.drop("successor_customer_id")
    assert run(of("abcd")) == merged
    run.ledger = run.ledger.select("source_record_id", "customer_id", "record_type")
    found = run(of("ab", "cd"))
    assert set(found.values()) == set(first.values())


ACME, ZENITH = "crm:account:1", "erp:customer:1"
RECORDS = [company(ACME, "Acme"), company(ZENITH, "Zenith")]


def test_an_id_that_returns_is_told(run: Runs) -> None:
    before = ids(run(*RECORDS))
    kept, lost = sorted(before.values())
    run(*RECORDS, decided=(exception("x1", "force_match", ACME, ZENITH),))
    found = run(*RECORDS)
    assert ids(found) == before
    assert events(found) == [("create", lost, kept, "restored"), ("split", kept, lost, "evidence lost")]
    assert found.id_alias.is_empty()
    assert run(*RECORDS).id_history.is_empty()


def test_the_decision_that_ended_is_told(run: Runs) -> None:
    before = ids(run(*RECORDS))
    kept, lost = sorted(before.values())
    over = {"valid_to": (DAY + timedelta(days=2)).date()}
    run(*RECORDS, decided=(exception("x1", "force_match", ACME, ZENITH, **over),))
    found = run(*RECORDS, decided=(exception("x1", "force_match", ACME, ZENITH, **over),))
    assert ("split", kept, lost, "exception x1 ended") in events(found)
    pin = exception("x2", "pin_id", ACME, customer_id="cus_chosen", valid_to=(DAY + timedelta(days=4)).date())
    run(*RECORDS, decided=(pin,))
    found = run(*RECORDS, decided=(pin,))
    assert ids(found) == before
    assert ("merge", before[ACME], "cus_chosen", "exception x2 ended") in events(found)


@pytest.mark.parametrize("action", ["never_match", "exclude", "pin_id"])
def test_a_decision_that_ends_gives_back_the_ids(run: Runs, action: str) -> None:
    records = [company(name, "Acme", website="acme.com") for name in (ACME, ZENITH)]
    records += [company("crm:account:9", "Umbra", website="umbra.com")]
    before = ids(run(*records))
    other = ZENITH if action == "never_match" else None
    pinned = {"customer_id": before["crm:account:9"]} if action == "pin_id" else {}
    changed = ids(run(*records, decided=(exception("x1", action, ACME, other, **pinned),)))
    assert changed != before
    found = run(*records)
    assert ids(found) == before
    assert set(found.id_alias["customer_id"]) <= set(before.values())


def test_a_retry_gives_back_the_same_and_history_names_the_run(run: Runs) -> None:
    run(*RECORDS)
    run(*RECORDS, decided=(exception("x1", "force_match", ACME, ZENITH),))
    tries = [
        resolve(frame(RECORDS), ledger=run.ledger, aliases=run.aliases, exceptions=exceptions(), as_of=DAY, run_id=name)
        for name in ("one", "two")
    ]
    assert tries[0].crosswalk.equals(tries[1].crosswalk)
    assert tries[0].ledger.equals(tries[1].ledger)
    assert [set(found.id_history["run_id"]) for found in tries] == [{"one"}, {"two"}]


def test_a_ledger_whose_objects_have_their_fields_in_another_order_is_the_same() -> None:
    """Snowflake keeps a list's objects with their keys sorted."""
    earlier = [{"customer_id": "cus_a", "since_change": 1, "is_provisional": False}]
    row = {"source_record_id": "crm:account:1", "customer_id": "cus_b", "record_type": "person", "since_change": 2,
           "is_provisional": False}  # fmt: skip
    ours = pl.DataFrame([row | {"earlier": earlier}], schema=dict(LEDGER_SCHEMA))
    theirs = pl.DataFrame([row | {"earlier": [dict(sorted(item.items())) for item in earlier]}])
    assert conform(theirs, LEDGER_SCHEMA).equals(ours)
