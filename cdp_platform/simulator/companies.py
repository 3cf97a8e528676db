"""The companies of the synthetic world: who they are, what they are called, whom they belong to, and when that changes.

Here: the truth about organisations. Not here: how a source sees them (`sightings`), what they buy (`contracts`).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import Locales, addresses, by_country, phone_numbers
from cdp_platform.simulator.brands import brands, domains
from cdp_platform.simulator.chance import Chance, Floats, Ints, Mask, gather, where
from cdp_platform.simulator.identifiers import patterned, scattered
from cdp_platform.simulator.legal import legal_forms
from cdp_platform.simulator.timeline import DAY, NEVER, Timeline
from cdp_platform.simulator.words.business import BILLING_LOCALS, BOOKKEEPERS, DIVISIONS, INDUSTRIES


@dataclass(frozen=True)
class Companies:
    """All companies; positions are their identity. Times are seconds, NEVER where a thing does not happen.

    `name`, `domain`, `legal` hold until `renamed_at`, then `name_after`, `domain_after`. `text` has the columns
    name, name_after, domain, domain_after (null where none), tax_id, phone, billing_email, industry and the address
    street, city, region, postal_code, with `_after` the address from `moved_at` on.
    """

    known_at: Ints
    country: Ints
    legal: Ints
    headcount: Ints
    parent: Ints
    parent_since: Ints
    renamed_at: Ints
    moved_at: Ints
    text: pl.DataFrame

    def __len__(self) -> int:
        return len(self.known_at)

    def entity_ids(self) -> pl.Series:
        """The true identity of each company."""
        return company_ids(np.arange(len(self)))


def company_ids(positions: Ints) -> pl.Series:
    """Entity ids such as `C0000042`; null for -1."""
    ids = "C" + pl.Series(np.maximum(positions, 0)).cast(pl.String).str.zfill(7)
    return where(positions < 0, None, ids) if (positions < 0).any() else ids


def found(chance: Chance, timeline: Timeline, known_at: Ints, locales: Locales) -> Companies:
    """Companies that become known at the given moments."""
    n = len(known_at)
    country = locales.draw(chance, n)
    headcount = np.clip(np.exp(chance.rng.normal(3.0, 1.55, n)), 1, 60_000).astype(np.int64)
    parent, related = _parents(chance, headcount)
    country = np.where((parent >= 0) & chance.mask(0.6, n), country[np.maximum(parent, 0)], country)
    names = brands(chance, country)
    names = where(related, _subsidiary_names(chance, names, parent), names)
    web = domains(chance, names, country)
    shared = related & chance.mask(0.55, n)
    web = where(shared, gather(web, np.maximum(parent, 0)), web)
    web = where(chance.mask(np.where(headcount < 10, 0.12, 0.005)), None, web)

    renamed_at = _some_day(chance, timeline, known_at, 0.05)
    renamed_at[related] = NEVER
    renamed = renamed_at < NEVER
    name_after = where(renamed, brands(chance, country), names)
    domain_after = where(renamed & chance.mask(0.7, n), domains(chance, name_after, country, taken=web), web)
    acquired = (parent >= 0) & ~related
    parent_since = np.where(acquired, _some_day(chance, timeline, known_at, 1.0), np.where(parent >= 0, 0, NEVER))

    home, away = addresses(chance, country), addresses(chance, country)
    text = pl.DataFrame({
        "name": names, "name_after": name_after, "domain": web, "domain_after": domain_after,
        "tax_id": _tax_ids(chance, country), "phone": phone_numbers(chance, country),
        "billing_email": _billing(chance, web, names, headcount),
        "industry": chance.pick(INDUSTRIES, n),
    })  # fmt: skip
    text = text.hstack(home).hstack(away.rename(lambda column: f"{column}_after"))
    moved_at = _some_day(chance, timeline, known_at, 0.12)
    legal = legal_forms(chance, country, headcount)
    return Companies(known_at, country, legal, headcount, parent, parent_since, renamed_at, moved_at, text)


def _some_day(chance: Chance, timeline: Timeline, known_at: Ints, share: float) -> Ints:
    """A moment between becoming known (or the beginning) and the horizon for a share, NEVER for the rest."""
    n = len(known_at)
    earliest = np.maximum(known_at, timeline.start) + 60 * DAY
    when = chance.uniform(earliest, timeline.horizon, n).astype(np.int64)
    return np.where(chance.mask(share, n) & (earliest < timeline.horizon), when, NEVER)


def _parents(chance: Chance, headcount: Ints) -> tuple[Ints, Mask]:
    """Position of the parent (-1: none), and whether the child was born as its subsidiary and named after it."""
    n = len(headcount)
    large = np.flatnonzero(headcount >= np.quantile(headcount, 0.8))
    child = chance.mask(0.1, n)
    child[large] = False
    parent = np.where(child, large[chance.integers(0, len(large), n)], -1)
    return parent, (parent >= 0) & chance.mask(0.7, n)


def _subsidiary_names(chance: Chance, names: pl.Series, parent: Ints) -> pl.Series:
    """The parent's name and a division; with a few alike, as siblings are."""
    stem = gather(names, np.maximum(parent, 0)).str.replace(r"^(\S+ \S+) \S.*$", "$1")
    return stem + " " + chance.pick(DIVISIONS, len(names))


def _tax_ids(chance: Chance, country: Ints) -> pl.Series:
    """One tax id per company, no two alike."""
    column = pl.Series([None] * len(country), dtype=pl.String)
    for salt, (place, positions) in enumerate(by_country(country)):
        unique = scattered(len(positions), 8, salt)
        column = column.scatter(positions, patterned(chance, place.tax, len(positions), unique=unique))
    return column


def _billing(chance: Chance, web: pl.Series, names: pl.Series, headcount: Ints) -> pl.Series:
    """Where invoices go: an address of the company's own, of its bookkeeper, or a private mail provider."""
    n = len(names)
    own = chance.pick(BILLING_LOCALS, n, _falling(len(BILLING_LOCALS))) + "@" + web
    bookkeeper = (headcount < 25) & chance.mask(0.04, n)
    branch = pl.Series(chance.index(n, _falling(max(n // 5000, 1)))).cast(pl.String)
    clients = "office" + branch + "@" + chance.pick(BOOKKEEPERS, n, _falling(len(BOOKKEEPERS)))
    slugs = names.str.to_lowercase().str.replace_all(r"[^a-z0-9]", "").str.slice(0, 18)
    private = slugs + pl.Series(np.arange(n) % 97).cast(pl.String) + "@gmail.com"
    return where(bookkeeper, clients, pl.DataFrame({"a": own, "b": private}).select(pl.coalesce("a", "b"))["a"])


def _falling(n: int) -> Floats:
    return np.asarray(1.0 / (np.arange(n, dtype=np.float64) + 1.5), dtype=np.float64)
