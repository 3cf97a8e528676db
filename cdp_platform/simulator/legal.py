"""Legal forms: which one a company has, and the ways in which people write it.

Here: one table of forms over all countries. Not here: the forms themselves (`words.places`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.addresses import by_country
from cdp_platform.simulator.chance import Chance, Ints, gather
from cdp_platform.simulator.words.places import COUNTRIES

NO_FORM = 0
_FORMS: list[list[str]] = [[""], *(form for country in COUNTRIES.values() for form in country.legal_forms())]
_FORMS_OF = np.array([len(country.legal_forms()) for country in COUNTRIES.values()])
_FIRST = dict(zip(COUNTRIES, 1 + np.cumsum(_FORMS_OF) - _FORMS_OF, strict=True))
_COUNTS = np.array([len(form) for form in _FORMS], dtype=np.int64)
_STARTS = np.cumsum(_COUNTS) - _COUNTS
_SPELLINGS = pl.Series("legal", [spelling for form in _FORMS for spelling in form])


def legal_forms(chance: Chance, country: Ints, headcount: Ints) -> Ints:
    """A legal form for each company; the smallest sometimes have none."""
    legal = np.zeros(len(country), dtype=np.int64)
    for place, positions in by_country(country):
        weights = 1.0 / (np.arange(len(place.legal_forms())) + 1.0) ** 1.5
        legal[positions] = _FIRST[place.code] + chance.index(len(positions), weights)
    return np.where((headcount < 8) & chance.mask(0.25, len(country)), NO_FORM, legal)


def official(legal: Ints) -> pl.Series:
    """The form as registered; empty where there is none."""
    return gather(_SPELLINGS, _STARTS[legal])


def as_typed(chance: Chance, legal: Ints) -> pl.Series:
    """The form in any of its spellings."""
    return gather(_SPELLINGS, _STARTS[legal] + chance.below(_COUNTS[legal]))
