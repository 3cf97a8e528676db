"""Records as match keys: one row per record, every value in the one spelling in which it is compared.

Here: which column becomes which key, by what a record tells itself, and then by what all of them tell of it. Not here:
names (`normalize_names`), how one text is normalised (`contacts`), or which values are evidence (`guard`).
"""

import polars as pl

from cdp_platform.identity import contacts
from cdp_platform.identity.normalize_names import TOWN, count_words, name_keys, name_parts, words_moved
from cdp_platform.identity.population import Population
from cdp_platform.identity.reference import words
from cdp_platform.identity.schema import PERSON

# A birth date this much more frequent than an average one is what a form was prefilled with.
_PREFILLED_RATIO = 25
_PREFILLED_MINIMUM = 50
_PREFILLED = "prefilled birth date"


def match_keys(records: pl.DataFrame, population: Population | None = None) -> pl.DataFrame:
    """One row per record, in the order of the records, with its number `row` and its keys.

    `name`, `other_name` (organisations), `first`, `last`, `generation`, `middle` (persons), `employer` (name of a
    person's organisation), `email`, `mailbox`, `mail_domain` and `web_domain` (registrable, none that anyone can have),
    `phone`, `tax_id`, `device`, `birth_date`, `street`, `city`, `postal`, `country`, and `coarse`: a name so roughly
    that a typo rarely changes it, for counting the parties that share a value. Besides, what is to be counted of them:
    `given_word`, `family_word` (of the name as it is written) and `branch` (what is set off behind a company's name).
    `population`: into which it is counted.
    """
    read, population = read_keys(records), population or Population()
    count_context(read, records, population)
    return settled_keys(read, population).with_row_index("row")


def read_keys(records: pl.DataFrame) -> pl.DataFrame:
    """What every record tells by itself: the keys, but names in parts, and birth dates as they are."""
    keys = records.with_columns(
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
    ).select(
        "source_record_id", "record_type", "email", "mailbox", "mail_domain", "web_domain", "phone", "tax_id", "device",
        "birth_date", "street", "city", "postal", "country",
    )  # fmt: skip
    return pl.concat([keys, name_parts(records)], how="horizontal")


def count_context(read: pl.DataFrame, records: pl.DataFrame, population: Population) -> None:
    """Count what all records tell of one: `city`, `given_word`, `family_word` of `read`, `birth_date` of `records`."""
    count_words(read, population)
    dates = records.filter(pl.col("record_type") == PERSON)["birth_date"].drop_nulls()
    counts = dates.alias("value").value_counts(name="records")
    floor = max(_PREFILLED_MINIMUM, _PREFILLED_RATIO * len(dates) / max(counts.height, 1))
    population.note(_PREFILLED, counts.filter(pl.col("records") > floor).with_columns(records=1))


def settled_keys(read: pl.DataFrame, population: Population) -> pl.DataFrame:
    """The keys, after what was counted of all records."""
    dates = population.of(_PREFILLED)["value"].str.to_date("%Y-%m-%d")
    keys = pl.concat(
        [read.drop("first", "last", "generation", "middle"), name_keys(read, population)], how="horizontal"
    )
    return keys.with_columns(pl.when(~pl.col("birth_date").is_in(dates.implode())).then("birth_date")).select(
        "source_record_id", "record_type", "name", "other_name", "first", "last", "generation", "middle", "employer",
        "email", "mailbox", "mail_domain", "web_domain", "phone", "tax_id", "device", "birth_date", "street", "city",
        "postal", "country", "coarse", "given_word", "family_word", "branch",
    )  # fmt: skip


def context_moved(keys: pl.DataFrame, birth_dates: pl.Series, population: Population) -> pl.Series:
    """True for the keys of which all records tell something else than in the last run: they are to be settled again."""
    dates = population.moved(_PREFILLED).str.to_date("%Y-%m-%d")
    is_date = birth_dates.is_in(dates.implode()).fill_null(False)
    is_town = keys["branch"].is_in(population.moved(TOWN).implode()).fill_null(False)
    return is_date | is_town | words_moved(keys, population)
