"""An installation's home: its folders and its Dagster instance, made when first needed.

Here: creating and opening them. Not here: any job.
"""

import shutil

import dagster as dg

from cdp_platform.environment import PROJECT, Settings, bind_dagster

LOCAL_CONFIG = PROJECT / "deploy" / "local" / "dagster.yaml"


def prepare_home(settings: Settings) -> None:
    """Create the home with the instance's configuration; an existing configuration is replaced by this version's."""
    for folder in (settings.home, settings.landing, settings.published, settings.dagster_home):
        folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(LOCAL_CONFIG, settings.dagster_home / "dagster.yaml")
    bind_dagster(settings)


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The home's Dagster instance, shared by the CLI, the webserver and the daemon."""
    prepare_home(settings)
    return dg.DagsterInstance.from_config(str(settings.dagster_home))
