"""The roof: assembles the one graph for a target. No I/O but the dbt manifest, no fallback."""

import json
from typing import Any

import dagster as dg

from asset_checks.build import build_checks
from cdp_platform.assets.airbyte import airbyte_of, build_syncs
from cdp_platform.assets.dbt import build_dbt_assets
from cdp_platform.assets.engine import on_engine, warehouse_of
from cdp_platform.assets.extracts import build_extracts
from cdp_platform.assets.identity import build_identity_assets
from cdp_platform.assets.ledgers import build_ledgers
from cdp_platform.assets.lineage import raw_inputs, specs_of
from cdp_platform.assets.manifest import manifest_file
from cdp_platform.assets.publish import (
    build_publish,
    classified_columns,
    published_assets,
    release_spec,
    stopping_checks,
)
from cdp_platform.assets.turn import warehouse_in_turn
from cdp_platform.automation.jobs import build_jobs, models
from cdp_platform.automation.schedules import build_schedules
from cdp_platform.automation.sensors import build_sensors
from cdp_platform.environment import Settings, load_settings


def build(settings: Settings, **resources: Any) -> dg.Definitions:
    """The whole platform for `settings`; `resources` replace the real ones in tests."""
    manifest = json.loads(manifest_file(settings).read_text())
    raw = [*build_extracts(settings), *build_syncs(settings)]
    built = [*raw, build_dbt_assets(settings), build_identity_assets(manifest)]
    release = release_spec(published_assets(specs_of(built)))
    checks = build_checks(settings, raw_inputs([*built, release]))
    publish = build_publish(release, classified_columns(manifest), stopping_checks([*built, *checks]), specs_of(built))
    bound = {**warehouse_of(settings), **airbyte_of(settings), "warehouse_in_turn": warehouse_in_turn}
    return dg.Definitions(
        assets=on_engine(settings, [*built, publish, *build_ledgers()]),
        asset_checks=checks,
        jobs=list(build_jobs()),
        schedules=build_schedules(settings.target),
        sensors=build_sensors(settings, models()),
        resources={**bound, **resources},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster` loads: the target and home named by the environment."""
    return build(load_settings())
