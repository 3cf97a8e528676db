"""Texts as comparable words: transliterated, lower case, without signs.

Here: what names of organisations and persons have in common. Not here: legal forms (`organization_names`), or which
word is a surname (`person_names`).
"""

import re
from collections.abc import Sequence

from anyascii import anyascii

from cdp_platform.identity.reference import phrases

_INITIALS = re.compile(r"\b(?:\w\.\s?){2,}")
_APOSTROPHE = re.compile(r"['’`´]")
_SLASHED = re.compile(r"\b([a-z])/([a-z])\b")
_SIGN = re.compile(r"['’`´/.]")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_SHORTEST_WORD = 3
_FOLDED = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))


def latin(text: str) -> str:
    """The text transliterated to ASCII, in lower case."""
    return (text if text.isascii() else anyascii(text)).lower()


def plain(text: str) -> str:
    """The text in Latin letters, with initials closed up: `S.A.` is `sa`, `A/S` is `as`, `O'Hara` is `ohara`."""
    text = latin(text)
    if not _SIGN.search(text):
        return text
    closed = _SLASHED.sub(r"\1\2", _APOSTROPHE.sub("", text))
    return _INITIALS.sub(lambda found: found.group().replace(".", "").replace(" ", "") + " ", closed)


def fold(word: str) -> str:
    """One spelling for `ü`, `ue` and `u` and the like, whichever way a source wrote them; initials stay as they are."""
    if len(word) <= _SHORTEST_WORD:
        return word
    for written, meant in _FOLDED:
        word = word.replace(written, meant)
    return word


def tokens(text: str) -> list[str]:
    """The words of a plain text."""
    return [word for word in _NOT_WORD.split(text) if word]


def is_placeholder(found: Sequence[str]) -> bool:
    """True for words that say that there is no name."""
    return tuple(found) in phrases("placeholder_names") or not any(word.isalpha() for word in found)
