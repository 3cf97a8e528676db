"""Records as anybody has them, in one table of texts, made fit for `resolve`.

Here: which columns are asked for, what is refused with its row, repeats, and dates as people write them. Not here:
files (`cdp identity resolve`), or matching.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from cdp_platform.identity.contacts import country_key
from cdp_platform.identity.frames import UnusableRecords, conform
from cdp_platform.identity.schema import RECORD_SCHEMA, RECORD_TYPES

REQUIRED = ("source_system", "source_id", "record_type")
COLUMNS = tuple(name for name in RECORD_SCHEMA if name not in ("source_record_id", "source_object"))
_SEPARATOR = "\x1f"  # in no source's name or key, so that two records never get one id
_SHOWN = 5
_MONTH_FIRST = ("us",)
_EARLIEST = 1900
_RECENT = 12  # of years in two digits, these are of this century: hardly any customer is younger


@dataclass(frozen=True)
class Intake:
    """The records, and what was noticed: `repeats` collapsed, birth dates that are none, columns that nobody reads."""

    records: pl.DataFrame
    repeats: int
    unreadable_birth_dates: int
    unknown_columns: tuple[str, ...]


def taken(table: pl.DataFrame) -> Intake:
    """The records of a table of texts (`COLUMNS`, all but the first three optional, in any order; empty where unknown).

    Row numbers in errors count from 1, after the header. Raises UnusableRecords: a required column is missing, a record
    has no key or another type, or two rows of one (source_system, source_id) differ.
    """
    missing = [name for name in REQUIRED if name not in table.columns]
    if missing:
        raise UnusableRecords(
            f"the header lacks {', '.join(missing)}; write comma-separated columns, of these: {', '.join(COLUMNS)}"
        )
    unknown = tuple(name for name in table.columns if name not in COLUMNS)
    texts = pl.col(name for name in COLUMNS if name in table.columns).cast(pl.String).str.strip_chars()
    rows = table.select(texts.replace("", None)).with_row_index("row_number", offset=1)
    _refuse(rows.filter(pl.any_horizontal(pl.col(REQUIRED).is_null())), f"lacks one of {', '.join(REQUIRED)}")
    rows = rows.with_columns(pl.col("record_type").str.to_lowercase())
    _refuse(rows.filter(~pl.col("record_type").is_in(RECORD_TYPES)), f"record_type must be {' or '.join(RECORD_TYPES)}")
    distinct = rows.unique([name for name in rows.columns if name != "row_number"], keep="first", maintain_order=True)
    key = ["source_system", "source_id"]
    _refuse(
        distinct.filter(pl.struct(key).is_duplicated()).sort([*key, "row_number"]),
        "differs from another row of the same source_system and source_id; keep the newest of them",
    )
    born = _birth_dates(distinct)
    unreadable = 0 if "birth_date" not in distinct.columns else distinct["birth_date"].count() - born.count()
    records = distinct.drop("row_number", "created_at", "updated_at", strict=False).with_columns(
        source_record_id=pl.concat_str(key, separator=_SEPARATOR), source_object=pl.lit("record"), birth_date=born
    )
    records = conform(records, RECORD_SCHEMA).sort("source_record_id")
    return Intake(records, rows.height - distinct.height, unreadable, unknown)


def _refuse(rows: pl.DataFrame, reason: str) -> None:
    if rows.is_empty():
        return
    shown = ", ".join(str(number) for number in rows["row_number"].head(_SHOWN))
    more = f" and {rows.height - _SHOWN:,} more" if rows.height > _SHOWN else ""
    raise UnusableRecords(f"row {shown}{more}: {reason}")


def _birth_dates(rows: pl.DataFrame) -> pl.Series:
    """Birth dates in ISO form, or with the year last: day first, but month first in the countries that write so."""
    if "birth_date" not in rows.columns:
        return pl.Series("birth_date", [None] * rows.height, dtype=pl.Date)
    text = pl.col("birth_date").str.extract(r"^(\d{1,4}[-./]?\d{1,2}[-./]?\d{1,4})").str.replace_all(r"[./]", "-")
    recent = text.str.extract(r"^\d{1,2}-\d{1,2}-(\d{2})$").cast(pl.Int32) <= _RECENT
    text = text.str.replace(
        r"^(\d{1,2}-\d{1,2}-)(\d{2})$", pl.when(recent).then(pl.lit("${1}20$2")).otherwise(pl.lit("${1}19$2"))
    )
    country = country_key(rows["country"]) if "country" in rows.columns else pl.Series([None], dtype=pl.String)
    month_first = country.is_in(_MONTH_FIRST).fill_null(False)
    return rows.select(
        pl.coalesce(
            _read(text, "%Y-%m-%d", "%Y%m%d"),
            pl.when(month_first & pl.col("birth_date").str.contains("/", literal=True)).then(_read(text, "%m-%d-%Y")),
            _read(text, "%d-%m-%Y", "%m-%d-%Y"),
        ).alias("birth_date")
    ).select(pl.when(pl.col("birth_date").dt.year() >= _EARLIEST).then("birth_date"))["birth_date"]


def _read(text: pl.Expr, *formats: str) -> pl.Expr:
    found: Sequence[pl.Expr] = [text.str.to_date(form, strict=False) for form in formats]
    return pl.coalesce(found)
