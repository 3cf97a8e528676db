"""The product's own database as change data capture would hand it out: tenants, users, lives, usage and health.

Here: its streams. Not here: the truth (`world`, `lives`, `usage`), which parties it knows (`tenants`).
"""

from collections.abc import Iterator

from cdp_platform.simulator.platform import activity, parties
from cdp_platform.simulator.platform.tenants import Tenants
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.world import World


def streams(world: World) -> Iterator[Rows]:
    """All streams of the product's database."""
    tenants = Tenants(world)
    yield parties.organizations(world, tenants)
    yield parties.users(world, tenants)
    yield parties.employees(world, tenants)
    yield activity.subscriptions(world, tenants)
    yield activity.leave_events(world, tenants)
    yield activity.weekly_usage(world, tenants)
    yield activity.weekly_health(world, tenants)
