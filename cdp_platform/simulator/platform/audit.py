"""The two columns that change data capture adds to every table.

Here: these. Not here: the tables.
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints
from cdp_platform.simulator.timeline import moments


def cdc(at: Ints, deleted: np.ndarray | bool) -> list[pl.Series]:
    """updated_at, and the tombstone where deleted."""
    gone = np.broadcast_to(np.asarray(deleted), len(at))
    return [moments(at).alias("updated_at"), moments(at, ~gone).alias("_ab_cdc_deleted_at")]
