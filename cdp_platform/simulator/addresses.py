"""Where people and companies are: streets, cities, postal codes and phone numbers of each country.

Here: drawing addresses in a country's own form. Not here: the lists (`words.places`), who moves when.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Chance, Ints, gather
from cdp_platform.simulator.identifiers import patterned
from cdp_platform.simulator.words.country import Country
from cdp_platform.simulator.words.places import COUNTRIES, DEFAULT_LOCALES, STREETS

CODES = tuple(COUNTRIES)
_BY_NUMBER = tuple(COUNTRIES.values())


@dataclass(frozen=True)
class Locales:
    """The mix of countries; a country is its position in `CODES`."""

    share: Mapping[str, float]

    @classmethod
    def of(cls, share: Mapping[str, float] | None) -> "Locales":
        """A checked mix. Raises ValueError for an unknown country or shares that are not positive."""
        share = dict(DEFAULT_LOCALES if share is None else share)
        unknown = sorted(set(share) - set(CODES))
        if unknown:
            raise ValueError(f"unknown locale {', '.join(unknown)}; known: {', '.join(CODES)}")
        if not all(0 <= part < inf for part in share.values()) or not sum(share.values()):
            raise ValueError(f"locale shares must be numbers of at least 0, and not all 0; known: {', '.join(CODES)}")
        return cls(share)

    @classmethod
    def read(cls, text: str) -> "Locales":
        """The mix that a text like `US=0.6,DE=0.4` says. Raises ValueError for a text that says none."""
        words = [word.partition("=") for word in text.split(",")]
        try:
            share = {code.strip(): float(part) for code, _, part in words}
        except ValueError:
            share = {}
        if len(share) < len(words):
            raise ValueError(
                f"'{text}' is no mix of locales like US=0.6,DE=0.4, each named once; known: {', '.join(CODES)}"
            )
        return cls.of(share)

    def __str__(self) -> str:
        """As `read` takes it."""
        return ",".join(f"{code}={part:g}" for code, part in self.share.items())

    def draw(self, chance: Chance, n: int) -> Ints:
        """Countries of `n` parties."""
        return chance.index(n, [self.share.get(code, 0.0) for code in CODES])


def by_country(country: Ints) -> Iterator[tuple[Country, Ints]]:
    """Each country that occurs, with the positions where it does."""
    for number, one in enumerate(_BY_NUMBER):
        positions = np.flatnonzero(country == number)
        if len(positions):
            yield one, positions


def assembled(n: int, parts: list[tuple[Ints, pl.DataFrame]]) -> pl.DataFrame:
    """Put frames made per country back into the order of their positions."""
    if not parts:
        raise ValueError("a world without countries")
    order = np.empty(n, dtype=np.int64)
    order[np.concatenate([positions for positions, _ in parts])] = np.arange(n)
    return pl.concat([frame for _, frame in parts])[order]


def addresses(chance: Chance, country: Ints) -> pl.DataFrame:
    """street, city, region, postal_code of one address per party."""
    parts = []
    for place, positions in by_country(country):
        n = len(positions)
        cities = [city.split("|") for city in place.cities.split(";")]
        weights = 1.0 / (np.arange(len(cities)) + 2.0)
        chosen = chance.index(n, weights)
        words, types = STREETS[place.words]
        number = pl.Series("number", chance.integers(1, 160, n)).cast(pl.String)
        name = chance.pick([word.replace("_", " ") for word in words.split()], n)
        kind = chance.pick(types.split(), n)
        frame = pl.DataFrame({"number": number, "name": name, "kind": kind})
        street = {
            "en": pl.concat_str("number", "name", "kind", separator=" "),
            "fr": pl.concat_str("number", "kind", "name", separator=" "),
            "es": pl.concat_str(pl.concat_str("kind", "name", "number", separator=" ")),
            "it": pl.concat_str("kind", "name", "number", separator=" "),
        }.get(place.words, pl.concat_str(pl.concat_str("name", "kind"), "number", separator=" "))
        postal = pl.Series("postal_code", [None] * n, dtype=pl.String)
        for city_number, (_, _, prefix) in enumerate(cities):
            here = np.flatnonzero(chosen == city_number)
            if len(here):
                postal = postal.scatter(here, patterned(chance, place.postal, len(here), prefix=prefix))
        parts.append((positions, frame.select(street.alias("street")).with_columns(
            gather(pl.Series("city", [c[0] for c in cities]), chosen),
            gather(pl.Series("region", [c[1] for c in cities]), chosen),
            postal,
        )))  # fmt: skip
    return assembled(len(country), parts)


def phone_numbers(chance: Chance, country: Ints) -> pl.Series:
    """National digits of one phone number per party, without trunk prefix."""
    parts = []
    for place, positions in by_country(country):
        area = chance.pick(place.areas.split(), len(positions))
        rest = patterned(chance, "#" * 10, len(positions))
        frame = pl.DataFrame({"a": area, "r": rest})
        number = pl.concat_str("a", "r").str.slice(0, place.phone_digits).alias("phone")
        parts.append((positions, frame.select(number)))
    return assembled(len(country), parts)["phone"]


def phone_code(country: Ints) -> pl.Series:
    """International dialling code of each party's country."""
    return gather(pl.Series("code", [c.phone_code for c in _BY_NUMBER]), country)


def phone_trunk(country: Ints) -> pl.Series:
    """Digit dialled before a national number."""
    return gather(pl.Series("trunk", [c.trunk for c in _BY_NUMBER]), country)


def country_code(country: Ints) -> pl.Series:
    """ISO 3166 alpha-2 code."""
    return gather(pl.Series("country", CODES), country)


def currency_code(country: Ints) -> pl.Series:
    """ISO 4217 code of the country's currency."""
    return gather(pl.Series("currency", [c.currency for c in _BY_NUMBER]), country)
