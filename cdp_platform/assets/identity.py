"""The one Python step between two groups of dbt models: which records are the same customer.

Here: reading records, ledger and people's exceptions, writing crosswalk, edges and id history in one transaction. Not
here: how records are matched (`cdp_platform.identity`).
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Any

import dagster as dg
import polars as pl

from cdp_platform.assets.again import again_when_lost
from cdp_platform.assets.carried_ids import forget_or_keep, ids_to_carry_on
from cdp_platform.assets.dbt import as_of_of, begin_model_run
from cdp_platform.assets.exceptions_file import read_exceptions
from cdp_platform.assets.freshness import run_policy
from cdp_platform.assets.memory_files import read_memory, write_memory
from cdp_platform.assets.translation import column_schema
from cdp_platform.identity import Resolution, households, inferred_parents, resolve
from cdp_platform.warehouse import Warehouse
from cdp_platform.warehouse.connection import Connection, quote, registered, scalar, transaction

_log = logging.getLogger("cdp.identity")

TABLES = {
    "customer_crosswalk": "One row per source record: the customer it belongs to, with confidence and method.",
    "match_edge": "One row per pair of records that share evidence: the rule, what each field weighs, the veto if any.",
    "identifier_health": "One row per value that is no evidence, for too many parties share it.",
    "customer_household": "One row per person whose home or companions are known: the household, and what tells of it.",
    "customer_inferred_parent": "One row per organisation to which the records suggest a parent: evidence, confidence.",
    "identity_run": "One row per run of the identity step and measure: what later runs are held against.",
    "customer_id_history": "One row per event in the life of a customer id, with its cause.",
    "customer_id_alias": "One row per retired customer id: the id that stands for it now.",
    "customer_id_ledger": "One row per source record ever seen: the customer it last belonged to.",
    "customer_match_exceptions": "One row per decision of a person about who is who, applied last in every run.",
}


def build_identity_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The identity step: tables that are always written together; dbt's manifest knows them as sources."""
    columns = {source["name"]: column_schema(source) for source in manifest["sources"].values()}
    specs = [
        dg.AssetSpec(
            key=["customer_master", table],
            deps=[dg.AssetKey(["customer_master", "int_customer__record"])],
            group_name="customer_master",
            owners=["team:data-platform"],
            kinds={"python", "duckdb"},
            description=description,
            tags={"cdp/layer": "customer_master"},
            metadata={
                "dagster/table_name": f"warehouse.customer_master.{table}",
                "dagster/column_schema": columns[table],
            },
            freshness_policy=run_policy(),
        )
        for table, description in TABLES.items()
    ]

    @dg.multi_asset(name="resolve_identity", specs=specs, pool="duckdb_writer")
    def resolve_identity(
        context: dg.AssetExecutionContext, warehouse_in_turn: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.MaterializeResult]:
        as_of = as_of_of(context.run)
        with again_when_lost():
            begin_model_run(warehouse_in_turn, context.run.run_id, as_of)
        with again_when_lost(), warehouse_in_turn.writing("resolving identity", say=_log.info) as connection:
            records = _frame(connection, "SELECT * FROM customer_master.int_customer__record ORDER BY source_record_id")
            _log.info("resolving %s records", f"{records.height:,}")
            settings = warehouse_in_turn.settings
            exceptions = read_exceptions(settings.exceptions_file)
            ledger, aliases = ids_to_carry_on(connection, partial(_frame, connection))
            resolution = resolve(
                records,
                ledger=ledger,
                aliases=aliases,
                exceptions=exceptions,
                as_of=as_of,
                run_id=context.run.run_id,
                memory=read_memory(settings.identity_memory),
            )
            relations = related(records, resolution)
            write(connection, resolution, exceptions, relations)
            write_memory(settings.identity_memory, resolution.memory)
            told, counted = (
                int(scalar(connection, f"SELECT count(*) FROM customer_master.{table}"))
                for table in ("customer_id_history", "identity_run")
            )
            _log.info(
                "%s records are %s customers",
                f"{records.height:,}",
                f"{resolution.crosswalk['customer_id'].n_unique():,}",
            )
        events = dict(resolution.id_history.group_by("event").len().iter_rows())
        facts: dict[str, dict[str, Any]] = {
            "customer_crosswalk": {
                "dagster/row_count": records.height,
                "customers": resolution.crosswalk["customer_id"].n_unique(),
            },
            "match_edge": {
                "dagster/row_count": resolution.match_edge.height,
                **{f"{kind}_model": version for kind, version in resolution.models.items()},
            },
            "identifier_health": {"dagster/row_count": resolution.identifier_health.height},
            **{table: {"dagster/row_count": frame.height} for table, frame in relations.items()},
            "identity_run": {"dagster/row_count": counted},
            "customer_id_history": {"dagster/row_count": told} | {f"{e}_events": count for e, count in events.items()},
            "customer_id_alias": {"dagster/row_count": resolution.id_alias.height},
            "customer_id_ledger": {"dagster/row_count": resolution.ledger.height},
            "customer_match_exceptions": {"dagster/row_count": exceptions.height},
        }
        for table in TABLES:
            yield dg.MaterializeResult(asset_key=["customer_master", table], metadata=facts[table])

    return resolve_identity


def _frame(connection: Connection, sql: str) -> pl.DataFrame:
    frame = pl.from_arrow(connection.sql(sql).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame


def related(records: pl.DataFrame, resolution: Resolution) -> dict[str, pl.DataFrame]:
    """Households and inferred parents of the customers, by table; by the match keys that identity has made already."""
    moments = records.select("source_record_id", "created_at", "updated_at")
    customers = resolution.crosswalk.select("source_record_id", "customer_id").join(moments, on="source_record_id")
    keys = resolution.memory.keys.collect()
    return {
        "customer_household": households(keys, customers),
        "customer_inferred_parent": inferred_parents(keys, customers),
    }


def write(
    connection: Connection, resolution: Resolution, exceptions: pl.DataFrame, relations: Mapping[str, pl.DataFrame]
) -> None:
    """Replace the identity tables, add to history and runs, all or nothing.

    A run that is tried again counts once; one whose ids nobody saw leaves no trace in history (`carried_ids`).
    """
    frames = {
        "customer_crosswalk": resolution.crosswalk,
        "match_edge": resolution.match_edge,
        "identifier_health": resolution.identifier_health,
        "customer_id_alias": resolution.id_alias,
        "customer_id_ledger": resolution.ledger,
        "customer_match_exceptions": exceptions,
        **relations,
    }
    added = {
        "customer_id_history": resolution.id_history,
        "identity_run": resolution.measures.with_columns(resolved_at=pl.lit(datetime.now(UTC))),
    }
    full = {table: frame for table, frame in (frames | added).items() if not frame.is_empty()}
    with ExitStack() as stack:
        for table, frame in full.items():
            stack.enter_context(registered(connection, f"_cdp_{table}", frame.to_arrow()))
        stack.enter_context(transaction(connection))
        forget_or_keep(connection)
        for table in frames:
            connection.execute(f"DELETE FROM customer_master.{table}")
        run_id = resolution.measures["run_id"].first()
        connection.execute("DELETE FROM customer_master.identity_run WHERE run_id = ?", [run_id])
        for table, frame in full.items():
            columns = ", ".join(map(quote, frame.columns))
            connection.execute(f"INSERT INTO customer_master.{table} ({columns}) SELECT {columns} FROM _cdp_{table}")
