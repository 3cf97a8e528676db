"""Writing a delivery in the formats that the landing zone takes.

Here: the same rows always give the same bytes; files appear under their name only when they are complete. Text formats
have ISO 8601 with Z; JSON lines carry objects, the other formats their text. Not here: which rows (`delivery`).
"""

import gzip
import io
from pathlib import Path

import polars as pl

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
CSV = {"User", "item", "creditmemo", "currencyrate", "users", "employment_events"}
JSON_LINES = {"subscriptions"}
ZIPPED = {
    "Lead",
    "customer",
    "organizations",
    "customers",
    "products",
    "prices",
    "invoices",
    "charges",
    "employees_snapshot",
}


def suffix_of(source: str, stream: str, daily: bool) -> str:
    """The format in which a stream arrives: `csv`, `jsonl`, `jsonl.gz` or `parquet`; days come as text."""
    if source == "bamboohr" or stream in CSV:
        return "csv"
    if stream in JSON_LINES and source == "platform":
        return "jsonl"
    if source == "stripe" or stream in ZIPPED or daily:
        return "jsonl.gz"
    return "parquet"


def write(frame: pl.DataFrame, path: Path) -> int:
    """Write the rows in the format of the path's suffix and return the bytes; replaces what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = encoded(frame, path.name)
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return len(data)


def encoded(frame: pl.DataFrame, name: str) -> bytes:
    """The rows as bytes in the format of a file name."""
    buffer = io.BytesIO()
    if name.endswith(".parquet"):
        _json_as_text(frame).write_parquet(buffer, compression="zstd", compression_level=1, statistics=False)
    elif name.endswith(".csv"):
        _json_as_text(_iso(frame)).write_csv(buffer)
    else:
        _iso(frame).write_ndjson(buffer)
        if name.endswith(".gz"):
            return gzip.compress(buffer.getvalue(), compresslevel=4, mtime=0)
    return buffer.getvalue()


def _iso(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.selectors.datetime().dt.strftime(_MOMENT), pl.selectors.date().dt.strftime("%Y-%m-%d"))


def _json_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.selectors.struct().struct.json_encode())
