"""The people of the synthetic world: names, homes, households, jobs, and when these change.

Here: the truth about persons. Not here: how a source sees them (`sightings`).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import Locales, addresses, phone_numbers
from cdp_platform.simulator.chance import Chance, Floats, Ints, Mask, gather, where
from cdp_platform.simulator.companies import Companies
from cdp_platform.simulator.identifiers import devices
from cdp_platform.simulator.naming import families, given_names, languages, private_mail, work_mail
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline
from cdp_platform.simulator.words.business import TITLES

_YEAR = 365.25
_REFERENCE_DAY = 19_700
"""Births are drawn back from this day (late 2023), so that they do not depend on a history's end."""


@dataclass(frozen=True)
class People:
    """All persons; positions are their identity. Times are seconds, `birth` days since 1970.

    `employer` is a position in companies (-1: none) until `left_at`, then `employer_after`. `text` has the columns
    given, middle, family and family_after (from `married_at` on), suffix (Jr., Sr. or null), private_email,
    work_email, work_email_after, mobile, landline (of the household), device, title and the address street, city,
    region, postal_code, with `_after` from `moved_at` on. `partner` is another person of the household, or the
    person.
    """

    known_at: Ints
    country: Ints
    birth: Ints
    household: Ints
    partner: Ints
    employer: Ints
    employer_after: Ints
    left_at: Ints
    married_at: Ints
    moved_at: Ints
    text: pl.DataFrame

    def __len__(self) -> int:
        return len(self.known_at)

    def entity_ids(self) -> pl.Series:
        """The true identity of each person."""
        return person_ids(np.arange(len(self)))

    def employed_by(self, persons: Ints, at: Ints) -> Ints:
        """Position of the employer of each person at a moment, -1 for none."""
        return np.where(at >= self.left_at[persons], self.employer_after[persons], self.employer[persons])


def person_ids(positions: Ints) -> pl.Series:
    """Entity ids such as `P0000042`."""
    return "P" + pl.Series(positions).cast(pl.String).str.zfill(7)


def born(chance: Chance, timeline: Timeline, known_at: Ints, employer: Ints, companies: Companies,
         locales: Locales, changes_job: float = 0.08) -> People:  # fmt: skip
    """Persons that become known at the given moments; those without employer (-1) are private customers."""
    n = len(known_at)
    country = np.where(employer >= 0, companies.country[np.maximum(employer, 0)], locales.draw(chance, n))
    head = _households(chance, n, employer < 0)
    country = country[head]
    language = languages(chance, country)[head]
    female = chance.mask(0.5, n)
    birth = (_REFERENCE_DAY - chance.uniform(20 * _YEAR, 68 * _YEAR, n)).astype(np.int64)
    member = head != np.arange(n)
    namesake = member & ~female & ~female[head] & chance.mask(0.25, n)
    birth = np.where(namesake, birth[head] + (chance.uniform(22, 34, n) * _YEAR).astype(np.int64), birth)
    of_age = (_REFERENCE_DAY - chance.uniform(18 * _YEAR, 22 * _YEAR, n)).astype(np.int64)
    birth = np.where(birth > _REFERENCE_DAY - 18 * _YEAR, of_age, birth)
    own = families(chance, language)
    family = where(member & chance.mask(0.85, n) | namesake, gather(own, head), own)
    given = given_names(chance, language, female)
    given = where(namesake, gather(given, head), given)
    family_after = where(female, families(chance, language), family)

    left_at = _some_day(chance, timeline, known_at, np.where(employer >= 0, changes_job, 0.0))
    moves = np.flatnonzero(left_at < NEVER)
    employer_after = employer.copy()
    employer_after[moves] = chance.rng.permutation(employer[moves])
    domain = companies.text["domain"]
    job, new_job = gather(domain, employer), gather(domain, employer_after)
    text = pl.DataFrame({
        "given": given,
        "middle": given_names(chance, language, female),
        "family": family,
        "family_after": family_after,
        "suffix": where(namesake & chance.mask(0.6, n), "Jr.", pl.Series([None] * n, dtype=pl.String)),
        "private_email": private_mail(chance, given, family, (birth / _YEAR + 1970).astype(np.int64), country),
        "work_email": work_mail(given, family, job, employer),
        "work_email_after": work_mail(given, family, new_job, employer_after),
        "mobile": phone_numbers(chance, country),
        "landline": gather(phone_numbers(chance, country), head),
        "device": devices(chance, n),
        "title": chance.pick(TITLES, n),
    })  # fmt: skip
    home = addresses(chance, country)[head]
    away = addresses(chance, country).rename(lambda column: f"{column}_after")
    partner = np.where(member, head, np.arange(n))
    partner[head[member]] = np.flatnonzero(member)
    married_at = _some_day(chance, timeline, known_at, np.where(female, 0.04, 0.0))
    moved_at = _some_day(chance, timeline, known_at, np.full(n, 0.12))
    return People(known_at, country, birth, head, partner, employer, employer_after, left_at, married_at, moved_at,
                  text.hstack(home).hstack(away))  # fmt: skip


def _households(chance: Chance, n: int, private: Mask) -> Ints:
    """For each person the head of the household: a near neighbour in the list, mostly oneself."""
    back = chance.integers(1, 4, n)
    head = np.arange(n)
    joins = private & chance.mask(0.35, n) & (head - back >= 0)
    head = np.where(joins, head - back, head)
    head = np.where(private[head], head, np.arange(n))
    while (head[head] != head).any():
        head = head[head]
    return head


def _some_day(chance: Chance, timeline: Timeline, known_at: Ints, share: Floats) -> Ints:
    """A moment between becoming known (or the beginning) and the horizon for a share, NEVER for the rest."""
    earliest = np.maximum(known_at, timeline.start) + 30 * DAY
    when = chance.uniform(earliest, timeline.horizon, len(known_at)).astype(np.int64)
    return np.where(chance.mask(share) & (earliest < timeline.horizon), when, NEVER)
