"""A scratch warehouse of hand-made raw rows, and dbt run over it in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from cdp_platform.environment import PROJECT
from cdp_platform.landing.tables import prepare
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse.duckdb import Connection, open_for_reading

MARK = "2026-01-20 00:00:00+00"

Story = Callable[["Deliveries"], None]


class Deliveries:
    """Raw rows of a scratch warehouse, as landing would have left them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.count = 0
        prepare(connection)
        connection.execute(f"INSERT INTO ops.model_run VALUES ('run', '{MARK}', '{MARK}')")
        for source in SOURCES:
            for stream in source.streams:
                mark = None if (source.name, stream.table) == ("platform", "users") else MARK
                connection.execute("INSERT INTO ops.model_mark VALUES (?, ?, ?)", [source.name, stream.table, mark])

    def add(self, table: str, extracted_at: str, /, *, rejected_by: tuple[str, ...] = (), **values: Any) -> None:
        """One raw row of `<source>__<stream>`, with a line in quarantine for each rule it broke."""
        self.count += 1
        row = {"_airbyte_raw_id": f"raw-{self.count:04}", "_airbyte_extracted_at": extracted_at} | values
        self.connection.execute(
            f"INSERT INTO raw.{table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )
        for rule in rejected_by:
            self.connection.execute(
                "INSERT INTO quarantine.rejected_row (source_system, stream, rule, raw_id, status) VALUES (?, ?, ?, ?, 'open')",
                [*table.split("__", 1), rule, row["_airbyte_raw_id"]],
            )


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Connection]]:
    """build(story, select=...) -> a read-only connection to what dbt made of the story's raw rows."""
    opened = []

    def build_(story: Story, *, select: str) -> Connection:
        home = tmp_path_factory.mktemp("dbt")
        file = home / "warehouse.duckdb"
        with duckdb.connect(str(file)) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            story(Deliveries(connection))
        run_dbt(file, home, "build", "--select", *select.split())
        opened.append(open_for_reading(file))
        return opened[-1]

    yield build_
    for connection in opened:
        connection.close()


def run_dbt(file: Path, home: Path, *arguments: str) -> None:
    """Run dbt on the warehouse `file`, its artefacts under `home`; a failed model or test fails the test."""
    project = str(PROJECT / "cdp_dbt")
    places = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(home), "--log-path", str(home)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDP_WAREHOUSE_FILE", str(file))
        result = dbtRunner().invoke(["--quiet", *arguments, *places])
    assert result.success, result.exception or [r.message for r in result.result if r.status in ("error", "fail")]
