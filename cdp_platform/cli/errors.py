"""Which exceptions are a user's mistake: their text is the whole message, one sentence and the remedy.

Here: their names. Not here: their modules, for a command that is not run must not be imported.
"""

import sys

USER_MISTAKES = (
    "cdp_platform.assets.identity.BadExceptionsFile",
    "cdp_platform.assets.manifest.DbtProjectBroken",
    "cdp_platform.automation.refresh.UnknownSelection",
    "cdp_platform.cli.asset.UnknownAsset",
    "cdp_platform.environment.UnknownTarget",
    "cdp_platform.identity.RefusedExceptions",
    "cdp_platform.serving.publish.NothingPublished",
    "cdp_platform.serving.reader.QueryRefused",
    "cdp_platform.serving.trace.NothingToTrace",
    "cdp_platform.simulator.SimulatorMisuse",
    "cdp_platform.warehouse.EngineNotAvailable",
    "cdp_platform.warehouse.lock.WarehouseBusy",
)


def mistakes() -> tuple[type[BaseException], ...]:
    """The classes among them that can have been raised: those whose module has been imported."""
    found = []
    for name in USER_MISTAKES:
        module, _, exception = name.rpartition(".")
        if module in sys.modules:
            found.append(getattr(sys.modules[module], exception))
    return tuple(found)
