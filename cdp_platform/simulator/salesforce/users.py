"""Users of the CRM, who are our own sellers, in Salesforce's columns.

Here: columns only. Not here: who they are (`staff`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather
from cdp_platform.simulator.columns import constant, flag, table
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.salesforce.crm import Crm
from cdp_platform.simulator.salesforce.ids import USER, ids
from cdp_platform.simulator.timeline import DAY, NEVER, moments
from cdp_platform.simulator.world import World


def users(world: World, crm: Crm) -> Rows:
    """Our sellers; inactive when they leave."""
    ours, seller = world.staff, crm.sellers
    number = np.arange(len(seller))
    since, left = ours.hired_day[seller], ours.left_day[seller]
    gone = np.flatnonzero(left < NEVER)
    given, family = gather(ours.given, seller), gather(ours.family, seller)
    login = crm.logins

    def stage(rows: Ints, day: Ints, active: bool) -> tuple[Ints, Ints, pl.DataFrame]:
        at = day * DAY + 9 * 3600
        columns = table(
            ids(USER, rows).alias("Id"),
            gather(login, rows).alias("Username"),
            gather(login, rows).alias("Email"),
            gather(given, rows).alias("FirstName"),
            gather(family, rows).alias("LastName"),
            constant("Account Executive", len(rows)).alias("Title"),
            constant("Sales", len(rows)).alias("Department"),
            flag(active, len(rows)).alias("IsActive"),
            flag(False, len(rows)).alias("IsDeleted"),
            moments(since[rows] * DAY + 9 * 3600).alias("CreatedDate"),
            moments(at).alias("SystemModstamp"),
        )
        return rows, at, columns

    frame, _, at = staged([stage(number, since, True), stage(gone, left[gone] + 1, False)])
    return Rows("User", frame, at)
