"""The Python checks as Dagster definitions: few operations, each answering many questions over one connection.

Here: which kind guards which asset, and in which operation. Not here: the questions (one module per kind).
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

import dagster as dg

from asset_checks.accounting import staging_results, staging_spec, stream_results, stream_specs
from asset_checks.airbyte import build_airbyte_checks
from asset_checks.contract import contract_results, contract_specs
from asset_checks.controls import control_results, control_specs
from asset_checks.customer_master import master_results, master_specs
from asset_checks.freshness import freshness_results, freshness_spec
from asset_checks.gold_rule import gold_result
from asset_checks.reconciliation import GOLD_RULES
from asset_checks.verdict import stopping
from cdp_platform.assets.extracts import raw_key
from cdp_platform.assets.targets import look_up_targets
from cdp_platform.environment import Settings
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse import Warehouse, Workload
from cdp_platform.warehouse.connection import Connection

Checks = list[dg.AssetChecksDefinition]


def build_checks(settings: Settings, inputs: Mapping[dg.AssetKey, Sequence[dg.AssetKey]]) -> Checks:
    """All Python checks. `inputs` maps every modelled asset to the raw assets it is built from."""
    return [
        # A run that syncs takes no place in the writers' queue for the minutes that it waits.
        *(_source_checks(source, pool=None if settings.syncs(source.name) else "duckdb_writer") for source in SOURCES),
        *build_airbyte_checks(settings),
        _staging_checks(),
        _master_checks(),
        _gold_checks(),
        _freshness_checks(inputs),
    ]


def _source_checks(source: Source, pool: str | None) -> dg.AssetChecksDefinition:
    specs = [
        check
        for stream in source.streams
        for check in (
            *contract_specs(source, stream),
            *stream_specs(source, stream),
            *control_specs(source, stream),
            freshness_spec(raw_key(source, stream)),
        )
    ]

    @dg.multi_asset_check(name=f"guard_{source.name}", specs=specs, can_subset=True, pool=pool)
    def guard_source(context: dg.AssetCheckExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> Iterator[Any]:
        wanted = look_up_targets(context)
        streams = [s for s in source.streams if any(key.asset_key == raw_key(source, s) for key in wanted)]
        with warehouse.writing(f"checking {source.name}", workload=Workload.CHECK) as connection:
            prepare(connection)
            for stream in streams:
                yield from _only(wanted, source_results(connection, source, stream))

    return guard_source


def _staging_checks() -> dg.AssetChecksDefinition:
    specs = [staging_spec(source, stream) for source in SOURCES for stream in source.streams]

    @dg.multi_asset_check(name="reconcile_staging", specs=specs, can_subset=True, pool="duckdb_writer")
    def reconcile_staging(
        context: dg.AssetCheckExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[Any]:
        wanted = look_up_targets(context)
        with warehouse.writing("reconciling staging", workload=Workload.CHECK) as connection:
            yield from staging_results(connection, {key.asset_key for key in wanted})

    return reconcile_staging


def _master_checks() -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(name="guard_customer_master", specs=master_specs(), can_subset=True, pool="duckdb_writer")
    def guard_customer_master(
        context: dg.AssetCheckExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[Any]:
        with warehouse.writing("checking the customer master", workload=Workload.CHECK) as connection:
            yield from stopping(master_results(connection, look_up_targets(context)), _blocking(master_specs()))

    return guard_customer_master


def _gold_checks() -> dg.AssetChecksDefinition:
    specs = [rule.check for rule in GOLD_RULES]

    @dg.multi_asset_check(name="reconcile_gold", specs=specs, can_subset=True, pool="duckdb_writer")
    def reconcile_gold(context: dg.AssetCheckExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> Iterator[Any]:
        wanted = look_up_targets(context)
        with warehouse.writing("reconciling gold", workload=Workload.CHECK) as connection:
            results = (gold_result(connection, rule) for rule in GOLD_RULES if rule.check.key in wanted)
            yield from stopping(results, _blocking(specs))

    return reconcile_gold


def _freshness_checks(inputs: Mapping[dg.AssetKey, Sequence[dg.AssetKey]]) -> dg.AssetChecksDefinition:
    specs = [freshness_spec(asset) for asset in inputs]

    @dg.multi_asset_check(name="freshness_of_models", specs=specs, can_subset=True, pool="duckdb_writer")
    def freshness_of_models(
        context: dg.AssetCheckExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[Any]:
        wanted = {key.asset_key for key in look_up_targets(context)}
        with warehouse.writing("checking freshness", workload=Workload.CHECK) as connection:
            yield from freshness_results(connection, {asset: raw for asset, raw in inputs.items() if asset in wanted})

    return freshness_of_models


def source_results(connection: Connection, source: Source, stream: Stream) -> Iterator[dg.AssetCheckResult]:
    """Every check of a raw stream."""
    key = raw_key(source, stream)
    yield from contract_results(connection, source, stream)
    yield from stream_results(connection, source, stream)
    yield from control_results(connection, source, stream)
    yield from freshness_results(connection, {key: [key]})


def _blocking(specs: Sequence[dg.AssetCheckSpec]) -> set[dg.AssetCheckKey]:
    return {check.key for check in specs if check.blocking}


def _only(wanted: Set[dg.AssetCheckKey], results: Iterator[dg.AssetCheckResult]) -> Iterator[dg.AssetCheckResult]:
    for result in results:
        assert result.asset_key is not None
        assert result.check_name is not None
        if dg.AssetCheckKey(result.asset_key, result.check_name) in wanted:
            yield result
