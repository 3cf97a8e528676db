"""A simulated workspace with a connection per declared source, and an installation that it syncs into."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from asset_checks.airbyte import build_airbyte_checks
from cdp_platform.accounts import Airbyte
from cdp_platform.airbyte.connections import connection_body
from cdp_platform.assets.airbyte import airbyte_of, build_syncs
from cdp_platform.environment import Settings, load_settings
from cdp_platform.sources import SOURCES
from cdp_platform.warehouse import open_warehouse
from tests.simulated_airbyte.destination import Destination
from tests.simulated_airbyte.server import served
from tests.simulated_airbyte.workspace import CLIENT, DESTINATION, SECRET, WORKSPACE, Workspace


@dataclass
class Synced:
    """An installation, its simulated workspace, and how a source of it is refreshed."""

    settings: Settings
    workspace: Workspace
    destination: Destination

    def refresh(self, source: str, *streams: str, checks: bool = True) -> dg.ExecuteInProcessResult:
        """One run of the source's assets and of the two checks on its connection, or of some streams."""
        assets: list[Any] = [sync for sync in build_syncs(self.settings) if sync.op.name == f"sync_{source}"]
        guards = [g for g in build_airbyte_checks(self.settings) if g.op.name == f"guard_airbyte_{source}"]
        resources = {"warehouse": open_warehouse(self.settings), **airbyte_of(self.settings)}
        with dg.DagsterInstance.ephemeral() as instance:
            return dg.materialize(
                [*assets, *(guards if checks else [])],
                instance=instance,
                resources=resources,
                raise_on_error=False,
                selection=[dg.AssetKey(["raw", f"{source}__{stream}"]) for stream in streams] or None,
            )

    def check(self, source: str) -> dict[str, tuple[bool, str, str]]:
        """The two checks alone, as somebody starts them in the UI."""
        [guard] = [g for g in build_airbyte_checks(self.settings) if g.op.name == f"guard_airbyte_{source}"]
        resources = {"warehouse": open_warehouse(self.settings), **airbyte_of(self.settings)}
        definitions = dg.Definitions(asset_checks=[guard], resources=resources)
        job = definitions.resolve_implicit_global_asset_job_def()
        with dg.DagsterInstance.ephemeral() as instance:
            return verdicts(job.execute_in_process(instance=instance))

    def ask(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query to the warehouse."""
        with open_warehouse(self.settings).writing("asking") as connection:
            rows: list[tuple[Any, ...]] = connection.execute(sql, parameters).fetchall()
            return rows


def configured(settings: Settings, url: str, **changes: Any) -> Settings:
    """The settings with the workspace at `url`, impatient."""
    airbyte = Airbyte(WORKSPACE, url=url, client_id=CLIENT, client_secret=SECRET, poll_seconds=0.01, retry_seconds=0.01)
    return replace(settings, airbyte=replace(airbyte, **changes))


@pytest.fixture
def airbyte(tmp_path: Path) -> Iterator[Synced]:
    """Every source has the connection that `cdp airbyte connections` writes."""
    settings = load_settings({"CDP_HOME": str(tmp_path / "home")})
    destination = Destination(settings)
    workspace = Workspace({source.name: source for source in SOURCES}, destination)
    for id_, source in workspace.sources.items():
        workspace._create(connection_body(source, source_id=id_, destination_id=DESTINATION))
    with served(workspace) as url:
        yield Synced(configured(settings, url), workspace, destination)


def said(done: dg.ExecuteInProcessResult) -> str:
    """What the failed step said."""
    [failure] = [event.step_failure_data for event in done.all_events if event.is_step_failure]
    if failure.user_failure_data is not None:
        return str(failure.user_failure_data.description)
    assert failure.error is not None
    return failure.error.to_string()


def verdicts(done: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, str, str]]:
    """Per check: whether it passed, its severity, its headline."""
    return {e.check_name: (e.passed, e.severity.value, e.description or "") for e in done.get_asset_check_evaluations()}
