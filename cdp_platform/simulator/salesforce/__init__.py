"""The CRM as Salesforce would hand it out: accounts, contacts, leads, deals and users, in its own field names.

Here: its streams. Not here: whom it knows (`crm`), the truth (`world`), errors (`sightings`, `encounters`).
"""

from collections.abc import Iterator

from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.salesforce import deals, parties, users
from cdp_platform.simulator.salesforce.crm import Crm
from cdp_platform.simulator.world import World


def streams(world: World) -> Iterator[Rows]:
    """All streams of the CRM."""
    crm = Crm(world)
    yield parties.accounts(world, crm)
    yield parties.contacts(world, crm)
    yield parties.leads(world, crm)
    yield deals.opportunities(world, crm)
    yield deals.line_items(world)
    yield users.users(world, crm)
