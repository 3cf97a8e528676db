"""What the other methods are given: the same normalised keys as ours, and the pairs that share one of these blocks.

Here: the values by which pairs are looked at, per record type, as anyone would who knows the columns. Not here: how a
method compares (`splink_default`, `record_linkage`).
"""

from collections.abc import Mapping

import polars as pl

from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.schema import ORGANIZATION, PERSON
from tests.accuracy.sample import Sample

BLOCKS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    ORGANIZATION: (
        ("tax_id",), ("email",), ("phone",), ("domain",), ("name",), ("postal", "name_start"), ("city", "name_start"),
    ),
    PERSON: (
        ("tax_id",), ("email",), ("phone",), ("device",), ("first", "last"), ("last", "postal"), ("first", "postal"),
        ("birth_date", "first"), ("birth_date", "last"), ("birth_date", "postal"), ("last", "employer"),
    ),
}  # fmt: skip
TELLING = 0.01
"""A column that fewer of the records have is left out: nothing can be estimated from it."""


def prepared(sample: Sample, kind: str) -> pl.DataFrame:
    """Our match keys of the records of a type, with `domain`, `name_start`, and only columns that tell something."""
    records = sample.records.filter(pl.col("record_type") == kind).sort("source_record_id")
    keys = match_keys(records).with_columns(
        domain=pl.coalesce("web_domain", "mail_domain"), name_start=pl.col("name").str.head(4)
    )
    telling = [column for column in keys.columns if keys[column].count() >= TELLING * keys.height]
    return keys.select("row", *(column for column in telling if column != "row"))


def usable(columns: tuple[str, ...], keys: pl.DataFrame) -> bool:
    """Whether the records have all of the columns."""
    return set(columns) <= set(keys.columns)
