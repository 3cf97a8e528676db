"""The ERP as NetSuite would hand it out: customers, items, invoices, credit memos, recognition and rates.

Here: its streams. Not here: the documents' truth (`billing`), errors (`sightings`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.billing import invoices
from cdp_platform.simulator.netsuite import customers, lists
from cdp_platform.simulator.netsuite.ledger import PERSON_DOCUMENTS, Ledger
from cdp_platform.simulator.population import PRIVATE
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.world import World


def streams(world: World) -> Iterator[Rows]:
    """All streams of the ERP."""
    private = world.private_contracts(PRIVATE)
    payers = customers.payers(world, private[0])
    yield customers.customers(world, payers)
    yield lists.items(world)
    theirs = invoices(world.chance("invoices", "private"), world.timeline, *private)
    both = [
        Ledger(world, payers, world.contracts, 0, 0, *world.opening),
        Ledger(world, payers, private[0], len(world.companies), PERSON_DOCUMENTS, *theirs),
    ]
    for documents in (Ledger.invoice, Ledger.line, Ledger.memo, Ledger.plan):
        parts = [documents(ledger) for ledger in both]
        frame = pl.concat([part.frame for part in parts])
        yield Rows(parts[0].stream, frame, np.concatenate([part.at for part in parts]))
    yield lists.currency_rates(world)
