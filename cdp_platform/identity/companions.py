"""Customers who live together: of surname, home and private contact, two are evidence if both customers have them.

Here: the pairs, and the evidence. Not here: the households that they make (`households`), or who is one person
(`persons`).
"""

import polars as pl

from cdp_platform.identity.guard import PERSON_LIMITS, shared_values, without_shared
from cdp_platform.identity.reference import words
from cdp_platform.identity.schema import ORGANIZATION, PERSON

NAME_AND_HOME, HOME_AND_CONTACT, NAME_AND_CONTACT = "surname, home", "home, contact", "surname, contact"
EVIDENCE = (NAME_AND_HOME, HOME_AND_CONTACT, NAME_AND_CONTACT)
"""The best first."""
LARGEST = 12
"""A family is not larger: what more customers share is an institution's."""

# So many strangers of the surname one expects by chance where a family lives. More are tenants of a block of flats, or
# live in another Main Street of a large town.
_STRANGERS = 0.01
_LONG = 2
_CONTACTS = ("phone", "email", "device")
_PAIR = ["one", "other"]


def companions(keys: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Pairs of customers who live together: `one` < `other`, and the best `evidence`; sorted.

    `keys`: match keys of persons and organisations. `customers`: `source_record_id`, `customer_id`, `updated_at`. What
    an organisation has, or many persons, is nobody's home and no private contact; nor do colleagues live together.
    """
    persons = keys.filter(record_type=PERSON).join(customers, on="source_record_id")
    homes, surnames = current_homes(keys, customers), _surnames(persons)
    contacts = _contacts(persons, keys.filter(record_type=ORGANIZATION))
    namesakes = pl.concat(_families(homes.drop_nulls(area), surnames, ["street", area]) for area in ("postal", "city"))
    found = {
        NAME_AND_HOME: _without_colleagues(_at_one_home(namesakes, homes), persons),
        HOME_AND_CONTACT: _without_colleagues(_at_one_home(_sharing(contacts, ["kind", "value"]), homes), persons),
        NAME_AND_CONTACT: _families(contacts, surnames, ["kind", "value"]),
    }
    pairs = pl.concat(frame.select(*_PAIR, pl.lit(evidence).alias("evidence")) for evidence, frame in found.items())
    return pairs.unique(_PAIR, keep="first", maintain_order=True).sort(_PAIR)


def current_homes(keys: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Where persons live: `customer_id`, `street`, `postal`, `city`, without offices and what they have moved from.

    An address is an office if an organisation has it, or persons of one employer and several surnames. It is a person's
    home while the newest record that has one agrees with it in street or postal code.
    """
    homes = keys.filter(record_type=PERSON).join(customers, on="source_record_id").drop_nulls("street")
    for area in ("postal", "city"):
        crews = homes.drop_nulls("employer").group_by("street", area, "employer").agg(pl.col("last").n_unique())
        occupants = [crews.filter(pl.col("last") > 1), keys.filter(record_type=ORGANIZATION)]
        offices = pl.concat(frame.select("street", area).drop_nulls() for frame in occupants)
        homes = homes.join(offices, on=["street", area], how="anti")
    homes = homes.sort("customer_id", "updated_at", "source_record_id")
    stays = (pl.col(column) == pl.col(column).last().over("customer_id") for column in ("street", "postal"))
    return homes.filter(pl.any_horizontal(stays)).select("customer_id", "street", "postal", "city").unique()


def _surnames(persons: pl.DataFrame) -> pl.DataFrame:
    """The words of the surnames that customers bear, `customer_id` and `word`, and how many bear it."""
    borne = persons.select("customer_id", pl.col("last").str.split(" ").alias("word")).explode("word").unique()
    borne = borne.filter(pl.col("word").str.len_chars() >= _LONG)
    return borne.with_columns(bearers=pl.len().over("word"))


def _contacts(persons: pl.DataFrame, organizations: pl.DataFrame) -> pl.DataFrame:
    """`customer_id`, `kind` and `value` of the telephones, mailboxes and devices that are private."""
    private = without_shared(persons, shared_values(persons, PERSON_LIMITS))
    domains = pl.concat([organizations["web_domain"], organizations["mail_domain"]]).drop_nulls()
    is_work = pl.col("mail_domain").is_in(domains.implode()).fill_null(False)
    is_role = pl.col("mailbox").is_in(sorted(words("role_mailboxes"))).fill_null(False)
    private = private.with_columns(pl.when(~is_role & ~is_work).then("email").alias("email"))
    kinds = [private.select("customer_id", pl.lit(kind).alias("kind"), value=kind) for kind in _CONTACTS]
    firms = pl.concat([organizations.select(value=kind) for kind in ("phone", "email")]).drop_nulls()
    return pl.concat(kinds).drop_nulls().unique().join(firms, on="value", how="anti")


def _families(shared: pl.DataFrame, surnames: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Pairs that share the values of `on` and a word of their surnames, where no stranger of that name is expected.

    Expected are as many of the others there as bear the name elsewhere, and one more, who is not known yet. The others
    are those known, or those whom street and town bring together by chance.
    """
    total = max(surnames["customer_id"].n_unique(), 1)
    rows = shared.select("customer_id", *on).unique()
    rows = rows.with_columns(there=pl.len().over(on), first=pl.len().over(on[0]), second=pl.len().over(on[1]))
    rows = rows.join(surnames, on="customer_id")
    family = pl.len().over(*on, "word")
    by_chance = (pl.col("first") - family) * (pl.col("second") - family) / total if "street" in on else pl.lit(0)
    others = pl.max_horizontal(pl.col("there") - family, by_chance)
    strangers = others * (pl.col("bearers") - family + 1) / total
    return _sharing(rows.filter(family.is_between(2, LARGEST) & (strangers <= _STRANGERS)), [*on, "word"])


def _sharing(rows: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Pairs of customers that share the values of `on`."""
    pairs = rows.join(rows, on=on).select(one="customer_id", other="customer_id_right")
    return pairs.filter(pl.col("one") < pl.col("other")).unique()


def _at_one_home(pairs: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """The pairs that have a street in common, and its postal code or, where one has none, its town."""
    both = pairs.join(homes, left_on="one", right_on="customer_id")
    both = both.join(homes, left_on=["other", "street"], right_on=["customer_id", "street"])
    lacks_postal = pl.any_horizontal(pl.col("postal", "postal_right").is_null())
    is_one = (pl.col("postal") == pl.col("postal_right")) | (lacks_postal & (pl.col("city") == pl.col("city_right")))
    return both.filter(is_one).select(_PAIR).unique()


def _without_colleagues(pairs: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """The pairs without those that have an employer or its mail domain in common: what they share is an office."""
    for column in ("employer", "mail_domain"):
        held = persons.select("customer_id", column).drop_nulls().unique()
        both = pairs.join(held, left_on="one", right_on="customer_id")
        both = both.join(held, left_on=["other", column], right_on=["customer_id", column])
        pairs = pairs.join(both, on=_PAIR, how="anti")
    return pairs
