"""The party records of all eight populations of requirement F1 in one file, whether or not their source is built.

Here: `simulate_records`. 1.425 million records at scale 1, of which 30 in 100 are duplicates of another record of the
same person or company, in the columns that `cdp identity resolve` takes. Not here: the landing zone (`simulation`).
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import Locales
from cdp_platform.simulator.chance import Chance, Ints, gather
from cdp_platform.simulator.companies import Companies, found
from cdp_platform.simulator.encounters import see_persons
from cdp_platform.simulator.formats import write
from cdp_platform.simulator.identifiers import numbered, salesforce_ids, uuids
from cdp_platform.simulator.people import People, born
from cdp_platform.simulator.profiles import POPULATIONS, Profile
from cdp_platform.simulator.sightings import see_companies
from cdp_platform.simulator.timeline import Timeline, moments

DUPLICATES = 0.30
AS_OF = date(2025, 12, 31)
"""The last day on which a record may have been written; fixed, for the file has no end date of its own."""
COLUMNS = (
    "source_system", "source_id", "record_type", "full_name", "first_name", "last_name", "company_name", "email",
    "phone", "website", "tax_id", "birth_date", "device_id", "street", "city", "region", "postal_code", "country",
    "created_at", "updated_at",
)  # fmt: skip
TRUTH = ("source_system", "source_id", "record_type", "entity_id")
_TYPES = ("organization", "person")


def simulate_records(records_file: Path, truth_file: Path, *, scale: float = 0.03, seed: int = 7, noise: float = 1.0,
                     locales: Mapping[str, float] | None = None) -> int:  # fmt: skip
    """Write shuffled records (CSV or Parquet by suffix) and, per record, its true entity; returns the number of
    records.

    `source_id` is unique within `source_system`. The truth has source_system, source_id, record_type, entity_id.
    Raises ValueError for parameters that make no world and for another suffix.
    """
    for file in (records_file, truth_file):
        if file.suffix not in (".csv", ".parquet"):
            raise ValueError(f"{file.name}: records are written as .csv or .parquet")
    if not 0 < scale <= 10 or not 0 <= noise <= 2:
        raise ValueError("scale must be above 0 and at most 10, noise between 0 and 2")
    chance, mix, timeline = Chance(seed, "records"), Locales.of(locales), Timeline.ending(AS_OF)
    systems, kinds, owners = _assignment(chance, scale)
    firms, people = _parties(chance, timeline, mix, owners, kinds)
    since = np.where(kinds == 1, people.known_at[owners * kinds], firms.known_at[owners * (1 - kinds)])
    created = (since + chance.rng.random(len(since)) * np.maximum(timeline.nominal_end - since, 1)).astype(np.int64)
    updated = (created + chance.rng.random(len(since)) ** 2 * (timeline.nominal_end - created)).astype(np.int64)
    parts, truth = [], []
    for number, (system, (_, profiles)) in enumerate(POPULATIONS.items()):
        mine = np.flatnonzero(systems == number)
        mine = mine[np.argsort(created[mine], kind="stable")]
        ids = _source_ids(chance, system, kinds[mine])
        for kind, (_, profile) in ((_TYPES.index(name), value) for name, value in profiles.items()):
            place = np.flatnonzero(kinds[mine] == kind)
            rows = mine[place]
            seen = _see(
                firms,
                people,
                kind,
                owners[rows],
                updated[rows],
                profile,
                Chance(seed, "records", system, _TYPES[kind]),
                noise,
            )
            named = seen.with_columns(
                pl.lit(system).alias("source_system"),
                ids.gather(place).alias("source_id"),
                pl.lit(_TYPES[kind]).alias("record_type"),
                moments(created[rows]).alias("created_at"),
                moments(updated[rows]).alias("updated_at"),
            )
            parts.append(named)
            truth.append(gather((firms, people)[kind].entity_ids(), owners[rows]))
    order = chance.rng.permutation(len(systems))
    records = pl.concat(parts, how="diagonal").select(COLUMNS)[order]
    write(records, records_file)
    write(records.with_columns(pl.concat(truth)[order].alias("entity_id")).select(TRUTH), truth_file)
    return len(records)


def _assignment(chance: Chance, scale: float) -> tuple[Ints, Ints, Ints]:
    """For each record its system, its kind (0 organization, 1 person) and the entity it is of."""
    found = []
    for kind, name in enumerate(_TYPES):
        sizes = [
            max(round(size * scale * parts[name][0]), 1) if name in parts else 0 for size, parts in POPULATIONS.values()
        ]
        systems = chance.rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
        entities = max(round(len(systems) * (1 - DUPLICATES)), 1)
        liking = chance.rng.gamma(0.9, 1.0, entities) + 0.05
        owner = np.concatenate([np.arange(entities), chance.index(len(systems) - entities, liking)])
        found.append((systems, np.full(len(systems), kind), owner))
    systems, kinds, owners = (np.concatenate(part) for part in zip(*found, strict=True))
    return systems, kinds, owners


def _parties(chance: Chance, timeline: Timeline, mix: Locales, owners: Ints, kinds: Ints) -> tuple[Companies, People]:
    """As many companies and persons as the records are of; half of the persons are employed by the companies."""
    span = timeline.nominal_end - timeline.start

    def known(n: int) -> Ints:
        return (timeline.start - span + chance.rng.random(n) * 1.9 * span).astype(np.int64)

    firms = found(chance, timeline, known(int(owners[kinds == 0].max()) + 1), mix)
    n = int(owners[kinds == 1].max()) + 1
    job = np.where(chance.mask(0.5, n), chance.index(n, np.sqrt(firms.headcount)), -1)
    return firms, born(chance, timeline, known(n), job, firms, mix)


def _see(
    firms: Companies, people: People, kind: int, who: Ints, at: Ints, profile: Profile, chance: Chance, noise: float
) -> pl.DataFrame:
    if kind == 0:
        return see_companies(firms, who, at, profile, chance, noise)
    return see_persons(people, firms, who, at, profile, chance, noise)


def _source_ids(chance: Chance, system: str, kinds: Ints) -> pl.Series:
    """Ids in the system's own form, by creation."""
    number = np.arange(len(kinds))
    if system == "salesforce":
        both = pl.DataFrame({"o": salesforce_ids("001", number), "p": salesforce_ids("003", number), "k": kinds})
        return both.select(pl.when(pl.col("k") == 0).then("o").otherwise("p").alias("source_id"))["source_id"]
    if system in ("mixpanel", "sendgrid"):
        return uuids(chance, len(kinds))
    starts = {
        "shopify": 6_200_000_000_001,
        "zendesk": 370_000_001,
        "hubspot": 51,
        "netsuite": 10_001,
        "surveymonkey": 118_000_000_001,
    }
    return numbered(starts[system], number)
