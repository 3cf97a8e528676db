"""Which records of one party some evidence connects: the pairs that matching could find, and those that nothing shows.

Here: what counts as evidence between two records of a party, and the parts of every party that it holds together. Not
here: precision and recall (`score`), or what evidence weighs (`score_pairs`).
"""

from collections.abc import Mapping

import polars as pl

from cdp_platform.identity.components import components
from cdp_platform.identity.frames import checked_records
from cdp_platform.identity.normalize import match_keys
from cdp_platform.identity.schema import ORGANIZATION, PERSON, RECORD_TYPES

EVIDENCE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    ORGANIZATION: (("email",), ("phone",), ("tax_id",), ("domain",), ("name", "postal"), ("name", "street")),
    PERSON: (
        ("email",), ("phone",), ("device",), ("tax_id",), ("last", "postal"), ("last", "street"),
        ("birth_date", "first"), ("birth_date", "last"),
        ("first", "last", "employer"), ("first", "last", "mail_domain"),
    ),
}  # fmt: skip
"""Per record type, the sets of match keys by one of which two records connect. `domain`: of website or mailbox."""


def reachable_parts(records: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Every record that the truth knows, with the `part` of its party that a chain of shared evidence holds together.

    `records`: see `RECORD_SCHEMA`. `truth`: `source_record_id`, `entity_id`. A true pair is reachable if both records
    are in one part; a part is named by one of its records. Values that many parties share connect too: who is meant is
    known here. Raises UnusableRecords.
    """
    records = checked_records(records)
    found = [_parts(records.filter(pl.col("record_type") == kind), kind, truth) for kind in RECORD_TYPES]
    return pl.concat(found)


def _parts(records: pl.DataFrame, kind: str, truth: pl.DataFrame) -> pl.DataFrame:
    known = truth.select("source_record_id", "entity_id")
    keys = match_keys(records).join(known, on="source_record_id", maintain_order="left")
    keys = keys.drop("row").with_row_index("row")
    edges = pl.concat([_edges(_with_domains(keys) if "domain" in line else keys, line) for line in EVIDENCE[kind]])
    return keys.select(
        "source_record_id", keys["source_record_id"].gather(components(keys.height, edges)).alias("part")
    )


def _with_domains(keys: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([keys.select("row", "entity_id", domain=column) for column in ("web_domain", "mail_domain")])


def _edges(keys: pl.DataFrame, line: tuple[str, ...]) -> pl.DataFrame:
    """Every record with the first of its party that has the same values: as many edges as records, not as pairs."""
    known = keys.filter(pl.all_horizontal(pl.col(line).is_not_null()))
    first = known.select(pl.col("row").min().over("entity_id", *line).alias("a"), pl.col("row").alias("b"))
    return first.filter(pl.col("a") != pl.col("b"))
