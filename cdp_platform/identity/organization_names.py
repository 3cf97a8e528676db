"""Names of organisations as the words that tell them apart.

Here: what is no part of a name: legal forms, remarks, fillers. Called on distinct values only. Not here: comparing two.
"""

import re

from cdp_platform.identity.names import fold, is_placeholder, latin, plain, tokens
from cdp_platform.identity.reference import phrases, synonyms, words

# What follows one of these, up to the end, is the name that an organisation had or trades under; some are words of
# names too, and say so only in brackets.
_FORMERLY = (
    r"formerly(?: known as)?|previously|fka|f/k/a|f\.k\.a\.?|ehemals|vormals|anciennement|voorheen|tidigare|tidligere"
    r"|f\.?d\.|dawniej|entinen|dba|d/b/a|d\.b\.a\.?|t/a|doing business as|trading as|h\.?o\.?d\.?n\.?"
)
_IN_BRACKETS = (
    r"gia|antes|anteriormente|ex|vorm\.?|ehem\.?|dit|marke|handelsnaam|nom commercial|nombre comercial|insegna"
)
_OTHER_NAME = re.compile(rf"(?:[\s,;-]+\(?(?:{_FORMERLY})|\s*\((?:{_IN_BRACKETS}))[\s:]+(?P<name>[^()]+?)\)?\s*$")
# What follows one of these is an address or a contact.
_REMARK = re.compile(r"\b(?:c/o|attn|attention|zhd|z\.\s?hd\.?)\b.*$")
_CONJUNCTIONS = ("and", "und", "et")


def organization_name(text: str) -> str | None:
    """The words that tell an organisation from others: without legal form, fillers, former and trading names.

    `The Müller & Söhne Intl. GmbH & Co. KG` is `muller sohne international`. None for a placeholder.
    """
    rest = latin(text)
    for remark in (_OTHER_NAME, _REMARK):
        shortened = remark.sub("", rest)
        rest = shortened if tokens(shortened) else rest
    found = tokens(plain(rest))
    if is_placeholder(found):
        return None
    found = [word for word in _without_legal_forms(found) if word not in words("filler_words")] or found
    abbreviations = synonyms("abbreviations")
    return " ".join(fold(abbreviations.get(word, (word,))[0]) for word in found)


def other_name(text: str) -> str | None:
    """The name in a remark, `Acme Inc (formerly Ajax Ltd)`, by the words that tell it; None without one."""
    found = _OTHER_NAME.search(latin(text))
    return organization_name(found["name"]) if found else None


def office(text: str) -> str | None:
    """The words of a department or a branch, `Ufficio Acquisti`; None for other words."""
    found = tokens(plain(text))
    return " ".join(found) if any(word in words("office_words") for word in found) else None


def _without_legal_forms(found: list[str]) -> list[str]:
    forms, leading = phrases("legal_forms"), phrases("leading_legal_forms")
    cut = next((i for i in range(1, len(found) - 1) if found[i] in words("unmistakable_legal_forms")), len(found))
    rest = found[: cut + 1]
    while len(rest) > 1:
        if rest[-1] in _CONJUNCTIONS:
            rest = rest[:-1]
            continue
        ending = next((size for size in (5, 4, 3, 2, 1) if size < len(rest) and _is_form(rest[-size:], forms)), 0)
        if not ending:
            break
        rest = rest[:-ending]
    return rest[1:] if len(rest) > 1 and (rest[0],) in leading else rest


def _is_form(found: list[str], forms: frozenset[tuple[str, ...]]) -> bool:
    """True for a legal form, spelt letter by letter or not."""
    return tuple(found) in forms or (all(len(word) == 1 for word in found) and ("".join(found),) in forms)
