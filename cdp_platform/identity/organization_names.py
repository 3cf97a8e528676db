"""Names of organisations as the words that tell them apart.

Here: what is no part of a name: legal forms, remarks, fillers. Called on distinct values only. Not here: comparing two.
"""

import re

from cdp_platform.identity.names import fold, is_placeholder, latin, plain, tokens
from cdp_platform.identity.reference import phrases, synonyms, words

# What begins with one of these, up to the end, is another name, an address or a contact.
_REMARKS = (
    re.compile(r"\(?\b(?:formerly|previously|fka|f/k/a|ehemals|vormals|anciennement)\b.*$"),
    re.compile(r"\b(?:dba|d/b/a|t/a|doing business as|trading as)\b.*$"),
    re.compile(r"\b(?:c/o|attn|attention|zhd|z\.\s?hd\.?)\b.*$"),
)
_CONJUNCTIONS = ("and", "und", "et")


def organization_name(text: str) -> str | None:
    """The words that tell an organisation from others: without legal form, fillers, former and trading names.

    `The Müller & Söhne Intl. GmbH & Co. KG` is `muller sohne international`. None for a placeholder.
    """
    rest = latin(text)
    for remark in _REMARKS:
        shortened = remark.sub("", rest)
        rest = shortened if tokens(shortened) else rest
    found = tokens(plain(rest))
    if is_placeholder(found):
        return None
    found = [word for word in _without_legal_forms(found) if word not in words("filler_words")] or found
    abbreviations = synonyms("abbreviations")
    return " ".join(fold(abbreviations.get(word, (word,))[0]) for word in found)


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
