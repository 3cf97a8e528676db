"""Parents that no record states: an organisation that is called as another is and more, at that one's domain or office.

Here: the pairs of customers, and the evidence. Not here: parents that records state (dbt's `customer_relationship`), or
why the two are not one customer (`organizations`).
"""

import polars as pl

from cdp_platform.identity.compare_organizations import TELLING, spelt_domain, with_namesakes
from cdp_platform.identity.frames import conform
from cdp_platform.identity.guard import ORGANIZATION_LIMITS, shared_values, without_shared
from cdp_platform.identity.schema import ORGANIZATION, PARENT_SCHEMA

NAME_AND_DOMAIN, NAME_AND_OFFICE, NAME = "name, domain", "name, office", "name"
CONFIDENCE = {NAME_AND_DOMAIN: 0.98, NAME_AND_OFFICE: 0.96, NAME: 0.95}
"""Evidence to the share of such parents that are true in companies whose truth is known, a little less for few."""

_MOST_WORDS = 10_000
_PAIR = ["customer_id", "parent_customer_id"]
_OWN = ("tax_id", "phone", "building")


def inferred_parents(keys: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """One row per organisation for which the records suggest one parent, see `PARENT_SCHEMA`.

    `keys`: match keys. `customers`: `source_record_id`, `customer_id`. All words of the parent's name are in the
    organisation's; beside that they share a domain or an office, or the name is so telling that it needs nothing else.
    Both have a tax id, telephone or address, and not the same: one firm may be recorded twice, once with half its name.
    """
    records = keys.filter(record_type=ORGANIZATION).join(customers, on="source_record_id")
    records = without_shared(records, shared_values(records, ORGANIZATION_LIMITS))
    records = records.with_columns(building=pl.concat_str("street", "postal", separator=" "))
    named = _usual_names(records)
    found = [
        _below(_at_its_domain(records, named), named, NAME_AND_DOMAIN),
        _below(_sharing(records, records, ("phone", "building")), named, NAME_AND_OFFICE),
        _below(_called_after(named), named, NAME),
    ]
    pairs = pl.concat(found).unique(_PAIR, keep="first", maintain_order=True)
    pairs = pairs.join(_two_firms(records, pairs), on=_PAIR, how="semi")
    strength = pl.col("confidence") * _MOST_WORDS + pl.col("words")
    best = pairs.filter(strength == strength.max().over("customer_id"))
    return conform(best.filter(pl.len().over("customer_id") == 1), PARENT_SCHEMA).sort("customer_id")


def _usual_names(records: pl.DataFrame) -> pl.DataFrame:
    """What most records of a customer call it: `customer_id`, `name`, its `words`, and `namesakes` by chance."""
    named = with_namesakes(records.drop_nulls("name"))
    counted = named.group_by("customer_id", "name", "namesakes").len()
    usual = counted.sort("customer_id", "len", "name").unique("customer_id", keep="last")
    return usual.select("customer_id", "name", "namesakes", words=pl.col("name").str.split(" "))


def _sharing(records: pl.DataFrame, owners: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """The customers of `records` with those of `owners` that have a value of theirs."""

    def held(frame: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([frame.select("customer_id", value=column) for column in columns]).drop_nulls().unique()

    pairs = held(records).join(held(owners).rename({"customer_id": "parent_customer_id"}), on="value")
    return pairs.filter(pl.col("customer_id") != pl.col("parent_customer_id"))


def _at_its_domain(records: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Pairs at one domain that does not spell the one's whole name; it spells the other's where that is one word."""
    pairs = _sharing(records.filter(spelt_domain(records).is_null()), records, ("web_domain", "mail_domain"))
    label = pl.col("value").str.extract(r"^([^.]+)").str.replace_all(r"[^a-z]", "")
    pairs = pairs.join(named.select("name", "words", parent_customer_id="customer_id"), on="parent_customer_id")
    return pairs.filter((pl.col("words").list.len() > 1) | (label == pl.col("name"))).select(_PAIR).unique()


def _called_after(named: pl.DataFrame) -> pl.DataFrame:
    """Pairs of which the one's name begins with the other's, of several words that hardly anybody else has."""
    sizes = pl.int_ranges(2, pl.col("words").list.len()).alias("size")
    longer = named.with_columns(sizes).explode("size").drop_nulls("size")
    longer = longer.select("customer_id", name=pl.col("words").list.head("size").list.join(" "))
    telling = named.filter(pl.col("namesakes") <= TELLING).select("name", parent_customer_id="customer_id")
    return longer.join(telling, on="name")


def _below(pairs: pl.DataFrame, named: pl.DataFrame, evidence: str) -> pl.DataFrame:
    """The pairs of which the one's name has all words of the other's and more, with the number of those `words`."""
    both = pairs.select(_PAIR).unique().join(named, on="customer_id")
    both = both.join(named, left_on="parent_customer_id", right_on="customer_id", suffix="_above")
    is_part = pl.col("words_above").list.set_difference("words").list.len() == 0
    size = pl.col("words_above").list.len()
    found = both.filter(is_part & (size < pl.col("words").list.len())).select(*_PAIR, words=size)
    return found.with_columns(evidence=pl.lit(evidence), confidence=pl.lit(CONFIDENCE[evidence]))


def _two_firms(records: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of which both have a tax id, telephone or address and none in common; a tax id is never in common."""
    held = records.group_by("customer_id").agg(pl.col(name).drop_nulls().unique() for name in _OWN)
    both = pairs.join(held, on="customer_id")
    both = both.join(held, left_on="parent_customer_id", right_on="customer_id", suffix="_above")
    apart, alike = {}, {}
    for name in _OWN:
        known = (pl.col(name).list.len() > 0) & (pl.col(f"{name}_above").list.len() > 0)
        alike[name] = pl.col(name).list.set_intersection(f"{name}_above").list.len() > 0
        apart[name] = known & ~alike[name]
    return both.filter(pl.any_horizontal(*apart.values()) & ~alike["tax_id"])
