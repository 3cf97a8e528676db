"""How two records of organisations are found to be one: tax id, domain with mailbox or name, name with place or phone.

Here: the rules on organisations' keys. Not here: what the rules are called (`rules`), clusters, or people's decisions.
"""

import polars as pl

from cdp_platform.identity.attach import attached
from cdp_platform.identity.block import candidate_pairs, of_pairs
from cdp_platform.identity.compare_organizations import (
    ACRONYM,
    AGREEING,
    DIFFERENT,
    SAME,
    SIBLING,
    SUBSIDIARY,
    UNKNOWN,
    relations,
)
from cdp_platform.identity.guard import ORGANIZATION_LIMITS, shared_values, without_shared
from cdp_platform.identity.rules import edges, vetoed

_FACETS = ("name", "tax_id", "country", "web_domain")
_DOMAIN_NAMES = 25


def guarded(keys: pl.DataFrame) -> pl.DataFrame:
    """The keys of organisations without the values that are no evidence."""
    return without_shared(keys, shared_values(keys, ORGANIZATION_LIMITS))


def named_edges(keys: pl.DataFrame) -> pl.DataFrame:
    """All edges between organisations, vetoed ones included; `keys` are guarded and in the order of `row`."""
    found = [_by_tax_id(keys), _by_mailbox(keys), _by_domain(keys), *_by_name(keys)]
    return vetoed(keys, pl.concat(found))


def nameless_edges(keys: pl.DataFrame, labels: pl.Series) -> pl.DataFrame:
    """Edges from records without a name to the one cluster (`labels`) that bears their mailbox or domain."""
    identifiers = {"email": 1.0, "web_domain": 0.98, "mail_domain": 0.95}
    return attached(keys, labels, keys["name"].is_not_null(), identifiers, "organization_attached")


def domains(keys: pl.DataFrame) -> pl.DataFrame:
    """The keys once per `domain` of the record, be it the website's or the mailbox's."""
    both = pl.concat([keys.with_columns(domain=column) for column in ("web_domain", "mail_domain")])
    both = both.filter(pl.col("domain").is_not_null()).unique(["row", "domain"]).sort("row", "domain")
    shared = shared_values(both, {"domain": _DOMAIN_NAMES})
    return both.filter(~pl.col("domain").is_in(shared["value"].implode()))


def _related(keys: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    country_a, country_b = of_pairs(keys, pairs, "country")
    web_a, web_b = of_pairs(keys, pairs, "web_domain")
    return pairs.with_columns(
        relations(*of_pairs(keys, pairs, "name")).alias("relation"),
        (country_a != country_b).fill_null(False).alias("abroad"),
        (web_a == web_b).fill_null(False).alias("same_web"),
        (web_a != web_b).fill_null(False).alias("other_web"),
    )


def _certainty() -> pl.Expr:
    """How much of a rule's confidence the relation of the names leaves."""
    return pl.when(pl.col("relation") == SAME).then(1.0).when(pl.col("relation") == ACRONYM).then(0.95).otherwise(0.98)


def _by_tax_id(keys: pl.DataFrame) -> pl.DataFrame:
    return edges(candidate_pairs(keys, ["tax_id"], ["tax_id"]), "organization_tax_id", "tax_id")


def _by_mailbox(keys: pl.DataFrame) -> pl.DataFrame:
    pairs = _related(keys, candidate_pairs(keys, ["email"], [*_FACETS, "mail_domain"]))
    company, _ = of_pairs(keys, pairs, "mail_domain")
    pairs = pairs.with_columns(is_company=company.is_not_null())
    agree = pl.col("relation").is_in(AGREEING)
    related = pl.col("relation").is_in([SUBSIDIARY, SIBLING])
    compatible = agree | (pl.col("relation") == UNKNOWN) | ((pl.col("relation") == DIFFERENT) & pl.col("same_web"))
    strong = pl.col("is_company") & ~pl.col("other_web")
    veto = pl.when(related).then("relation")
    return pl.concat(
        [
            edges(
                pairs.filter(strong & (related | compatible)), "organization_domain_email", "domain, email", None, veto
            ),
            edges(pairs.filter(~strong & agree), "organization_email_name", "email, name", _certainty()),
        ]
    )


def _by_domain(keys: pl.DataFrame) -> pl.DataFrame:
    pairs = _related(keys, candidate_pairs(domains(keys), ["domain"], _FACETS))
    related = pl.col("relation").is_in([SUBSIDIARY, SIBLING])
    veto = pl.when(related).then("relation").when(pl.col("abroad")).then(pl.lit("country"))
    pairs = pairs.filter(pl.col("relation").is_in(AGREEING) | related)
    return edges(pairs, "organization_domain_name", "domain, name", _certainty(), veto)


def _by_name(keys: pl.DataFrame) -> list[pl.DataFrame]:
    found = []
    for rule, on in (
        ("organization_name_phone", ["phone"]),
        ("organization_name_postal", ["postal", "coarse"]),
        ("organization_name_street", ["street", "coarse"]),
    ):
        pairs = _related(keys, candidate_pairs(keys, on, _FACETS))
        pairs = pairs.filter(pl.col("relation").is_in([*AGREEING]) & ~pl.col("abroad"))
        found.append(edges(pairs, rule, f"name, {on[0]}", _certainty()))
    return found
