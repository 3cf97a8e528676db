"""How two records of organisations are found to be one: tax id, domain with mailbox or name, name with place or phone.

Here: which pairs are looked at, and which two pieces of evidence make an edge. Not here: how names are compared
(`compare_organizations`), what evidence weighs (`score_pairs`), clusters, or people's decisions.
"""

import polars as pl

from cdp_platform.identity.attach import attached
from cdp_platform.identity.block import Block, of_pairs
from cdp_platform.identity.compare import DIFFERENT, EQUAL, MISSING, at_level
from cdp_platform.identity.compare_organizations import (
    ALSO,
    ORGANIZATION_COMPARISONS,
    SPELT,
    note_commonness,
    spelt_domain,
)
from cdp_platform.identity.guard import ORGANIZATION_LIMITS, shared_values, without_shared
from cdp_platform.identity.model import Model
from cdp_platform.identity.population import Population
from cdp_platform.identity.relation import ACRONYM, SIBLING, SIMILAR, SUBSIDIARY
from cdp_platform.identity.rules import judged_pairs
from cdp_platform.identity.score_pairs import count_values, scored

FACETS = ("name", "tax_id", "country", "web_domain")
_BLOCKS = (
    ("tax_id",), ("email",), ("phone",), ("street", "postal"),
    ("postal", "coarse"), ("street", "coarse"), ("city", "coarse"),
)  # fmt: skip
_DOMAIN_NAMES = 25


def shared(keys: pl.DataFrame) -> pl.DataFrame:
    """The values that are no evidence, for too many differently named organizations share them."""
    return shared_values(keys, ORGANIZATION_LIMITS)


def guarded(keys: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """The keys of organisations without the values that are no evidence."""
    return without_shared(keys, shared)


def prepared(keys: pl.DataFrame, population: Population) -> pl.DataFrame:
    """The keys with what else their comparisons read."""
    common = population.of("name").rename({"value": "name", "records": "common"})
    return keys.with_columns(spelt_domain(keys)).join(common, on="name", how="left", maintain_order="left")


def count(keys: pl.DataFrame, population: Population) -> None:
    """Count what weights rest on."""
    count_values(keys, ORGANIZATION_COMPARISONS, population)
    note_commonness(keys, population)


def _is_own(domain: pl.Expr) -> pl.Expr:
    """True for a domain that spells the record's name: nobody's bookkeeper, and it stays theirs under another name."""
    label = domain.str.extract(r"^([^.]+)").str.replace_all(r"[^a-z0-9]", "")
    name, first = pl.col("name").str.replace_all(" ", "", literal=True), pl.col("name").str.extract(r"^(\S{4,})")
    return (label.str.contains(first, literal=True).fill_null(False)) | (
        (label.str.len_chars() >= 4) & name.str.starts_with(label)
    ).fill_null(False)


def blocks(keys: pl.DataFrame) -> list[Block]:
    """What organisations may share; `keys` are guarded, in the order of `row`."""
    return [
        *(Block(keys, on) for on in _BLOCKS),
        Block(domains(keys), ("domain",)),
        Block(_once_per(keys, "known_as", "name", "other_name"), ("known_as",)),
    ]


def linked(keys: pl.DataFrame) -> pl.DataFrame:
    """No pairs: organisations without a name link nobody."""
    return keys.select(a="row", b="row").clear()


def weighed(
    keys: pl.DataFrame, found: pl.DataFrame, _linked: pl.DataFrame, model: Model, population: Population
) -> pl.DataFrame:
    """The pairs `found` with their levels and weights (see `scored`), and what else their judgement reads.

    `population`: what `count` counted. Raises UnusableModel.
    """
    pairs = scored(keys, found, model, population, prepared)
    owned = keys.select(own=_is_own(pl.col("web_domain")) | _is_own(pl.col("mail_domain")))
    own_a, own_b = of_pairs(owned, pairs, "own")
    known = [side.str.len_chars() == 2 for side in of_pairs(keys, pairs, "country")]
    return pairs.with_columns(own_domain=own_a | own_b, known_countries=(known[0] & known[1]).fill_null(False))


def hints(pairs: pl.DataFrame) -> pl.Series:
    """Nothing: what organisations are judged by rests on no other pair."""
    return pl.repeat(0, pairs.height, dtype=pl.UInt8, eager=True).alias("hint")


def premise(_hints: pl.Series) -> bool:
    """False: there is nothing to presume."""
    return False


def judged(pairs: pl.DataFrame, _premise: bool) -> pl.DataFrame:
    """Of `weighed` pairs those for which a rule holds, and what speaks against them; see `judged_pairs`."""
    # Parent and subsidiary have a domain or a building in common, hardly a telephone and one of these; and a mailbox at
    # a provider of mail is one organisation's own. Two subsidiaries of one parent may have all of that in common.
    one_office = at_level("phone") & (at_level("domain", "website", "mail") | at_level("place", "address"))
    one_office |= at_level("email") & at_level("domain", MISSING)
    is_related = at_level("name", SIBLING) | (at_level("name", SUBSIDIARY) & ~one_office)
    related = pl.when(is_related).then("name")
    abroad = pl.when(at_level("country", DIFFERENT) & pl.col("known_countries")).then(pl.lit("country"))
    return judged_pairs(
        pairs, _rule(), pl.when(~at_level("tax_id")).then(pl.coalesce(related, abroad)), ORGANIZATION_COMPARISONS
    )


def _rule() -> pl.Expr:
    """The strongest rule that holds for a pair: two pieces of evidence, of which a tax id alone is enough."""
    alike = at_level("name", "telling", "ordinary", "common", ALSO, SPELT, SIMILAR, ACRONYM)
    named = alike | at_level("name", SUBSIDIARY, SIBLING)
    domain = at_level("domain", "website", "mail")
    # A bookkeeper's mailbox has the bookkeeper's domain: one evidence, and none of his clients' own.
    mail = (domain & pl.col("own_domain")) | (at_level("email") & ~domain)
    contacts = pl.sum_horizontal(mail, at_level("phone"), at_level("place", "address", "street"))
    free_of_doubt = pl.all_horizontal(pl.col("domain", "phone", "tax_id").is_in([MISSING, EQUAL])) & ~pl.any_horizontal(
        pl.col("email", "place") == DIFFERENT
    )
    return (
        pl.when(at_level("tax_id")).then(pl.lit("organization_tax_id"))
        .when(at_level("email") & domain & (named | pl.col("own_domain"))).then(pl.lit("organization_domain_email"))
        .when(at_level("email") & (alike | (named & at_level("domain", MISSING))))
        .then(pl.lit("organization_email_name"))
        .when(domain & named).then(pl.lit("organization_domain_name"))
        .when(at_level("phone") & alike).then(pl.lit("organization_phone_name"))
        .when(at_level("place", "address", "street", "postal") & alike).then(pl.lit("organization_place_name"))
        .when(contacts >= 2).then(pl.lit("organization_contacts"))
        .when(at_level("name", "telling", "ordinary") & at_level("country") & free_of_doubt)
        .then(pl.lit("organization_country_name"))
    )  # fmt: skip


def nameless_edges(keys: pl.DataFrame, labels: pl.Series, _population: Population) -> pl.DataFrame:
    """Edges from records without a name to the one cluster (`labels`) that bears their mailbox or domain."""
    identifiers = {"email": 1.0, "web_domain": 0.98, "mail_domain": 0.95}

    def fit(pairs: pl.DataFrame) -> pl.Series:
        return pl.repeat(0, pairs.height, eager=True)

    return attached(keys, labels, keys["name"].is_not_null(), identifiers, "organization_attached", fit)


def domains(keys: pl.DataFrame) -> pl.DataFrame:
    """The keys once per `domain` of the record, be it the website's or the mailbox's."""
    both = _once_per(keys, "domain", "web_domain", "mail_domain")
    shared = shared_values(both, {"domain": _DOMAIN_NAMES})
    return both.filter(~pl.col("domain").is_in(shared["value"].implode()))


def _once_per(keys: pl.DataFrame, value: str, *columns: str) -> pl.DataFrame:
    """The keys once per `value` of the record, which is what either column holds."""
    both = pl.concat([keys.with_columns(pl.col(column).alias(value)) for column in columns])
    return both.filter(pl.col(value).is_not_null()).unique(["row", value]).sort("row", value)
