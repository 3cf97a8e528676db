"""Running dbt inside the process and telling Dagster what it did.

dagster-dbt starts dbt as a subprocess, twice the start-up time, and keeps a core busy while it waits. Here: dbt's own
runner with the parsed manifest. Not here: which models exist (`dbt`), what is selected (`dbt_selection`), what its
results become (`dbt_results`).
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg
from google.protobuf.json_format import MessageToDict

from cdp_platform.assets.dbt_results import DagsterEvent, as_dagster_events
from cdp_platform.assets.dbt_selection import select, wanted_nodes
from cdp_platform.assets.manifest import DBT_PROJECT, parsed_manifest
from cdp_platform.environment import Settings, bind_dbt
from cdp_platform.warehouse import Warehouse
from cdp_platform.warehouse.connection import ConnectionLost, speaks_of_a_lost_connection

RESULT_EVENTS = frozenset({"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"})
FAILED = frozenset({"error", "fail", "runtime error"})
SPEAKS_OF_NAMES = frozenset({"Binder Error", "Catalog Error", "Compilation Error", "Parser Error"})
MOST_SAID = 300
_log = logging.getLogger("cdp.dbt")


class DbtFailed(RuntimeError):
    """Some models or tests failed; the message names them."""


def run_dbt(
    context: dg.AssetExecutionContext, warehouse: Warehouse, manifest: Mapping[str, Any]
) -> Iterator[DagsterEvent]:
    """Build the selected models, run their tests, yield Dagster's events.

    Raises after the last of them ConnectionLost, if that is why models or tests failed, or else DbtFailed.
    """
    settings = warehouse.settings
    project = parsed_manifest(settings)
    # No log: DuckDB's errors repeat the value that did not fit.
    arguments = [
        *("--quiet", "--log-level", "none", "--log-level-file", "none", "build", "--no-write-json"),
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(settings.dbt_target_path), "--target", settings.target.value),
        *select(project, wanted_nodes(context)),
    ]
    progress = _Progress()
    with warehouse.lock(f"dbt in run {context.run.run_id[:8]}", say=_log.info):
        result = invoke(settings, project, arguments, progress, run_id=context.run.run_id)
    yield from as_dagster_events(context, warehouse, manifest, progress.results)
    if not result.success:
        said = "; ".join(_failures(result)) or f"dbt did not start: {result.exception}"
        raise ConnectionLost(said) if any(map(speaks_of_a_lost_connection, _messages(result))) else DbtFailed(said)


def invoke(
    settings: Settings,
    project: Manifest,
    arguments: Sequence[str],
    *callbacks: Callable[[EventMsg], None],
    run_id: str = "",
) -> dbtRunnerResult:
    """Run dbt in this process on a parsed manifest of its own; when it has ended, it no longer holds the warehouse."""
    bind_dbt(settings, run_id)
    try:
        return dbtRunner(manifest=project, callbacks=list(callbacks)).invoke(list(arguments))
    finally:
        DuckDBConnectionManager.close_all_connections()


def _messages(result: dbtRunnerResult) -> Iterator[str]:
    outcomes = result.result.results if isinstance(result.result, RunExecutionResult) else ()
    yield from (outcome.message or "" for outcome in outcomes if outcome.status in FAILED)
    yield str(result.exception or "")


def _failures(result: dbtRunnerResult) -> Iterator[str]:
    """What failed and why, a test after its table; the tests of what was not built for that reason are left out."""
    outcomes = result.result.results if isinstance(result.result, RunExecutionResult) else ()
    for outcome in outcomes:
        if outcome.status in FAILED:
            why = f"{outcome.failures:,} rows" if outcome.failures else _reason(outcome.message or "")
            path = [getattr(outcome.node, "attached_node", None), outcome.node.unique_id]
            names = [unique_id.split(".")[2] for unique_id in path if unique_id]
            yield f"{': '.join(names)} failed: {why}; run: cdp where {names[0]}"


def _reason(message: str) -> str:
    return "the connection was lost" if speaks_of_a_lost_connection(message) else reason_of(message)


def reason_of(message: str) -> str:
    """dbt's words where they can only speak of names; otherwise the kind of error, for a value must not be repeated."""
    said = " ".join(message.partition("LINE ")[0].split())
    kinds = re.findall(r"[A-Z][A-Za-z]+ Error", said)
    if not kinds:
        return "see the compiled SQL"
    return (
        said[:MOST_SAID] if kinds[-1] in SPEAKS_OF_NAMES else f"{kinds[-1]} on a value; run the compiled SQL to see it"
    )


class _Progress:
    """Collects dbt's results and says from time to time how far it is."""

    def __init__(self) -> None:
        self.results: list[dict[str, Any]] = []

    def __call__(self, event: EventMsg) -> None:
        if event.info.name not in RESULT_EVENTS:
            return
        message = MessageToDict(event, preserving_proto_field_name=True)
        self.results.append(message)
        node, data = message["data"]["node_info"], message["data"]
        if _failed(message):
            _log.error("%s: %s", node["node_name"], data.get("status", "failed"))
        if event.info.name == "LogModelResult" or len(self.results) % 50 == 0:
            total = data.get("total", data.get("num_models", "?"))
            _log.info("dbt %s/%s %s", len(self.results), total, node["node_name"])


def _failed(message: Mapping[str, Any]) -> bool:
    return message["data"]["node_info"].get("node_status") in FAILED
