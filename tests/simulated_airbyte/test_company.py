"""The same company, brought by a simulated Airbyte and by files: the same rows are current, rejected and checked."""

from collections.abc import Iterator

import dagster as dg
import duckdb
import pytest

from asset_checks.airbyte import rows_result
from asset_checks.build import source_results
from cdp_platform.airbyte.connections import connection_body
from cdp_platform.assets.airbyte_client import client_of, sync
from cdp_platform.environment import Settings, load_settings
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.synced import last_judged, take_sync
from cdp_platform.landing.tables import raw_columns, raw_relation
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.connection import quote
from cdp_platform.warehouse.duckdb import Connection
from tests.simulated_airbyte.conftest import configured
from tests.simulated_airbyte.server import served
from tests.simulated_airbyte.workspace import DESTINATION, Plan, Workspace

EVERY = [(source, stream) for source in SOURCES for stream in source.streams]


class Company:
    """A destination that writes what the landed company's deliveries brought: with random ids, over 200 ms each."""

    def __init__(self, settings: Settings, landed: Settings) -> None:
        self.settings, self.landed = settings, landed
        self.of: dict[str, list[dict[str, int]]] = {}

    def plans(self, source: Source) -> list[Plan]:
        """As many jobs as the stream with most deliveries has; a job counts what it will bring."""
        deliveries = {stream.table: self._deliveries(source, stream) for stream in source.streams}
        most = max(map(len, deliveries.values()))
        self.of[source.name] = [
            {table: files[i][0] for table, files in deliveries.items() if i < len(files)} for i in range(most)
        ]
        return [
            Plan(rows={"*": []}, counted=sum(files[i][1] for files in deliveries.values() if i < len(files)))
            for i in range(most)
        ]

    def _deliveries(self, source: Source, stream: Stream) -> list[tuple[int, int]]:
        with duckdb.connect(str(self.landed.warehouse_file), read_only=True) as connection:
            return connection.execute(
                "SELECT delivery_id, raw FROM ops.landed_file WHERE source_system = ? AND stream = ? AND raw > 0 "
                "ORDER BY delivery_id",
                [source.name, stream.table],
            ).fetchall()

    def __call__(self, source: Source, job: int, rows: object) -> None:
        brought = self.of[source.name].pop(0)
        with open_warehouse(self.settings).writing("Airbyte") as connection:
            prepare(connection)
            connection.execute(f"ATTACH '{self.landed.warehouse_file}' AS landed (READ_ONLY)")
            for table, delivery in brought.items():
                self._write(connection, source, source.stream(table), job, delivery)
            connection.execute("DETACH landed")

    def _write(self, connection: Connection, source: Source, stream: Stream, job: int, delivery: int) -> None:
        own = [quote(column.raw_name) for column in stream.columns]
        listed = ", ".join(map(quote, raw_columns(stream)))
        raw = raw_relation(source, stream)
        connection.execute(
            f"INSERT INTO {raw} ({listed}) SELECT uuid(), "
            "now() - to_milliseconds(row_number() OVER (ORDER BY _airbyte_raw_id) * 200 // count(*) OVER ()), "
            f"json_object('sync_id', {job}, 'changes', _airbyte_meta->'changes'), 0, {', '.join(own)} "
            f"FROM landed.{raw} WHERE _airbyte_extracted_at = "
            f"(SELECT extracted_at FROM landed.ops.landed_file WHERE delivery_id = {delivery})"
        )


@pytest.fixture(scope="module")
def brought(built_company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home into which Airbyte has brought the company, job after job."""
    home = tmp_path_factory.mktemp("home")
    settings = load_settings({"CDP_HOME": str(home), "CDP_LANDING": str(built_company.landing)})
    company = Company(settings, built_company)
    workspace = Workspace({source.name: source for source in SOURCES}, company)
    for id_, source in workspace.sources.items():
        workspace._create(connection_body(source, source_id=id_, destination_id=DESTINATION))
    with served(workspace) as url:
        airbyte = configured(settings, url).airbyte
        assert airbyte is not None
        client, warehouse = client_of(airbyte), open_warehouse(settings)
        for source in SOURCES:
            plans = company.plans(source)
            workspace.plans = list(plans)
            for _ in plans:
                synced = sync(client, source, last_judged(warehouse, source))
                take_sync(warehouse, source, synced, run_id="r", say=lambda _: None)
                with warehouse.writing("counting") as connection:
                    result = rows_result(connection, source)
                    assert result.passed, result.description
        yield settings


def _rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with open_warehouse(settings).writing("comparing") as connection:
        rows: list[tuple[object, ...]] = connection.execute(sql).fetchall()
        return rows


@pytest.mark.parametrize(("source", "stream"), EVERY, ids=[source.raw_table(stream) for source, stream in EVERY])
def test_the_same_rows_are_current(brought: Settings, built_company: Settings, source: Source, stream: Stream) -> None:
    own = ", ".join(quote(column.raw_name) for column in stream.columns)
    asked = f"SELECT {own} FROM ({fate_sql(source, stream)}) WHERE fate = 'current' ORDER BY ALL"
    landed = _rows(built_company, asked)
    assert landed
    assert _rows(brought, asked) == landed


def test_the_same_rows_are_rejected_and_every_check_of_a_stream_agrees(
    brought: Settings, built_company: Settings
) -> None:
    rejected = "SELECT source_system, stream, rule, count(*) FROM quarantine.rejected_row GROUP BY ALL ORDER BY ALL"
    assert _rows(brought, rejected) == _rows(built_company, rejected)
    assert _red(brought) == _red(built_company)


def _red(settings: Settings) -> list[dg.AssetCheckKey]:
    with open_warehouse(settings).writing("checking") as connection:
        results = [result for of in EVERY for result in source_results(connection, *of)]
    return [
        dg.AssetCheckKey(result.asset_key, result.check_name)
        for result in results
        if not result.passed and result.asset_key and result.check_name
    ]
