"""The last asset: what readers see.

Here: the gate asked, the version written, the outcome recorded. Not here: files (`cdp_platform.serving.publish`).
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from cdp_platform.assets.again import again_when_lost
from cdp_platform.assets.carried import carried
from cdp_platform.assets.freshness import run_policy
from cdp_platform.assets.gate import Obstacle, obstacles, still_building
from cdp_platform.assets.turn import RELEASE
from cdp_platform.landing.tables import insert_row
from cdp_platform.landing.upgrade import prepare
from cdp_platform.serving import ages
from cdp_platform.serving.ages import write_ages
from cdp_platform.serving.version import publish_version
from cdp_platform.warehouse import Warehouse, shapes
from cdp_platform.warehouse.connection import Column, Columns, Connection

AGES = dg.AssetKey(ages.TABLE.split("."))
_log = logging.getLogger("cdp.publish")
Classified = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By `schema.table` and column what is declared of it: its `classification`, and kind of personal data (`pii`)."""
PUBLISHED_IDENTITY = (
    "customer_crosswalk",
    "customer_id_alias",
    "customer_id_history",
    "identifier_health",
    "identity_run",
    "match_edge",
)


def published_assets(specs: Mapping[dg.AssetKey, dg.AssetSpec]) -> list[dg.AssetKey]:
    """What readers get: all of gold, the golden record, the crosswalk and the history of ids."""
    extra = {
        "customer_golden_record",
        "customer_attribute",
        "customer_relationship",
        "customer_duplicate",
        "customer_household",
        "customer_name",
        *PUBLISHED_IDENTITY,
    }
    return sorted(
        key for key in specs if key.path[0] == "gold" or (key.path[0] == "customer_master" and key.path[-1] in extra)
    )


def classified_columns(manifest: Mapping[str, Any]) -> Classified:
    """How models and sources classify their columns."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        if node["resource_type"] not in ("model", "source"):
            continue
        name = f"{node['config'].get('schema') or node['schema']}.{node['name']}"
        for column in node["columns"].values():
            meta = column.get("config", {}).get("meta") or column.get("meta") or {}
            said = {word: str(meta[word]) for word in ("classification", "pii") if word in meta}
            found.setdefault(name, {})[column["name"]] = said
    return found


def stopping_checks(
    definitions: Iterable[dg.AssetsDefinition | dg.AssetChecksDefinition],
) -> list[dg.AssetCheckSpec]:
    """The line-stopping checks: the blocking ones on customer_master and gold, as dbt's tests of severity error are."""
    specs = {spec.key: spec for definition in definitions for spec in definition.check_specs if spec.blocking}
    return [specs[key] for key in sorted(specs) if key.asset_key.path[0] in ("customer_master", "gold")]


class PublishWithheld(dg.Failure):
    """The gate is red: readers keep the last version."""


def release_spec(published: Sequence[dg.AssetKey]) -> dg.AssetSpec:
    """The asset that stands for what readers see."""
    return dg.AssetSpec(
        key=RELEASE,
        deps=list(published),
        group_name="publish",
        owners=["team:data-platform"],
        kinds={"duckdb"},
        description="The version of gold and crosswalk that readers see, one file per role.",
        tags={"cdp/layer": "publish"},
        freshness_policy=run_policy(),
    )


def build_publish(
    spec: dg.AssetSpec,
    classified: Classified,
    stopping: Sequence[dg.AssetCheckSpec],
    built: Mapping[dg.AssetKey, dg.AssetSpec],
) -> dg.AssetsDefinition:
    """`stopping`: the line-stopping checks; `built`: everything that leads to what is published."""
    published = [dep.asset_key for dep in spec.deps]

    @dg.multi_asset(name="release", specs=[spec], pool="duckdb_writer")
    def release(
        context: dg.AssetExecutionContext, warehouse_in_turn: dg.ResourceParam[Warehouse]
    ) -> dg.MaterializeResult:
        now = datetime.now(UTC)
        with again_when_lost(), warehouse_in_turn.writing("publishing", say=_log.info) as connection:
            prepare(connection)
            # Asked while nobody else can write: what the checks saw is what is published.
            builder, as_of, began = connection.execute(
                "SELECT max(run_id), max(as_of), max(started_at) FROM ops.model_run"
            ).fetchall()[0]
            if builder:
                write_ages(connection, list(carried(context.instance, built, published, current=(builder, began))))
            relations = _relations(connection, [*published, AGES], classified)
            missing = [key for key in published if ".".join(key.path) not in relations]
            red = [
                *still_building(context.instance, builder, context.run.run_id),
                *(Obstacle("/".join(key.path), "is not there") for key in missing),
                *obstacles(context.instance, stopping, context.run.run_id),
            ]
            version = now.strftime("%Y%m%dT%H%M%S%f")[:-3] + f"-{context.run.run_id[:8]}"
            moments = {"as_of": as_of, "published_at": now}
            rows = 0
            if not red:
                _log.info("publishing version %s: %s tables", version, len(relations))
                rows = publish_version(warehouse_in_turn, connection, relations, name=version, **moments)
            reason = "; ".join(str(obstacle) for obstacle in red[:20]) or None
            said = {"version": version, "run_id": context.run.run_id, "is_published": not red, "reason": reason}
            insert_row(connection, "ops.publication", said | moments)
        if red:
            raise PublishWithheld(
                description=f"publish withheld, readers keep the last version: {reason}; run: cdp status",
                metadata={"obstacles": len(red)},
                allow_retries=False,
            )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": rows,
                "tables": len(relations),
                "version": version,
                "as_of": as_of.isoformat(),
            }
        )

    return release


def _relations(connection: Connection, published: Sequence[dg.AssetKey], classified: Classified) -> dict[str, Columns]:
    names = sorted(".".join(key.path) for key in published)
    known = shapes(connection)
    found: dict[str, Columns] = {}
    for name in (name for name in names if name in known):
        said = classified.get(name, {})
        found[name] = {column: Column(type_, **said.get(column, {})) for column, type_ in known[name].items()}
    return found
