"""A system's list of records of one kind: which entity each record is of, since when, and which are duplicates.

Here: enrolment with duplicates and deletions, and finding the record that another record refers to. Not here: what the
records say (`versions`).
"""

from dataclasses import dataclass

import numpy as np

from cdp_platform.simulator.chance import Chance, Floats, Ints, Mask
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline


@dataclass(frozen=True)
class Register:
    """Records in the order of their creation; a record's position is its number.

    `who`: position of the entity. `rank`: 0 for an entity's first record, 1 and up for its duplicates. `deleted_at`:
    seconds, NEVER for most. Records that will be deleted are never referred to by others.
    """

    who: Ints
    created_at: Ints
    rank: Ints
    deleted_at: Ints
    first_of: Ints
    second_of: Ints

    def __len__(self) -> int:
        return len(self.who)

    def has(self, entities: Ints) -> Mask:
        """Whether the entities (not -1) have a record at all."""
        return (entities >= 0) & (self.first_of[np.maximum(entities, 0)] >= 0)

    def record_of(self, chance: Chance, entities: Ints, at: Ints, second: float = 0.25) -> Ints:
        """The record that something about each entity at a moment refers to: its first or, now and then, a duplicate.

        -1 where the entity has no record yet.
        """
        safe = np.maximum(entities, 0)
        first, other = self.first_of[safe], self.second_of[safe]
        usable = (other >= 0) & (self.created_at[other] < at) & chance.mask(second, len(entities))
        chosen = np.where(usable, other, first)
        known = (entities >= 0) & (chosen >= 0) & (self.created_at[chosen] < at)
        return np.where(known, chosen, -1)


def enrol(chance: Chance, timeline: Timeline, population: int, who: Ints, created_at: Ints, repeat: float | Floats,
          erased: float = 0.12, leaving: float = 0.0) -> Register:  # fmt: skip
    """Enrol entities at the given moments; a share `repeat` is enrolled again later, of which a share is then deleted.

    `leaving` is the yearly share of all other records that are deleted too: only where no other record refers to them.
    `population` is the number of entities that exist. Those whose moment lies beyond the horizon are left out.
    """
    again = chance.mask(np.broadcast_to(repeat, len(who)))
    thrice = again & chance.mask(0.18, len(who))
    later = created_at + chance.exponential(240 * DAY, len(who)).astype(np.int64) + DAY
    latest = later + chance.exponential(200 * DAY, len(who)).astype(np.int64) + DAY
    owner = np.concatenate([who, who[again], who[thrice]])
    created = np.concatenate([created_at, later[again], latest[thrice]])
    rank = np.repeat(np.arange(3), [len(who), int(again.sum()), int(thrice.sum())])
    keep = np.flatnonzero(created < timeline.horizon)
    order = keep[np.lexsort((owner[keep], created[keep]))]
    owner, created, rank = owner[order], created[order], rank[order]

    doomed = (rank > 0) & chance.mask(erased, len(owner))
    gone = created + (20 * DAY + chance.exponential(150 * DAY, len(owner))).astype(np.int64)
    if leaving:
        out = np.maximum(created, timeline.start) + chance.exponential(365 * DAY / leaving, len(owner)).astype(np.int64)
        gone = np.where(doomed, np.minimum(gone, out), out)
        doomed |= out < timeline.horizon
    first = np.full(population, -1, dtype=np.int64)
    second = np.full(population, -1, dtype=np.int64)
    starts = np.flatnonzero(rank == 0)
    first[owner[starts]] = starts
    others = np.flatnonzero((rank == 1) & ~doomed)
    second[owner[others]] = others
    return Register(owner, created, rank, np.where(doomed, gone, NEVER), first, second)
