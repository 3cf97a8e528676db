"""Which exceptions are a user's mistake: their text is the whole message, one sentence and the remedy.

Here: their names. Not here: their modules, for a command that is not run must not be imported.
"""

import sys

from cdp_platform.environment import Settings, default_home, demo_home

USER_MISTAKES = (
    "cdp_platform.assets.airbyte.UnknownSyncedSource",
    "cdp_platform.assets.airbyte_client.AirbyteFailed",
    "cdp_platform.assets.deciding.CannotDecide",
    "cdp_platform.assets.ending.CannotEnd",
    "cdp_platform.assets.exceptions_file.BadExceptionsFile",
    "cdp_platform.assets.manifest.DbtProjectBroken",
    "cdp_platform.assets.new_ids.NothingToAccept",
    "cdp_platform.assets.pulling.UnknownDatabase",
    "cdp_platform.automation.selection.UnknownSelection",
    "cdp_platform.cli.graph.UnknownAsset",
    "cdp_platform.accounts.NotAChoice",
    "cdp_platform.accounts.NotANumber",
    "cdp_platform.environment.TwoWays",
    "cdp_platform.environment.UnknownTarget",
    "cdp_platform.identity.RefusedExceptions",
    "cdp_platform.identity.UnusableRecords",
    "cdp_platform.identity.model.UnusableModel",
    "cdp_platform.landing.profile.NotProfiled",
    "cdp_platform.landing.quarantine.NotReplayable",
    "cdp_platform.landing.quarantine.NothingHeld",
    "cdp_platform.landing.quarantine.UnknownRejection",
    "cdp_platform.landing.upgrade.CannotUpgrade",
    "cdp_platform.landing.upgrade.WarehouseTooNew",
    "cdp_platform.pulling.failed.PullFailed",
    "cdp_platform.serving.members.NothingToExplain",
    "cdp_platform.serving.publish.NothingPublished",
    "cdp_platform.serving.reader.OtherSchema",
    "cdp_platform.serving.statements.QueryRefused",
    "cdp_platform.serving.score.NoTruth",
    "cdp_platform.serving.trace.NothingToTrace",
    "cdp_platform.warehouse.connection.EngineFailed",
    "cdp_platform.warehouse.snowflake.NotConfigured",
    "cdp_platform.warehouse.snowflake.OnlyOnDuckDB",
    "cdp_platform.warehouse.lock.WarehouseBusy",
)
EMPTY_HOME = frozenset({"NothingPublished", "NothingToExplain", "NothingToTrace"})
"""Mistakes that may only mean that the demo's home was meant."""


def mistakes() -> tuple[type[BaseException], ...]:
    """The classes among them that can have been raised: those whose module has been imported."""
    found = []
    for name in USER_MISTAKES:
        module, _, exception = name.rpartition(".")
        if hasattr(sys.modules.get(module), exception):
            found.append(getattr(sys.modules[module], exception))
    return tuple(found)


def demo_hint(settings: Settings) -> str | None:
    """Where to find the demo's data, for who asks an empty home of their own for it."""
    demo = demo_home()
    is_own = settings.home == default_home().resolve()
    return (
        f"export CDP_HOME={demo.relative_to(demo.parent.parent)} to look at the demo"
        if is_own and demo.is_dir()
        else None
    )
