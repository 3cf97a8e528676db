"""Self-service payments as Stripe would hand them out: amounts in minor units, times in epoch seconds, nested objects.

Here: its streams, and who pays by card; they are not in the ERP. Not here: the truth about what they pay (`commerce`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.contracts import Contracts
from cdp_platform.simulator.parties import Payers, enrol_payers, first_contract
from cdp_platform.simulator.population import CARD_HOLDER
from cdp_platform.simulator.profiles import PAYER_COMPANY, PAYER_PERSON
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.stripe import objects
from cdp_platform.simulator.stripe.account import Account
from cdp_platform.simulator.world import World

_PERSON_SERIES = 10_000_000


def streams(world: World) -> Iterator[Rows]:
    """All streams of Stripe."""
    private = world.private_contracts(CARD_HOLDER)
    payers = _payers(world, private[0])
    yield objects.customers(world, payers)
    yield objects.products(world)
    yield objects.prices(world)
    accounts = [
        Account(world, payers, *world.card_contracts, 0, 0),
        Account(world, payers, *private, len(world.companies), _PERSON_SERIES),
    ]
    for made in (Account.subscriptions, Account.invoices, Account.charges):
        parts = [made(account) for account in accounts]
        yield Rows(parts[0].stream, pl.concat([p.frame for p in parts]), np.concatenate([p.at for p in parts]))


def _payers(world: World, private: Contracts) -> Payers:
    opened = []
    for contracts in (world.card_contracts[0], private):
        buyer, begins = first_contract(contracts)
        opened.append((buyer, begins - 900))
    return enrol_payers(world, "stripe", opened[0], opened[1], (0.08, 0.08), (PAYER_COMPANY, PAYER_PERSON))
