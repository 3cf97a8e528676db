"""Names of organisations and persons as comparable words.

Here: functions of one text, called on distinct values only. Not here: comparing two names, or frames.
"""

import re
from typing import NamedTuple

from anyascii import anyascii

from cdp_platform.identity.reference import phrases, synonyms, words

_INITIALS = re.compile(r"\b(?:\w\.\s?){2,}")
_APOSTROPHE = re.compile(r"['’`´]")
_FORMER_NAME = re.compile(r"\(?\b(?:formerly|previously|fka|f/k/a|formally known as|ehemals|anciennement)\b.*$")
_TRADING_NAME = re.compile(r"\b(?:dba|d/b/a|t/a|doing business as|trading as)\b.*$")
_DEPARTMENT = re.compile(r"\b(?:c/o|attn|attention)\b.*$")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_SLASH_FORM = re.compile(r"\b([a-z])/([a-z])\b")
_FOLD = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_SUFFIXES = {
    "jr": "jr",
    "junior": "jr",
    "sr": "sr",
    "senior": "sr",
    "ii": "2",
    "2nd": "2",
    "iii": "3",
    "3rd": "3",
    "iv": "4",
}


class PersonName(NamedTuple):
    """A person's name: given names, surname (both folded, blank-separated) and generation (`jr`, `sr`, `2`, …).

    `certain` is true where the text itself said which part is which.
    """

    first: str | None
    last: str | None
    generation: str | None
    certain: bool


def plain(text: str) -> str:
    """The text transliterated to ASCII, in lower case, with initials closed up (`S.A.` is `sa`, `A/S` is `as`)."""
    lowered = (text if text.isascii() else anyascii(text)).lower()
    lowered = _SLASH_FORM.sub(r"\1\2", _APOSTROPHE.sub("", lowered))
    return _INITIALS.sub(lambda found: found.group().replace(".", "").replace(" ", "") + " ", lowered)


def fold(word: str) -> str:
    """One spelling for `ü`, `ue` and `u` and the like, whichever way a source wrote them."""
    for written, meant in _FOLD:
        word = word.replace(written, meant)
    return word


def tokens(text: str) -> list[str]:
    """The words of a plain text."""
    return [word for word in _NOT_WORD.split(text) if word]


def is_placeholder(found: list[str]) -> bool:
    """True for a name that says that there is no name."""
    joined = " ".join(found)
    return joined in _placeholders() or not any(letter.isalpha() for letter in joined)


def organization_name(text: str) -> str | None:
    """The words that tell an organisation from others: without legal form, fillers, former and trading names.

    `The Müller & Söhne Intl. GmbH & Co. KG` is `muller sohne international`. None for a placeholder.
    """
    lowered = plain(text)
    for remark in (_FORMER_NAME, _TRADING_NAME, _DEPARTMENT):
        shortened = remark.sub("", lowered)
        lowered = shortened if tokens(shortened) else lowered
    found = tokens(lowered)
    if not found or tuple(found) in phrases("placeholder_names"):
        return None
    found = [word for word in _without_legal_forms(found) if word not in words("filler_words")] or found
    abbreviations = synonyms("abbreviations")
    return " ".join(fold(abbreviations.get(word, (word,))[0]) for word in found)


def _without_legal_forms(found: list[str]) -> list[str]:
    forms, leading = phrases("legal_forms"), phrases("leading_legal_forms")
    rest = found
    while len(rest) > 1:
        if rest[-1] in ("and", "und", "et"):
            rest = rest[:-1]
            continue
        ending = next((size for size in (5, 4, 3, 2, 1) if size < len(rest) and tuple(rest[-size:]) in forms), 0)
        if not ending:
            break
        rest = rest[:-ending]
    return rest[1:] if len(rest) > 1 and (rest[0],) in leading else rest


def _placeholders() -> frozenset[str]:
    return frozenset(" ".join(phrase) for phrase in phrases("placeholder_names"))


def person_name(first: str | None, last: str | None, full: str | None) -> PersonName:
    """A person's name from its parts, or from the whole where the parts are missing.

    Understands `Last, First`, titles, degrees, generations and surname particles; a middle name stays out.
    """
    given, family = tokens(plain(first or "")), tokens(plain(last or ""))
    certain = bool(given and family)
    if not certain and full and full.strip():
        given, family, certain = _parse(full)
    generation = next((_SUFFIXES[word] for word in (*given, *family) if word in _SUFFIXES), None)
    given, family = _cleaned(given), _cleaned(family)
    if is_placeholder([*given, *family]):
        return PersonName(None, None, None, certain=False)
    named = [word for word in given if len(word) > 1] or given[:1]
    return PersonName(
        " ".join(fold(word) for word in named) or None,
        " ".join(fold(word) for word in _without_particles(family)) or None,
        generation,
        certain,
    )


def _parse(full: str) -> tuple[list[str], list[str], bool]:
    head, comma, tail = full.partition(",")
    before, after = tokens(plain(head)), tokens(plain(tail))
    spoken = [word for word in after if word not in _SUFFIXES and word not in words("person_titles")]
    if comma and spoken and before:
        return after, before, True
    found = [word for word in (*before, *after) if word not in words("person_titles")]
    named = [word for word in found if word not in _SUFFIXES]
    if len(named) < 2:
        return found, [], False
    start = next((i for i in range(1, len(named) - 1) if named[i] in words("surname_particles")), len(named) - 1)
    suffixes = [word for word in found if word in _SUFFIXES]
    return named[:1] if start > 1 else named[:start], [*named[start:], *suffixes], False


def _cleaned(found: list[str]) -> list[str]:
    left = [word for word in found if word not in _SUFFIXES and word not in words("person_titles")]
    return left or [word for word in found if word not in _SUFFIXES]


def _without_particles(found: list[str]) -> list[str]:
    return [word for word in found if word not in words("surname_particles")] or found
