"""How two names of organisations relate: the same, misspelt, subsidiary, sibling, or different.

Here: the relation of two normalised names. Not here: what follows from it.
"""

import re
from collections import Counter

from rapidfuzz.distance import OSA

_SHORTENED = 8
_DIGIT = re.compile("[0-9]")

SAME, SIMILAR, ACRONYM = "same", "similar", "acronym"
SUBSIDIARY, SIBLING, DIFFERENT = "subsidiary", "sibling", "different"


def relation(x: str, y: str) -> str:
    """How two normalised names relate.

    `same`: equal words in any order, or equal letters; `similar`: the words they do not share are typos or
    abbreviations of each other; `acronym`: one is the initials of the other; `subsidiary`: one has all words of the
    other and more; `sibling`: some words in common; `different`: none.
    """
    if x.replace(" ", "") == y.replace(" ", ""):
        return SAME
    words_x, words_y = x.split(), y.split()
    rest_x, rest_y = _left_over(words_x, words_y), _left_over(words_y, words_x)
    if not rest_x and not rest_y:
        return SAME
    if not rest_x or not rest_y:
        return SUBSIDIARY
    if len(rest_x) == len(rest_y) and all(_similar(s, t) for s, t in zip(rest_x, rest_y, strict=True)):
        return SIMILAR
    joined_x, joined_y = "".join(rest_x), "".join(rest_y)
    if joined_x == joined_y:
        return SAME
    if _is_shortened(*sorted((joined_x, joined_y), key=len)) or _is_slip(joined_x, joined_y):
        return SIMILAR
    if _is_acronym(words_x, words_y) or _is_acronym(words_y, words_x):
        return ACRONYM
    return SIBLING if len(rest_x) < len(words_x) else DIFFERENT


def _left_over(words: list[str], others: list[str]) -> list[str]:
    known = set(others)
    if len(known) == len(others) and len(set(words)) == len(words):
        return [word for word in words if word not in known]
    spare = Counter(words) - Counter(others)
    rest = []
    for word in words:
        if spare[word] > 0:
            spare[word] -= 1
            rest.append(word)
    return rest


def _similar(s: str, t: str) -> bool:
    return not _has_digit(s + t) and (_is_abbreviation(*sorted((s, t), key=len)) or _is_slip(s, t))


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def _is_slip(s: str, t: str) -> bool:
    shorter = min(len(s), len(t))
    allowed = 0 if shorter < 4 or _has_digit(s + t) else 1 if shorter < 8 else 2
    return OSA.distance(s, t, score_cutoff=allowed) <= allowed


def _is_abbreviation(short: str, long: str) -> bool:
    """True for the beginning of a word, `constr`, and for its consonants in order, `hldgs`."""
    if len(short) < 3 or len(long) - len(short) < 2:
        return False
    if long.startswith(short):
        return len(short) >= 4 or len(long) >= 6
    letters = iter(long)
    return short[0] == long[0] and not set(short) & set("aeiou") and all(letter in letters for letter in short)


def _is_shortened(short: str, long: str) -> bool:
    """True for a text of which letters were left out, but less than half, and neither end: `installtechniek`."""
    if not (len(short) >= _SHORTENED and len(short) * 2 > len(long) > len(short)):
        return False
    letters = iter(long)
    return short[0] == long[0] and short[-1] == long[-1] and all(letter in letters for letter in short)


def _is_acronym(words: list[str], others: list[str]) -> bool:
    return len(words) == 1 and len(others) >= 2 and words[0] == "".join(word[0] for word in others)
