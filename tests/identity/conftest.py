"""Runs of identity on small parties."""

import polars as pl
import pytest

from cdp_platform.identity import ALIAS_SCHEMA, LEDGER_SCHEMA
from tests.identity.parties import Runs


@pytest.fixture
def run() -> Runs:
    return Runs(pl.DataFrame(schema=dict(LEDGER_SCHEMA)), pl.DataFrame(schema=dict(ALIAS_SCHEMA)))
