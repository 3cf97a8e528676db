"""Which records are the same organisation or person: guarded rules, clusters, ids that stay, people's decisions.

Here: pure functions from frames to frames, the reference lists and the models they read. Not here: Dagster, files of
data, survivorship (SQL) or where the exceptions file lies.
"""

from cdp_platform.identity.conflicts import ConflictingExceptions, check_exceptions
from cdp_platform.identity.exceptions import EXCEPTION_SCHEMA, MalformedExceptions, RefusedExceptions
from cdp_platform.identity.frames import UnusableRecords
from cdp_platform.identity.households import households
from cdp_platform.identity.intake import Intake, taken
from cdp_platform.identity.memory import Memory
from cdp_platform.identity.parents import inferred_parents
from cdp_platform.identity.reachable import reachable_parts
from cdp_platform.identity.resolve import Resolution, resolve
from cdp_platform.identity.schema import (
    ALIAS_SCHEMA,
    CROSSWALK_SCHEMA,
    EDGE_SCHEMA,
    HEALTH_SCHEMA,
    HISTORY_SCHEMA,
    LEDGER_SCHEMA,
    RECORD_SCHEMA,
    RUN_SCHEMA,
)
from cdp_platform.identity.score import decided_share, pairwise

__all__ = [
    "ALIAS_SCHEMA",
    "CROSSWALK_SCHEMA",
    "EDGE_SCHEMA",
    "EXCEPTION_SCHEMA",
    "HEALTH_SCHEMA",
    "HISTORY_SCHEMA",
    "LEDGER_SCHEMA",
    "RECORD_SCHEMA",
    "RUN_SCHEMA",
    "ConflictingExceptions",
    "Intake",
    "MalformedExceptions",
    "Memory",
    "RefusedExceptions",
    "Resolution",
    "UnusableRecords",
    "check_exceptions",
    "decided_share",
    "households",
    "inferred_parents",
    "pairwise",
    "reachable_parts",
    "resolve",
    "taken",
]
