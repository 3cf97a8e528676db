"""What is undone comes back under the ids it had: any clusters, any pins, stacked and taken away again."""

import random
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl
import pytest

from cdp_platform.identity import ALIAS_SCHEMA, LEDGER_SCHEMA
from cdp_platform.identity.carry import Carried, carried
from tests.identity.parties import DAY

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
        return tuple(c for c in clusters if c not in (one, other)) + (one | other,)
    large = [c for c in clusters if len(c) > 1]
    if not large:
        return partition
    torn = chance.choice(large)
    size = 1 if kind == "exclude" else len(torn) // 2
    part = frozenset(chance.sample(sorted(torn), size))
    return tuple(c for c in clusters if c != torn) + (part, torn - part)


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
        if chance.random() < 0.3:
            pins = pinned(pins, partition, stack[-1][2], chance)
        else:
            partition = next((p for p in [changed(partition, chance)] if allowed(pins, p)), partition)
        stack.append((partition, pins, run(partition, pins)))
        assert run(partition, pins, seed=seed) == stack[-1][2], "unchanged input, in another order"
    for partition, pins, ids in reversed(stack[:-1]):
        assert run(partition, pins) == ids
    before = run.ledger
    assert run(partition, pins, seed=1) == stack[0][2]
    assert run.ledger.equals(before)
