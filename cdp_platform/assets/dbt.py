"""Every dbt model an asset, every dbt test a check: one definition, which Dagster splits around the identity step.

Here: the definition and the start of a model run. Not here: how dbt is run (`dbt_runner`), any model.
"""

import json
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from cdp_platform.assets.again import again_when_lost
from cdp_platform.assets.dbt_runner import run_dbt
from cdp_platform.assets.freshness import run_policy
from cdp_platform.assets.manifest import manifest_file
from cdp_platform.assets.translation import Translator
from cdp_platform.environment import Settings
from cdp_platform.landing.tables import insert_row
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse import Warehouse
from cdp_platform.warehouse.connection import scalar, transaction

AS_OF_TAG = "cdp/as_of"


def build_dbt_assets(settings: Settings) -> dg.AssetsDefinition:
    """All models of the project. Raises DbtProjectBroken."""
    manifest = json.loads(manifest_file(settings).read_text())

    @dbt_assets(
        manifest=manifest,
        name="dbt",
        pool="duckdb_writer",
        dagster_dbt_translator=Translator(),
    )
    def dbt(context: dg.AssetExecutionContext, warehouse_in_turn: dg.ResourceParam[Warehouse]) -> Any:
        with again_when_lost():
            begin_model_run(warehouse_in_turn, context.run.run_id, as_of_of(context.run))
            yield from run_dbt(context, warehouse_in_turn, manifest)

    return dbt.map_asset_specs(_with_policy)


def _with_policy(spec: dg.AssetSpec) -> dg.AssetSpec:
    """What holds for every model, whatever its yml says."""
    return spec.replace_attributes(freshness_policy=run_policy(), tags={**spec.tags, "cdp/layer": spec.key.path[0]})


def as_of_of(run: dg.DagsterRun) -> datetime:
    """The moment that a run's models take for now: the tag `cdp/as_of`, or the clock, in whole seconds UTC."""
    tag = run.tags.get(AS_OF_TAG)
    return datetime.fromisoformat(tag).astimezone(UTC) if tag else datetime.now(UTC).replace(microsecond=0)


def begin_model_run(warehouse: Warehouse, run_id: str, as_of: datetime) -> None:
    """Fix the marks and `as_of` for all steps of a run; the second dbt step of a run finds them fixed."""
    with warehouse.writing("starting the models") as connection:
        prepare(connection)
        if scalar(connection, "SELECT run_id FROM ops.model_run") == run_id:
            return
        with transaction(connection):
            connection.execute("DELETE FROM ops.model_run")
            run = {"run_id": run_id, "as_of": as_of, "started_at": datetime.now(UTC)}
            insert_row(connection, "ops.model_run", run)
            connection.execute("DELETE FROM ops.model_mark")
            streams = [(source.name, stream.table) for source in SOURCES for stream in source.streams]
            connection.executemany("INSERT INTO ops.model_mark (source_system, stream) VALUES (?, ?)", streams)
            connection.execute(
                "UPDATE ops.model_mark SET validated_until = v.validated_until, delivered_from = v.delivered_from "
                "FROM ops.validated_mark AS v "
                "WHERE v.source_system = model_mark.source_system AND v.stream = model_mark.stream"
            )
