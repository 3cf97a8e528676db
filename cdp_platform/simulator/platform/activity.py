"""Subscriptions, leave, usage and health of tenants in the product's columns.

Here: columns only. A change of seats closes one subscription row and opens the next, so that every past month can be
read from the current rows. Not here: the truth (`contracts`, `lives`, `usage`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.columns import amount, constant, table
from cdp_platform.simulator.contracts import FOREVER
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.lives import EVENTS, LEAVE_TYPES
from cdp_platform.simulator.platform.audit import cdc
from cdp_platform.simulator.platform.parties import EMPLOYEE_BASE
from cdp_platform.simulator.platform.tenants import Tenants
from cdp_platform.simulator.products import PRODUCTS
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.timeline import DAY, dates, day_numbers, moments
from cdp_platform.simulator.usage import FEATURES, feature_usage, health_scores
from cdp_platform.simulator.world import World


def subscriptions(world: World, tenants: Tenants) -> Rows:
    """Lines of contracts, one row for each number of seats."""
    contracts, lines, segments = world.contracts, world.contract_lines, world.segments
    of = segments.line
    contract = lines.contract[of]
    company = contracts.buyer[contract]
    day = contracts.day[contract]
    begins = day_numbers(segments.first, day)
    over = segments.to < FOREVER
    ends = np.where(over, day_numbers(np.where(over, segments.to, 0), day) - 1, 0)
    home = tenants.organizations.first_of[company]
    twin = tenants.organizations.second_of[company]
    addon = (lines.first[of] > contracts.first[contract]) & (twin >= 0)
    addon &= tenants.organizations.created_at[np.maximum(twin, 0)] < begins * DAY
    home = np.where(addon, twin, home)

    def stage(rows: Ints, at: Ints, status: str) -> tuple[Ints, Ints, pl.DataFrame]:
        done = np.full(len(rows), status == "canceled")
        columns = table(
            numbered(3_000_001, rows).alias("id"),
            gather(tenants.organization_ids, home[rows]).alias("organization_id"),
            gather(PRODUCTS["code"], lines.product[of[rows]]).alias("product_code"),
            constant(status, len(rows)).alias("status"),
            pl.Series("seats", segments.seats[rows]),
            amount(segments.seats[rows] * lines.price_usd[of[rows]]).alias("mrr"),
            dates(begins[rows]).alias("started_on"),
            dates(ends[rows], ~done).alias("ended_on"),
            *cdc(at, False),
        )
        return rows, at, columns

    closed = np.flatnonzero(over)
    frame, _, at = staged(
        [
            stage(np.arange(len(of)), begins * DAY + 1800, "active"),
            stage(closed, ends[closed] * DAY + 82_800, "canceled"),
        ]
    )
    return Rows("subscriptions", frame, at)


def leave_events(world: World, tenants: Tenants) -> Rows:
    """Leave events; a few are mended or deleted later."""
    events, chance = world.leave_events(), world.chance("platform", "leave")
    n = len(events)
    leave = gather(pl.Series(LEAVE_TYPES), events.leave)

    def stage(rows: Ints, at: Ints, kind: pl.Series, deleted: bool) -> tuple[Ints, Ints, pl.DataFrame]:
        columns = table(
            numbered(50_000_001, rows).alias("id"),
            tenants.organization_of(world.employees.company[events.employee[rows]]).alias("organization_id"),
            numbered(EMPLOYEE_BASE, events.employee[rows]).alias("employee_id"),
            gather(pl.Series(EVENTS), events.event[rows]).alias("event_type"),
            kind.alias("leave_type"),
            moments(events.occurred_at[rows]).alias("occurred_at"),
            *cdc(at, deleted),
        )
        return rows, at, columns

    mended = np.flatnonzero(chance.mask(0.008, n))
    erased = np.flatnonzero(chance.mask(0.008, n))
    later = events.written_at + chance.integers(3600, 20 * DAY, n)
    other = where(events.leave[mended] == LEAVE_TYPES.index("unpaid"), "vacation", constant("unpaid", len(mended)))
    frame, _, at = staged(
        [
            stage(np.arange(n), events.written_at, leave, False),
            stage(mended, later[mended], other, False),
            stage(erased, later[erased] + 20 * DAY, leave.gather(erased), True),
        ]
    )
    return Rows("leave_events", frame, at, True)


def weekly_usage(world: World, tenants: Tenants) -> Rows:
    """Feature usage, written down when the week is over."""
    users = np.minimum(world.covered, 400)[world.weeks.company]
    usage = feature_usage(world.chance("platform", "usage"), world.weeks, users)
    n = len(usage.company)
    at = (usage.monday + 7) * DAY + 3600 + usage.company % 3600
    frame = table(
        numbered(80_000_001, np.arange(n)).alias("id"),
        tenants.organization_of(usage.company).alias("organization_id"),
        gather(pl.Series(FEATURES), usage.feature).alias("feature"),
        dates(usage.monday).alias("used_on"),
        pl.Series("usage_count", usage.count),
        pl.Series("active_users", usage.users),
        *cdc(at, False),
    )
    return Rows("feature_usage", frame, at, True)


def weekly_health(world: World, tenants: Tenants) -> Rows:
    """Health scores."""
    weekly = world.companies.headcount[world.weeks.company] > 60
    scores = health_scores(world.chance("platform", "health"), world.weeks, weekly)
    at = scores.day * DAY + 7200 + scores.company % 3600
    values = zip(("score", "usage_score", "engagement_score", "tickets_score", "nps_score"), scores.values, strict=True)
    frame = table(
        numbered(90_000_001, np.arange(len(at))).alias("id"),
        tenants.organization_of(scores.company).alias("organization_id"),
        dates(scores.day).alias("scored_on"),
        *(amount(value).alias(name) for name, value in values),
        *cdc(at, False),
    )
    return Rows("health_scores", frame, at)
