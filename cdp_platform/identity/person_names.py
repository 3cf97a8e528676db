"""Names of persons as given names, surname and generation.

Here: which word of a name is what. Called on distinct values only. Not here: comparing two, or finding from the data
that given name and surname were exchanged (`normalize`).
"""

from functools import lru_cache
from typing import NamedTuple

from cdp_platform.identity.names import fold, is_placeholder, plain, tokens
from cdp_platform.identity.reference import phrases, words

_GENERATIONS = {
    "jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "2", "2nd": "2", "iii": "3", "3rd": "3", "iv": "4",
}  # fmt: skip


# Particles that are a given name elsewhere: Al and Mac.
_SAINTS = ("al", "el", "mac", "santa", "san", "ben", "bin")


# Given names and surnames recur far oftener than whole names.
_REMEMBERED = 200_000
_Words = tuple[str, ...]


class PersonName(NamedTuple):
    """Given names and surname, folded and blank-separated, generation (`jr`, `sr`, `2`, …), and what is in between.

    `middle`: the words of a whole name of which nobody can say whether they are given names or the first of two
    surnames.
    """

    first: str | None
    last: str | None
    generation: str | None
    middle: str | None


def person_name(first: str | None, last: str | None, full: str | None) -> PersonName:
    """A person's name from its parts, or from the whole where the parts are missing.

    Understands `Last, First`, titles, degrees, generations and surname particles.
    """
    given, family, between = _words(first or ""), _words(last or ""), _Words()
    if not (given and family) and full and full.strip():
        given, family, between = _parse(full)
    generation = _generation(given) or _generation(family)
    given, family = _cleaned(given), _cleaned(family)
    if is_placeholder(given + family):
        return PersonName(None, None, None, None)
    if given in phrases("placeholder_names"):
        given = ()
    return PersonName(_folded(given), _folded(_without_particles(family)), generation, _between(between))


@lru_cache(_REMEMBERED)
def _words(text: str) -> _Words:
    """The words of a person's name; initials are words of their own."""
    return tuple(tokens(plain(text.replace(".", " "))))


@lru_cache(_REMEMBERED)
def _generation(found: _Words) -> str | None:
    return next((_GENERATIONS[word] for word in found if word in _GENERATIONS), None)


@lru_cache(_REMEMBERED)
def _folded(found: _Words) -> str | None:
    """The words as one key, without initials where there is more."""
    return " ".join(fold(word) for word in [word for word in found if len(word) > 1] or found[:1]) or None


def _between(found: _Words) -> str | None:
    return " ".join(fold(word) for word in found if len(word) > 1) or None


def _parse(full: str) -> tuple[_Words, _Words, _Words]:
    """Given names, surname, and the words of which one cannot say."""
    if capitals := _in_capitals([word for word in full.split() if not set(_words(word)) <= words("person_titles")]):
        return (*capitals, ())
    head, comma, tail = full.partition(",")
    before, after = _words(head), _words(tail)
    spoken = [word for word in after if word not in _GENERATIONS and word not in words("person_titles")]
    if comma and spoken and before:
        return after, before, ()
    found = tuple(word for word in before + after if word not in words("person_titles"))
    named = tuple(word for word in found if word not in _GENERATIONS)
    if len(named) < 2:
        return found, (), ()
    if named[0] in words("surname_particles") and named[0] not in _SAINTS:
        return named[-1:], named[:-1], ()
    start = next((i for i in range(1, len(named) - 1) if named[i] in words("surname_particles")), len(named) - 1)
    suffixes = tuple(word for word in found if word in _GENERATIONS)
    given = named[:1] if start > 1 else named[:start]
    return given, named[start:] + suffixes, named[len(given) : start]


def _in_capitals(found: list[str]) -> tuple[_Words, _Words] | None:
    """Given names and surname of `DUPONT Jean` and `Jean DUPONT`, as is usual on the Continent; None for others."""
    shouted = [len(word) > 1 and word.isupper() and "." not in word for word in found]
    count = sum(shouted)
    if not 0 < count < len(found):
        return None
    if all(shouted[:count]):
        family, given = found[:count], found[count:]
    elif all(shouted[-count:]):
        family, given = found[-count:], found[:-count]
    else:
        return None
    parts = (_words(" ".join(given)), _words(" ".join(family)))
    return parts if all(word.isalpha() for part in parts for word in part) and all(parts) else None


@lru_cache(_REMEMBERED)
def _cleaned(found: _Words) -> _Words:
    left = tuple(word for word in found if word not in _GENERATIONS and word not in words("person_titles"))
    return left or tuple(word for word in found if word not in _GENERATIONS)


@lru_cache(_REMEMBERED)
def _without_particles(found: _Words) -> _Words:
    return tuple(word for word in found if word not in words("surname_particles")) or found
