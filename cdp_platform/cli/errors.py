"""Which exceptions are a user's mistake: their text is the whole message."""

from cdp_platform.assets.identity import BadExceptionsFile
from cdp_platform.assets.manifest import DbtProjectBroken
from cdp_platform.automation.refresh import UnknownSelection
from cdp_platform.environment import UnknownTarget
from cdp_platform.identity import ConflictingExceptions
from cdp_platform.serving.publish import NothingPublished
from cdp_platform.simulator import SimulatorMisuse
from cdp_platform.warehouse import EngineNotAvailable
from cdp_platform.warehouse.lock import WarehouseBusy

USER_MISTAKES = (
    BadExceptionsFile,
    ConflictingExceptions,
    DbtProjectBroken,
    EngineNotAvailable,
    NothingPublished,
    SimulatorMisuse,
    UnknownSelection,
    UnknownTarget,
    WarehouseBusy,
)
