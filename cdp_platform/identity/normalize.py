"""Records as match keys: one row per record, every value in the one spelling in which it is compared.

Here: which column becomes which key. Not here: names (`normalize_names`), how one text is normalised (`contacts`), or
which values are evidence (`guard`).
"""

import polars as pl

from cdp_platform.identity import contacts
from cdp_platform.identity.normalize_names import name_keys
from cdp_platform.identity.population import Population, counted
from cdp_platform.identity.reference import words
from cdp_platform.identity.schema import PERSON

# A birth date this much more frequent than an average one is what a form was prefilled with.
_PREFILLED_RATIO = 25
_PREFILLED_MINIMUM = 50


def match_keys(records: pl.DataFrame, population: Population | None = None) -> pl.DataFrame:
    """One row per record, in the order of the records, with its number `row` and its keys.

    `name`, `other_name` (organisations), `first`, `last`, `generation`, `middle` (persons), `employer` (name of a
    person's organisation), `email`, `mailbox`, `mail_domain` and `web_domain` (registrable, none that anyone can have),
    `phone`, `tax_id`, `device`, `birth_date`, `street`, `city`, `postal`, `country`, and `coarse`: a name so roughly
    that a typo rarely changes it, for counting the parties that share a value. `population`: what the names and birth
    dates of all records tell; without it, of these.
    """
    population = population or Population()
    keys = records.with_row_index("row").with_columns(
        *contacts.email_columns("email"),
        contacts.website_host("website").alias("web_host"),
        contacts.country_key(records["country"]).alias("country"),
        contacts.tax_id_key("tax_id").alias("tax_id"),
        pl.col("device_id").str.strip_chars().str.to_lowercase().replace("", None).alias("device"),
    )
    domains = {
        "mail_domain": (contacts.registrable_domain(keys["email_host"]), "free_mail"),
        "web_domain": (contacts.registrable_domain(keys["web_host"]), "page_hosts"),
    }
    keys = keys.with_columns(
        *(
            pl.when(~values.is_in(sorted(words("free_mail") | words(anyones)))).then(values).alias(name)
            for name, (values, anyones) in domains.items()
        ),
        contacts.street_key(keys["street"]).alias("street"),
        contacts.place_key(keys["city"]).alias("city"),
        contacts.phone_key(keys["phone"], keys["country"]).alias("phone"),
        contacts.postal_key("postal_code", pl.col("country")).alias("postal"),
    )
    names = name_keys(records, keys["mailbox"], population)
    keys = pl.concat([keys.drop("first_name", "last_name", "full_name"), names], how="horizontal")
    return _without_prefilled_dates(keys, population).select(
        "row", "source_record_id", "record_type", "name", "other_name", "first", "last", "generation", "middle",
        "employer", "email", "mailbox", "mail_domain", "web_domain", "phone", "tax_id", "device", "birth_date",
        "street", "city", "postal", "country", "coarse",
    )  # fmt: skip


def _without_prefilled_dates(keys: pl.DataFrame, population: Population) -> pl.DataFrame:
    def prefilled() -> pl.DataFrame:
        dates = keys.filter(pl.col("record_type") == PERSON)["birth_date"].drop_nulls()
        counts = counted(dates)
        floor = max(_PREFILLED_MINIMUM, _PREFILLED_RATIO * len(dates) / max(counts.height, 1))
        return counts.filter(pl.col("records") > floor)

    dates = population.counts("prefilled birth date", prefilled)["value"].str.to_date("%Y-%m-%d")
    return keys.with_columns(pl.when(~pl.col("birth_date").is_in(dates.implode())).then("birth_date"))
