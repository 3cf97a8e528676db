"""What dbt did, as Dagster's events: translated by dagster-dbt, with the numbers that people look for.

Here: rows per table, and what each test expected and found. Not here: running dbt (`dbt_runner`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from cdp_platform.assets.dbt_offenders import Offenders
from cdp_platform.assets.targets import look_up_targets
from cdp_platform.assets.translation import Translator
from cdp_platform.warehouse import Warehouse, relations
from cdp_platform.warehouse.connection import Connection, quote

DagsterEvent = (
    dg.Output[Any] | dg.AssetCheckResult | dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckEvaluation
)


def as_dagster_events(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    manifest: Mapping[str, Any],
    results: Sequence[dict[str, Any]],
) -> Iterator[DagsterEvent]:
    """The events of one dbt run, from its result events: first the tables, then what the tests say of them.

    dbt must have let go of the warehouse.
    """
    names = {f"{key[-2]}.{key[-1]}" for key in (k.path for k in context.selected_asset_keys)}
    failed = [said["node_info"]["unique_id"] for said in (r["data"] for r in results) if _failures(said)]
    with warehouse.writing("counting rows") as connection:
        counts = row_counts(connection, names)
        offenders = Offenders(connection, manifest, warehouse.settings.dbt_target_path / "compiled")
        named = {test: offenders.of(test) for test in failed}
    translator, looked_up = Translator(), False
    for result in sorted(results, key=_is_of_a_test):
        if _is_of_a_test(result) and not looked_up:
            looked_up = True
            look_up_targets(context)
        message = DbtCoreCliEventMessage(raw_event=result, event_history_metadata={})
        for event in message.to_default_asset_events(
            manifest=manifest,
            dagster_dbt_translator=translator,
            context=context,
            target_path=warehouse.settings.dbt_target_path,
        ):
            if isinstance(event, dg.Output):
                key = context.asset_key_for_output(event.output_name)
                yield event.with_metadata({**event.metadata, **_facts(key, counts, warehouse)})
            elif isinstance(event, dg.AssetCheckResult):
                yield with_numbers(event, result["data"], named.get(result["data"]["node_info"]["unique_id"], ()))
            else:
                yield event


def _is_of_a_test(result: Mapping[str, Any]) -> bool:
    return bool(result["info"]["name"] == "LogTestResult")


def _facts(key: dg.AssetKey, counts: Mapping[str, int], warehouse: Warehouse) -> dict[str, Any]:
    name = ".".join(key.path[-2:])
    rows = {"dagster/row_count": counts[name]} if name in counts else {}
    return {"dagster/table_name": f"{warehouse.name}.{name}", **rows}


def with_numbers(
    result: dg.AssetCheckResult, outcome: Mapping[str, Any], offenders: Sequence[str] = ()
) -> dg.AssetCheckResult:
    """A test's result as the Python checks give theirs; dbt leaves the count out where it is zero."""
    rows = _failures(outcome)
    said = "1 row fails" if rows == 1 else f"{rows:,} rows fail" if rows else "no row fails"
    return dg.AssetCheckResult(
        passed=result.passed,
        asset_key=result.asset_key,
        check_name=result.check_name,
        severity=result.severity,
        description=said if rows or result.passed else "could not be asked: its SQL fails",
        metadata={
            "expected": 0,
            "actual": rows,
            "difference": rows,
            **({"offending_rows": ", ".join(offenders)} if offenders else {}),
            **result.metadata,
        },
    )


def _failures(outcome: Mapping[str, Any]) -> int:
    return int(outcome.get("num_failures") or 0)


def row_counts(connection: Connection, names: set[str]) -> dict[str, int]:
    """Rows per `schema.table` that exists, in one query."""
    wanted = sorted(names & {f"{schema}.{name}" for schema, name, _ in relations(connection)})
    if not wanted:
        return {}
    parts = [f"SELECT '{name}', count(*) FROM {'.'.join(map(quote, name.split('.')))}" for name in wanted]
    return dict(connection.execute(" UNION ALL ".join(parts)).fetchall())
