"""Ids of Salesforce records, by the prefix of their object.

Here: prefixes and ids. Not here: other vendors' ids (`identifiers`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, where
from cdp_platform.simulator.identifiers import salesforce_ids

ACCOUNT, CONTACT, LEAD, OPPORTUNITY, LINE, USER = "001", "003", "00Q", "006", "00k", "005"


def ids(prefix: str, numbers: Ints) -> pl.Series:
    """Salesforce ids of records; null for -1."""
    column = salesforce_ids(prefix, np.maximum(numbers, 0))
    return where(numbers < 0, None, column) if (numbers < 0).any() else column
