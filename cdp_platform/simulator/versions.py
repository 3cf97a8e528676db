"""How records change: every version of every record of a register, with the columns as they were then.

Here: when versions arise (people correct records, and the truth changes under them) and carrying unchanged values on.
Not here: what one sighting says (`sightings`, `encounters`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Chance, Ints, Mask
from cdp_platform.simulator.register import Register
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline

GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("full_name", "first_name", "last_name"),
    "company": ("company_name",),
    "email": ("email",),
    "phone": ("phone", "birth_date"),
    "address": ("street", "city", "region", "postal_code", "country"),
    "identifiers": ("tax_id", "website", "device_id"),
    "touch": (),
}
KINDS = tuple(GROUPS)
_WEIGHTS = (0.08, 0.05, 0.2, 0.2, 0.12, 0.15, 0.2)
See = Callable[[Ints, Ints, bool], pl.DataFrame]
"""Entities, moments and whether the record already exists -> the party columns seen."""


@dataclass(frozen=True)
class Versions:
    """All versions of a register's records, by record and time. `frame` has the party columns, one row per version."""

    record: Ints
    at: Ints
    is_first: Mask
    is_deleted: Mask
    frame: pl.DataFrame


def versions(register: Register, timeline: Timeline, chance: Chance, see: See,
             truth: Sequence[tuple[str, Ints]] = (), per_year: float = 0.35) -> Versions:  # fmt: skip
    """Versions of a register. `truth`: kinds, each with the moment of each record at which the entity itself
    changes (NEVER: not).

    Such a change reaches a record after some weeks, and a quarter of the records never; a `touch` reaches all in a day.
    """
    n = len(register)
    everyone = np.arange(n)
    since = np.maximum(register.created_at, timeline.start)
    years = np.maximum(timeline.horizon - since, 0) / (365 * DAY)
    owner = np.repeat(everyone, chance.rng.poisson(per_year * years))
    when = since[owner] + chance.uniform(0, 1, len(owner)) * (timeline.horizon - since[owner])
    record = [everyone, owner]
    at = [register.created_at, when.astype(np.int64)]
    kind = [np.full(n, -1), chance.index(len(owner), _WEIGHTS)]
    for name, moments in truth:
        share, lag = (1.0, 0.5) if name == "touch" else (0.75, 25.0)
        hears = np.flatnonzero((moments < NEVER) & (moments > register.created_at) & chance.mask(share, n))
        record.append(hears)
        at.append(moments[hears] + chance.exponential(lag * DAY, len(hears)).astype(np.int64))
        kind.append(np.full(len(hears), KINDS.index(name)))
    gone = np.flatnonzero(register.deleted_at < timeline.horizon)
    record.append(gone)
    at.append(register.deleted_at[gone])
    kind.append(np.full(len(gone), len(KINDS)))
    return _carried(register, timeline, np.concatenate(record), np.concatenate(at), np.concatenate(kind), see)


def _carried(register: Register, timeline: Timeline, record: Ints, at: Ints, kind: Ints, see: See) -> Versions:
    valid = (at < timeline.horizon) & (at <= register.deleted_at[record])
    record, at, kind = record[valid], at[valid], kind[valid]
    order = np.lexsort((kind, at, record))
    record, at, kind = record[order], at[order], kind[order]
    first = kind == -1
    place = np.arange(len(record)) - np.maximum.accumulate(np.where(first, np.arange(len(record)), 0))
    at = at + place
    seen = _seen(register.who[record], at, first, see)
    columns: dict[str, pl.Series] = {}
    for number, name in enumerate(KINDS):
        latest = np.maximum.accumulate(np.where(first | (kind == number), np.arange(len(record)), 0))
        columns |= {column: seen[column].gather(latest) for column in GROUPS[name] if column in seen.columns}
    return Versions(record, at, first, kind == len(KINDS), pl.DataFrame(columns))


def _seen(who: Ints, at: Ints, first: Mask, see: See) -> pl.DataFrame:
    """First sightings have gaps; later ones fill what was empty more often than not."""
    early, late = np.flatnonzero(first), np.flatnonzero(~first)
    order = np.argsort(np.concatenate([early, late]), kind="stable")
    return pl.concat([see(who[early], at[early], False), see(who[late], at[late], True)])[order]
