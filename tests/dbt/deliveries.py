"""A scratch warehouse of hand-made raw rows, and dbt run over it in this process."""

from pathlib import Path
from typing import Any

from dbt.contracts.results import RunResult

from cdp_platform.assets.dbt_runner import invoke
from cdp_platform.assets.manifest import parsed_manifest
from cdp_platform.environment import PROJECT, load_settings
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse.duckdb import Connection

FIRST, SECOND, BEYOND_MARK = "2026-01-10 00:00:00+00", "2026-01-20 00:00:00+00", "2026-01-30 00:00:00+00"
MARK = SECOND


class Deliveries:
    """Raw rows as landing would have left them, every stream but the unmarked validated up to MARK."""

    def __init__(self, connection: Connection, *, unmarked: tuple[str, ...] = ()) -> None:
        self.connection = connection
        self.count = 0
        connection.execute("SET TimeZone = 'UTC'")
        prepare(connection)
        connection.execute(f"INSERT INTO ops.model_run VALUES ('run', '{MARK}', '{MARK}')")
        for source in SOURCES:
            for stream in source.streams:
                mark = None if source.raw_table(stream) in unmarked else MARK
                connection.execute(
                    "INSERT INTO ops.model_mark (source_system, stream, validated_until) VALUES (?, ?, ?)",
                    [source.name, stream.table, mark],
                )

    def add(self, table: str, extracted_at: str, /, *, rejected_by: tuple[str, ...] = (), **values: Any) -> None:
        """One raw row of `<source>__<stream>`, with a line in quarantine for each rule it broke."""
        self.count += 1
        row = {"_airbyte_raw_id": f"raw-{self.count:04}", "_airbyte_extracted_at": extracted_at} | values
        self.connection.execute(
            f"INSERT INTO raw.{table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )
        for rule in rejected_by:
            self.connection.execute(
                "INSERT INTO quarantine.rejected_row (source_system, stream, rule, raw_id, status) "
                "VALUES (?, ?, ?, ?, 'open')",
                [*table.split("__", 1), rule, row["_airbyte_raw_id"]],
            )


def run_dbt(file: Path, *arguments: str) -> dict[str, RunResult]:
    """Run dbt on the warehouse `file`, its artefacts beside it; the result of every model and test by its name."""
    settings = load_settings({"CDP_HOME": str(file.parent)})
    project, home = str(PROJECT / "cdp_dbt"), str(file.parent)
    places = ["--project-dir", project, "--profiles-dir", project, "--target-path", home, "--log-path", home]
    assert settings.warehouse_file == file
    outcome = invoke(settings, parsed_manifest(settings), ["--quiet", *arguments, *places])
    if outcome.exception is not None:
        raise outcome.exception
    return {result.node.unique_id: result for result in outcome.result}  # type: ignore[union-attr]
