"""The files of `cdp identity resolve`: one of records in, a folder of results out.

Here: reading and writing them. Not here: what records must look like (`identity.intake`), matching, or files of the
truth (`identity_truth`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from cdp_platform.assets.exceptions_file import read_exceptions
from cdp_platform.assets.memory_files import MEMORY_FOLDER, read_memory, write_memory
from cdp_platform.identity import (
    ALIAS_SCHEMA,
    EXCEPTION_SCHEMA,
    LEDGER_SCHEMA,
    Intake,
    Memory,
    Resolution,
    UnusableRecords,
    taken,
)

CROSSWALK, EDGES, REPORT = "crosswalk.csv", "edges.csv", "report.json"
_LEDGER, _ALIASES, _HISTORY, _HEALTH = "ledger.parquet", "aliases.csv", "history.csv", "identifier_health.csv"


@dataclass(frozen=True)
class Earlier:
    """What an earlier run left: every record's id, where retired ids lead, and what need not be compared again."""

    ledger: pl.DataFrame
    aliases: pl.DataFrame
    memory: Memory | None = None


def read_records(path: Path) -> Intake:
    """The records of a CSV or Parquet file. Raises UnusableRecords, naming the file."""
    if path.suffix not in (".csv", ".parquet"):
        raise UnusableRecords(f"{path.name}: records are read from .csv or .parquet")
    try:
        return taken(read_table(path))
    except UnusableRecords as mistake:
        raise UnusableRecords(f"{path.name}: {mistake}") from mistake
    except PolarsError as error:
        said = str(error).splitlines()[0]
        raise UnusableRecords(f"{path.name} cannot be read as {path.suffix[1:]} in UTF-8: {said}") from error


def read_table(path: Path) -> pl.DataFrame:
    """A CSV file as texts, or a Parquet file. Raises polars' errors and FileNotFoundError."""
    return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)


def read_decisions(path: Path | None) -> pl.DataFrame:
    """People's decisions, or none. Raises BadExceptionsFile."""
    return pl.DataFrame(schema=dict(EXCEPTION_SCHEMA)) if path is None else read_exceptions(path)


def read_previous(folder: Path | None) -> Earlier:
    """What the earlier run in the folder left; nothing without one. Raises UnusableRecords."""
    if folder is None:
        return Earlier(pl.DataFrame(schema=dict(LEDGER_SCHEMA)), pl.DataFrame(schema=dict(ALIAS_SCHEMA)))
    try:
        aliases = pl.read_csv(folder / _ALIASES, schema_overrides={"since": pl.Datetime("us", "UTC")})
        return Earlier(
            pl.read_parquet(folder / _LEDGER),
            aliases.cast(dict(ALIAS_SCHEMA)),  # type: ignore[arg-type]
            read_memory(folder / MEMORY_FOLDER),
        )
    except (FileNotFoundError, PolarsError) as error:
        raise UnusableRecords(
            f"{folder} is no earlier result of `cdp identity resolve`: {_LEDGER} or {_ALIASES} cannot be read"
        ) from error


def write_result(
    folder: Path, intake: Intake, found: Resolution, earlier: Earlier, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the folder's files, and return the report."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = intake.records.select("source_record_id", "source_system", "source_id")
    found.crosswalk.select(
        "source_system", "source_id", "record_type", "customer_id", "confidence", "method"
    ).write_csv(folder / CROSSWALK)
    _named(found.match_edge, keys).write_csv(folder / EDGES)
    found.ledger.write_parquet(folder / _LEDGER)
    found.id_alias.write_csv(folder / _ALIASES)
    found.id_history.write_csv(folder / _HISTORY)
    found.identifier_health.write_csv(folder / _HEALTH)
    write_memory(folder / MEMORY_FOLDER, found.memory)
    report = _report(intake, found, earlier, facts)
    (folder / REPORT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def _named(edges: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    for side in ("a", "b"):
        names = {name: f"{name}_{side}" for name in ("source_system", "source_id")}
        sided = keys.rename({"source_record_id": f"record_{side}", **names})
        edges = edges.join(sided, on=f"record_{side}", how="left", maintain_order="left")
    first = ["source_system_a", "source_id_a", "source_system_b", "source_id_b"]
    return edges.select(*first, pl.exclude(*first, "record_a", "record_b"))


def _report(intake: Intake, found: Resolution, earlier: Earlier, facts: Mapping[str, Any]) -> dict[str, Any]:
    per_type = found.crosswalk.group_by("record_type").agg(
        pl.len().alias("records"), pl.col("customer_id").n_unique().alias("customers"),
        pl.len().over("customer_id").max().alias("largest"),
    ).sort("record_type")  # fmt: skip
    kept = found.crosswalk.join(earlier.ledger, on="source_record_id", suffix="_before")
    pairs = found.match_edge.group_by("status").len().sort("status")
    rules = found.match_edge.filter(pl.col("status") == "accepted").group_by("rule").len().sort("rule")
    events = found.id_history.group_by("event").len().sort("event")
    return {
        **facts,
        "records": found.crosswalk.height,
        "identical_repeats_collapsed": intake.repeats,
        "unreadable_birth_dates": intake.unreadable_birth_dates,
        "columns_not_read": list(intake.unknown_columns),
        "customers": {row.pop("record_type"): row for row in per_type.to_dicts()},
        "pairs": dict(pairs.iter_rows()),
        "accepted_pairs_per_rule": dict(rules.iter_rows()),
        "id_events": dict(events.iter_rows()),
        "records_known_before": kept.height,
        "records_that_kept_their_id": kept.filter(pl.col("customer_id") == pl.col("customer_id_before")).height,
        "values_that_are_no_evidence": dict(
            found.identifier_health.group_by("record_type", "identifier").len().sort("record_type", "identifier")
            .select(pl.concat_str("record_type", "identifier", separator=" "), "len").iter_rows()
        ),
        "models": dict(found.models),
    }  # fmt: skip
