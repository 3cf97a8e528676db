"""How two records of persons are found to be one: names that agree, with a mailbox, phone, device, birth date or place.

Here: the rules on persons' keys. Not here: what the rules are called (`rules`), clusters, or people's decisions.
"""

import polars as pl

from cdp_platform.identity.attach import attached
from cdp_platform.identity.block import candidate_pairs, of_pairs
from cdp_platform.identity.compare_persons import OTHER, RENAMED, STRONG, WEAK, agreement, given_name_frequency
from cdp_platform.identity.guard import PERSON_LIMITS, mean_coincidences, shared_values, without_shared
from cdp_platform.identity.reference import words
from cdp_platform.identity.rules import edges, vetoed

_FACETS = ("first", "last", "generation", "birth_date", "tax_id")
# So many records may by chance agree with a record as a pair does, before the agreement is no evidence.
_MAX_COINCIDENCES = 0.05
_CORROBORATING = ("postal", "city", "mail_domain", "employer", "phone", "email", "device")


def guarded(keys: pl.DataFrame) -> pl.DataFrame:
    """The keys of persons without the values that are no evidence, role mailboxes among them."""
    keys = without_shared(keys, shared_values(keys, PERSON_LIMITS))
    is_role = pl.col("mailbox").is_in(sorted(words("role_mailboxes")))
    return keys.with_columns(pl.when(~is_role).then("email").alias("email"))


def named_edges(keys: pl.DataFrame) -> pl.DataFrame:
    """All edges between persons with full names, vetoed ones included; `keys` are guarded, in the order of `row`."""
    named = keys.filter(pl.col("first").is_not_null() & pl.col("last").is_not_null())
    frequency = given_name_frequency(keys)

    def pairs(*on: str) -> pl.DataFrame:
        found = candidate_pairs(named, on, _FACETS)
        agreeing = agreement(of_pairs(keys, found, "first"), of_pairs(keys, found, "last"), frequency)
        return found.with_columns(agreeing.alias("agreement"))

    def at_home(*on: str) -> pl.DataFrame:
        """Pairs of a place: there a father and his namesake live, and only one of them says which he is."""
        a, b = of_pairs(keys, found := pairs(*on), "generation")
        return found.filter(a.is_null() == b.is_null())

    def neighbours(*on: str) -> pl.DataFrame:
        """Pairs of an address: where both have mailboxes, two namesakes are as likely as one person with two."""
        a, b = of_pairs(keys, found := at_home(*on), "email")
        return found.filter(a.is_null() | b.is_null() | (a == b))

    found = [
        edges(pairs("tax_id").filter(pl.col("agreement") != OTHER), "person_tax_id", "tax_id"),
        _by_mailbox(pairs("email")),
        edges(at_home("phone").filter(_is("strong", "weak")), "person_phone_name", "phone, name", _certainty()),
        edges(pairs("device").filter(_is("strong", "weak")), "person_device_name", "device, name", _certainty()),
        _by_birth_date(keys, pl.concat([pairs("birth_date", "last"), pairs("birth_date", "first")]).unique()),
        edges(
            neighbours("street", "postal", "last").filter(_is(STRONG)), "person_address_name", "street, postal, name"
        ),
        _rare(keys, pairs("employer", "last"), "employer", "person_employer_name"),
        _rare(keys, pairs("mail_domain", "last"), "mail_domain", "person_employer_name"),
        _rare(keys, neighbours("postal", "last"), "postal", "person_postal_name"),
    ]
    return vetoed(keys, pl.concat(found))


def nameless_edges(keys: pl.DataFrame, labels: pl.Series) -> pl.DataFrame:
    """Edges from records without a full name to the one cluster (`labels`) with their mailbox, device or phone."""
    is_named = keys.select(pl.all_horizontal(pl.col("first", "last").is_not_null()).alias("named"))["named"]
    found = attached(keys, labels, is_named, {"email": 1.0, "device": 0.98, "phone": 0.95}, "person_attached")
    level = agreement(of_pairs(keys, found, "first"), of_pairs(keys, found, "last"), given_name_frequency(keys))
    excluding = pl.when(level == OTHER).then(pl.lit("first_name"))
    return found.with_columns(pl.coalesce("veto", excluding).alias("veto"))


def _is(*levels: str) -> pl.Expr:
    return pl.col("agreement").is_in(levels)


def _certainty() -> pl.Expr:
    return pl.when(_is(STRONG)).then(1.0).otherwise(0.95)


def _by_mailbox(pairs: pl.DataFrame) -> pl.DataFrame:
    certainty = pl.when(_is(STRONG)).then(1.0).when(_is(WEAK)).then(0.96).otherwise(0.92)
    veto = pl.when(_is(OTHER)).then(pl.lit("first_name"))
    judged = pairs.filter(_is(STRONG, WEAK, RENAMED, OTHER))
    return edges(judged, "person_email_name", "email, name", certainty, veto)


def _by_birth_date(keys: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    pairs = pairs.filter(_is(STRONG, WEAK))
    chance = mean_coincidences(keys, pairs, ["first", "last"], "birth_date")
    matching = [(of_pairs(keys, pairs, column), column) for column in _CORROBORATING]
    supported = pl.DataFrame({column: (a == b).fill_null(False) for (a, b), column in matching})
    pairs = pairs.with_columns(
        is_rare=(chance <= _MAX_COINCIDENCES).fill_null(False), is_supported=supported.max_horizontal()
    )
    pairs = pairs.filter(pl.col("is_supported") | (_is(STRONG) & pl.col("is_rare")))
    certainty = pl.when("is_supported").then(1.0).otherwise(0.96)
    return edges(pairs, "person_birth_name", "birth_date, name", certainty)


def _rare(keys: pl.DataFrame, pairs: pl.DataFrame, column: str, rule: str) -> pl.DataFrame:
    pairs = pairs.filter(_is(STRONG))
    chance = mean_coincidences(keys, pairs, ["first", "last"], column)
    rare = pairs.filter((chance <= _MAX_COINCIDENCES).fill_null(False))
    return edges(rare, rule, f"{column}, name")
