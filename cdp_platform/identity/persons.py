"""How two records of persons are found to be one: names that agree, with a mailbox, phone, device, birth date or place.

Here: which pairs are looked at, and which two pieces of evidence make an edge. Not here: how names are compared
(`compare_persons`), what evidence weighs (`score_pairs`), clusters, or people's decisions.
"""

import polars as pl

from cdp_platform.identity.attach import attached, links
from cdp_platform.identity.block import Block, candidate_pairs, of_pairs
from cdp_platform.identity.compare import CLOSE, DIFFERENT, EQUAL, MISSING, at_level
from cdp_platform.identity.compare_names import (
    INCOMPLETE,
    INITIAL,
    OTHER,
    RENAMED,
    STRONG,
    WEAK,
    agreement,
    name_levels,
)
from cdp_platform.identity.compare_persons import PERSON_COMPARISONS
from cdp_platform.identity.guard import PERSON_LIMITS, shared_values, without_shared
from cdp_platform.identity.interval import wilson
from cdp_platform.identity.model import Model
from cdp_platform.identity.name_forms import given_name_frequency, with_forms
from cdp_platform.identity.population import Population
from cdp_platform.identity.reference import words
from cdp_platform.identity.rules import judged_pairs
from cdp_platform.identity.score_pairs import count_values, scored

FACETS = ("first", "last", "generation", "birth_date", "tax_id")
_BLOCKS = (
    ("tax_id",), ("email",), ("phone",), ("device",),
    ("birth_date", "last"), ("birth_date", "first"), ("birth_date", "postal"), ("birth_date", "street"),
    ("street", "last"), ("street", "postal", "first"), ("postal", "last"),
    ("employer", "last"), ("mail_domain", "last"),
)  # fmt: skip
_REGISTERED = "person_registered"
_SURE, _NAMESAKES, _MARKED_SHARE = 0.9, 0.1, 0.03
_ALIKE, _MARKED, _KNOWN, _TWO = 1, 2, 4, 8


def shared(keys: pl.DataFrame) -> pl.DataFrame:
    """The values that are no evidence, for too many differently named persons share them."""
    return shared_values(keys, PERSON_LIMITS)


def guarded(keys: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """The keys of persons without the values that are no evidence, role mailboxes too."""
    is_role = pl.col("mailbox").is_in(sorted(words("role_mailboxes")))
    return without_shared(keys, shared).with_columns(pl.when(~is_role).then("email").alias("email"))


def prepared(keys: pl.DataFrame, population: Population) -> pl.DataFrame:
    """The keys with what else their comparisons read."""
    return with_forms(keys, given_name_frequency(population))


def count(keys: pl.DataFrame, population: Population) -> None:
    """Count what weights rest on."""
    count_values(keys, PERSON_COMPARISONS, population)


def blocks(keys: pl.DataFrame) -> list[Block]:
    """What persons with names may share; `keys` are guarded, in the order of `row`."""
    named = keys.filter(pl.any_horizontal(pl.col("first", "last").is_not_null()))
    return [Block(named, on) for on in _BLOCKS]


def linked(keys: pl.DataFrame) -> pl.DataFrame:
    """The pairs of which a record without a name, or several that share a value, have a value of each."""
    through = links(keys, _is_named(keys), ("email", "device", "phone"))
    return candidate_pairs(Block(through, ("link",)), FACETS)


def weighed(
    keys: pl.DataFrame, found: pl.DataFrame, linked: pl.DataFrame, model: Model, population: Population
) -> pl.DataFrame:
    """The pairs `found` with their levels and weights (see `scored`), and what else their judgement reads.

    `linked`: those of all pairs that records without a name connect. `population`: what `count` counted. Raises
    UnusableModel.
    """
    pairs = scored(keys, found, model, population, prepared).with_columns(agreement())
    pairs = pairs.join(linked.with_columns(linked=True), on=["a", "b"], how="left", maintain_order="left")
    one, other = of_pairs(keys, pairs, "generation")
    # At home live a father and his namesake, and only one of them says which he is.
    return pairs.with_columns(pl.col("linked").fill_null(False), one_generation=one.is_null() == other.is_null())


def judged(pairs: pl.DataFrame, namesakes: bool) -> pl.DataFrame:
    """Of `weighed` pairs those for which a rule holds, and what speaks against them; see `judged_pairs`.

    `namesakes`: whether fathers and sons of one name share homes (`premise`).
    """
    rule = _rule(namesakes)
    excluding = pl.when(at_level("agreement", OTHER) & (rule != _REGISTERED)).then(pl.lit("first_name"))
    return judged_pairs(pairs, rule, excluding, PERSON_COMPARISONS)


def _is_named(keys: pl.DataFrame) -> pl.Series:
    return keys.select(pl.all_horizontal(pl.col("first", "last").is_not_null()).alias("named"))["named"]


def hints(pairs: pl.DataFrame) -> pl.Series:
    """What `weighed` pairs tell of namesakes at one home, for `premise`; nothing (0) in most.

    A bit each: one name, one address, two mailboxes; Jr or Sr on one side; birth dates known; birth dates that differ.
    """
    alike = at_level("agreement", STRONG) & at_level("place", "address", "street") & at_level("email", DIFFERENT)
    known, two = ~at_level("birth_date", MISSING), at_level("birth_date", DIFFERENT)
    bits = (_ALIKE, pl.lit(True)), (_MARKED, ~pl.col("one_generation")), (_KNOWN, known), (_TWO, two)
    told = pl.sum_horizontal(pl.when(holds).then(bit).otherwise(0) for bit, holds in bits)
    return pairs.select(pl.when(alike).then(told).otherwise(0).cast(pl.UInt8).alias("hint"))["hint"]


def premise(hints: pl.Series) -> bool:
    """True where the records show that fathers and sons of one name share an address.

    Shown by pairs of one name and address with two mailboxes: by Jr and Sr in more than a few of them (others are so
    and do not say it), or by birth dates that differ.
    """
    alike, marked, known, two = (int(((hints & bit) > 0).sum()) for bit in (_ALIKE, _MARKED, _KNOWN, _TWO))
    is_shown = two > 0 and wilson(two, known, _SURE)[0] > _NAMESAKES
    return is_shown or marked > _MARKED_SHARE * alike


def _rule(namesakes: bool) -> pl.Expr:
    """The strongest rule that holds for a pair: a name, and what a stranger of that name would not share."""
    alike = at_level("agreement", STRONG, WEAK)
    at_home = pl.col("one_generation")
    # Where fathers and sons bear one name, two mailboxes at one address are as likely theirs as one person's.
    alone_there = at_home & ~at_level("email", DIFFERENT) if namesakes else at_home
    personal = pl.sum_horizontal(at_level(field) for field in ("birth_date", "email", "device"))
    # A family has its address and telephone in common: together they are one piece of evidence.
    traits = personal + (at_level("phone") | at_level("place", "address")).cast(pl.Int32)
    return (
        pl.when(at_level("tax_id") & (traits + alike.cast(pl.Int32) >= 2)).then(pl.lit(_REGISTERED))
        .when(at_level("tax_id") & ~at_level("agreement", OTHER)).then(pl.lit("person_tax_id"))
        .when(at_level("email") & ~at_level("agreement", INCOMPLETE)).then(pl.lit("person_email_name"))
        .when(at_level("device") & ~at_level("agreement", INCOMPLETE, OTHER)).then(pl.lit("person_device_name"))
        .when(at_level("birth_date", "equal", "close") & alike).then(pl.lit("person_birth_name"))
        .when(at_level("phone") & alike & at_home).then(pl.lit("person_phone_name"))
        .when(at_level("place", "address", "street") & alike & alone_there).then(pl.lit("person_address_name"))
        .when(at_level("work", "employer", "domain") & alike).then(pl.lit("person_work_name"))
        .when(at_level("place", "postal") & alike & alone_there).then(pl.lit("person_postal_name"))
        .when(at_level("agreement", INCOMPLETE, RENAMED) & at_home & at_level("birth_date") & (traits >= 2))
        .then(pl.lit("person_traits"))
        .when(pl.col("linked") & alike & at_home).then(pl.lit("person_linked_name"))
    )  # fmt: skip


def nameless_edges(keys: pl.DataFrame, labels: pl.Series, population: Population) -> pl.DataFrame:
    """Edges from records without a full name to the one cluster (`labels`) with their mailbox, device or phone."""
    names, frequency = keys.select("first", "middle", "last"), given_name_frequency(population)

    def agreements(one: pl.Series, other: pl.Series) -> pl.DataFrame:
        return name_levels(names[one], names[other], frequency).with_columns(agreement())

    def fit(pairs: pl.DataFrame) -> pl.Series:
        agrees = at_level("given", EQUAL, CLOSE, INITIAL) | at_level("surname", EQUAL, CLOSE)
        fits = pl.when(at_level("agreement", OTHER)).then(-1).when(agrees).then(1).otherwise(0)
        return agreements(pairs["row"], pairs["other"]).select(fits.alias("fit"))["fit"]

    identifiers = {"email": 1.0, "device": 0.98, "phone": 0.95}
    found = attached(keys, labels, _is_named(keys), identifiers, "person_attached", fit)
    excluding = agreements(found["a"], found["b"]).select(
        pl.when(at_level("agreement", OTHER)).then(pl.lit("first_name")).alias("veto")
    )["veto"]
    return found.with_columns(pl.coalesce("veto", excluding).alias("veto"))
