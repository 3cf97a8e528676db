"""A step that lost its connection is done again from its start: what it has committed by then is whole, and comes anew.

Here: when, how often and after how long. Not here: extracts, which are tried again whatever kept them (`extracts`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from cdp_platform.warehouse.connection import ConnectionLost

TIMES, SECONDS = 2, 60
"""How often a step is done again, and how long it waits; before that the connection has been tried for minutes."""


@contextmanager
def again_when_lost() -> Iterator[None]:
    """Around the work of a step. Raises dg.RetryRequested in place of ConnectionLost; other errors are verdicts."""
    try:
        yield
    except ConnectionLost as lost:
        raise dg.RetryRequested(max_retries=TIMES, seconds_to_wait=SECONDS) from lost
