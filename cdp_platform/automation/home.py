"""An installation's home: its folders and its Dagster instance, made when first needed.

Here: creating and opening them, and putting right what a power cut left in the instance. Not here: any job.
"""

import os

import dagster as dg
from dagster._core.storage.tags import GRPC_INFO_TAG

from cdp_platform.environment import PROJECT, Settings, bind_dagster

LOCAL_CONFIG = PROJECT / "deploy" / "local" / "dagster.yaml"
WRITERS_POOL = "duckdb_writer"


def prepare_home(settings: Settings) -> None:
    """Create the home with the instance's configuration; an existing configuration is replaced by this version's."""
    for folder in (settings.home, settings.landing, settings.published, settings.dagster_home):
        folder.mkdir(parents=True, exist_ok=True)
    config, wanted = settings.dagster_home / "dagster.yaml", LOCAL_CONFIG.read_bytes()
    if not config.exists() or config.read_bytes() != wanted:
        # A webserver or daemon of this home may be reading it.
        temporary = config.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_bytes(wanted)
        temporary.replace(config)
    bind_dagster(settings)


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The home's Dagster instance, shared by the CLI, the webserver and the daemon."""
    prepare_home(settings)
    return dg.DagsterInstance.from_config(str(settings.dagster_home))


def limit_writers(instance: dg.DagsterInstance) -> None:
    """Have the writers' pool limited from the first run on: Dagster's queue notices a new pool one look too late."""
    instance.event_log_storage.initialize_concurrency_limit_to_default(WRITERS_POOL)


def fail_abandoned_runs(instance: dg.DagsterInstance) -> None:
    """Say that the runs which a code server had started have failed. Only for who knows that none is going on.

    Otherwise they would hold the writer's pool until their longest run time is over. Dagster runs them once more.
    """
    started = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    for run in instance.get_runs(dg.RunsFilter(statuses=started)):
        if GRPC_INFO_TAG in run.tags:
            instance.report_run_failed(run, "The process of this run ended with the Dagster that had started it.")
