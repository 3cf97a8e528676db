"""What schedules and sensors do, done now and in order, in one process: `cdp refresh`.

Here: one run per source, then one model run, all recorded in the home's Dagster instance. Not here: what a word selects
(`selection`), the runs' content.
"""

import logging
import os
import time
from collections.abc import Collection
from datetime import UTC, datetime

import dagster as dg
from dagster._core.storage.tags import MAX_RETRIES_TAG

from cdp_platform.assets.dbt import AS_OF_TAG
from cdp_platform.assets.turn import RELEASE
from cdp_platform.automation.jobs import MODEL_LAYERS, checks_of, source_job_name
from cdp_platform.automation.landed import TRIGGER_TAG
from cdp_platform.automation.outcome import Refresh
from cdp_platform.automation.schedules import CYCLE_TAG, UNFINISHED
from cdp_platform.automation.selection import never_built, resolve
from cdp_platform.landing.tables import LEDGERS
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse import Warehouse, relations

_log = logging.getLogger("cdp.refresh")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
PROCESS_TAG = "cdp/process"
CLI = "cli"
"""The trigger of runs that `cdp refresh` made: the daemon does not try them again."""


def refresh(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    warehouse: Warehouse,
    *,
    selection: str | None = None,
    full: bool = False,
    as_of: datetime | None = None,
) -> Refresh:
    """Refresh everything, or what `selection` names; `full`: forget first what can be computed again.

    Waits until no other refresh or model run of this home is going on. Raises UnknownSelection and WarehouseBusy.
    """
    wanted = resolve(defs, selection)
    with warehouse.turn("cdp refresh", say=_log.info):
        fail_killed_runs(instance)
        if full:
            drop_derived(warehouse)
        if selection is not None:
            wanted = sorted({*wanted, *never_built(defs, warehouse, wanted)})
        now = datetime.now(UTC).replace(microsecond=0)
        tags = {
            TRIGGER_TAG: CLI,
            CYCLE_TAG: f"cli/{now.isoformat()}",
            AS_OF_TAG: (as_of or now).isoformat(),
            PROCESS_TAG: str(os.getpid()),
            MAX_RETRIES_TAG: "0",
        }
        done = Refresh(publishes=RELEASE in wanted)
        for source in SOURCES:
            keys = [key for key in wanted if key.path[0] == "raw" and key.path[-1].startswith(f"{source.name}__")]
            if keys:
                _run(defs, instance, source_job_name(source), keys, tags, done)
        keys = [key for key in wanted if key.path[0] in MODEL_LAYERS]
        if keys:
            _run(defs, instance, "refresh_daily", keys, tags, done)
    return done


def fail_killed_runs(instance: dg.DagsterInstance, process: int | None = None) -> None:
    """Say that the unfinished runs of a `cdp refresh` have failed.

    Only for who knows that they will not go on: who holds the turn, or is the process that is being ended.
    """
    tags = {TRIGGER_TAG: CLI} | ({PROCESS_TAG: str(process)} if process is not None else {})
    for run in instance.get_runs(dg.RunsFilter(tags=tags, statuses=list(UNFINISHED))):
        instance.report_run_failed(run, "The process of this run was ended.")


def _run(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    keys: Collection[dg.AssetKey],
    tags: dict[str, str],
    done: Refresh,
) -> None:
    _log.info("%s", job.replace("refresh_daily", "models"))
    started = time.monotonic()
    # A check on a table that stays is asked again where it looks at one that is rebuilt, for the publish gate insists.
    # Where nothing is published it waits: gold of before held against customers of now is no defect.
    checks = {
        check
        for check in checks_of(defs.resolve_asset_graph(), keys)
        if check.asset_key in keys or (done.publishes and instance.has_asset_key(check.asset_key))
    }
    part = defs.resolve_job_def(job).get_subset(asset_selection=set(keys), asset_check_selection=checks)
    result = part.execute_in_process(instance=instance, run_config=QUIET, tags=tags, raise_on_error=False)
    outcome = done.add(job, result, time.monotonic() - started)
    for failure in outcome.failures:
        _log.error("%s", failure)


def drop_derived(warehouse: Warehouse) -> None:
    """Forget everything that can be computed again; the ledgers (raw, marks, quarantine, ids, exceptions) stay."""
    with warehouse.writing("rebuilding from raw", say=_log.info) as connection:
        prepare(connection)  # before anything is dropped that a migration, or a later version, still needs
        for schema, name, kind in relations(connection):
            if schema in ("staging", "domain", "customer_master", "gold") and f"{schema}.{name}" not in LEDGERS:
                connection.execute(f'DROP {kind} IF EXISTS {schema}."{name}" CASCADE')
