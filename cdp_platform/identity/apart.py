"""Why two records have no edge: what they share, and why that is no evidence or too little of it.

Here: two records of one type side by side, and the sentence that follows. Not here: edges, vetoes and decisions, which
are better reasons (`explain`, `vetoes`), or what evidence weighs (`score_pairs`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cdp_platform.identity.compare_names import STRONG, WEAK, agreement, name_levels
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.reference import words
from cdp_platform.identity.relation import ACRONYM, SAME, SIMILAR, relation
from cdp_platform.identity.schema import ORGANIZATION

_CALLED = {
    "tax_id": "tax id",
    "email": "mailbox",
    "phone": "telephone",
    "device": "device",
    "birth_date": "birth date",
    "web_domain": "domain",
    "mail_domain": "domain",
}
_DOMAINS = ("web_domain", "mail_domain")
_OWN = {
    True: ("tax_id", "email", "phone", *_DOMAINS),
    False: ("tax_id", "email", "phone", "device", "birth_date"),
}


@dataclass(frozen=True)
class Shared:
    """Something that both records have. `nothing_because`: why it is no evidence, None where it is a piece of it.

    `field`: as edges call it. `value`: as it is compared, None for names and places, which agree without being equal.
    """

    field: str
    called: str
    value: str | None = None
    nothing_because: str | None = None


def shared(records: pl.DataFrame, health: pl.DataFrame) -> list[Shared]:
    """What two records of one type (columns: `RECORD_SCHEMA`) share; `health`: values that are no evidence."""
    keys = match_keys(records)
    one, other = keys.to_dicts()
    is_organization = one["record_type"] == ORGANIZATION
    found = [Shared("name", "name")] if _names_agree(keys) else []
    for key in _OWN[is_organization]:
        if one[key] is not None and one[key] in [other[name] for name in (_DOMAINS if key in _DOMAINS else (key,))]:
            reason = _no_evidence(key, one, health)
            found.append(Shared(key, _CALLED[key], str(one[key]), reason))
    return [*_distinct(found), *_whereabouts(one, other, is_organization=is_organization)]


def verdict(found: Sequence[Shared]) -> str:
    """Why what is shared makes no match."""
    nothing = [each for each in found if each.nothing_because is not None]
    pieces = [each.called for each in found if each.nothing_because is None]
    said = [f"They share the {each.called}, but {each.nothing_because}." for each in nothing]
    if not found:
        said.append("They share nothing that is evidence: no name, mailbox, telephone, tax id or address.")
    elif len(pieces) == 1:
        rest = "What is left" if nothing else "All that they share"
        said.append(f"{rest} is the {pieces[0]}: one piece of evidence, and two are needed.")
    elif pieces:
        named = "name" in pieces
        but = (
            "that is no two independent pieces of evidence, or they weigh too little to ask a person"
            if named
            else "their names do not agree, and no rule takes that alone"
        )
        said.append(f"They share the {', the '.join(pieces[:-1])} and the {pieces[-1]}, but {but}.")
    return " ".join(said)


def _names_agree(keys: pl.DataFrame) -> bool:
    name, other = keys["name"]
    if name is not None and other is not None:
        return relation(*sorted((name, other))) in (SAME, SIMILAR, ACRONYM)
    unknown = pl.DataFrame(schema={"word": pl.String, "records": pl.Int64})
    return name_levels(keys[:1], keys[1:], unknown).select(agreement()).item() in (STRONG, WEAK)


def _no_evidence(key: str, record: Mapping[str, Any], health: pl.DataFrame) -> str | None:
    crowd = health.filter(
        (pl.col("record_type") == record["record_type"])
        & pl.col("identifier").is_in(_DOMAINS if key in _DOMAINS else [key])
        & (pl.col("value") == str(record[key]))
    )
    if not crowd.is_empty():
        names, records = crowd.select(pl.col("names", "records").max()).row(0)
        return f"{records:,} records of {names:,} different names have it, so it says nothing"
    if key == "email" and record["record_type"] != ORGANIZATION and record["mailbox"] in words("role_mailboxes"):
        return "it is the mailbox of a role, so it is nobody's own"
    return None


def _distinct(found: Sequence[Shared]) -> list[Shared]:
    """One domain, be it the website's or the mailbox's."""
    return list({(each.called, each.value): each for each in reversed(found)}.values())[::-1]


def _whereabouts(one: Mapping[str, Any], other: Mapping[str, Any], *, is_organization: bool) -> Iterator[Shared]:
    def same(key: str) -> bool:
        return one[key] is not None and one[key] == other[key]

    if same("street") and (same("postal") or same("city")):
        yield Shared("place", "address")
    elif same("postal"):
        yield Shared("place", "postal code")
    if not is_organization and (same("employer") or same("mail_domain")):
        yield Shared("work", "employer")
