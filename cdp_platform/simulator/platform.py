"""The product's own database as change data capture would hand it out: tenants, users, lives, usage and health.

Here: its columns. Not here: the truth (`world`, `lives`, `usage`), which parties it knows (`tenants`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather, where
from cdp_platform.simulator.contracts import FOREVER
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.lives import EVENTS, LEAVE_TYPES
from cdp_platform.simulator.products import PRODUCTS
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.tenants import Tenants
from cdp_platform.simulator.timeline import DAY, NEVER, dates, day_numbers, moments
from cdp_platform.simulator.usage import FEATURES, feature_usage, health_scores
from cdp_platform.simulator.versions import Versions
from cdp_platform.simulator.world import World


def streams(world: World) -> Iterator[Rows]:
    """All streams of the product's database."""
    tenants = Tenants(world)
    yield _organizations(world, tenants)
    yield _users(world, tenants)
    yield _employees(world, tenants)
    yield _subscriptions(world, tenants)
    yield _leave_events(world, tenants)
    yield _feature_usage(world, tenants)
    yield _health_scores(world, tenants)


def _cdc(at: Ints, deleted: np.ndarray | bool) -> list[pl.Series]:
    gone = np.broadcast_to(np.asarray(deleted), len(at))
    return [moments(at).alias("updated_at"), moments(at, ~gone).alias("_ab_cdc_deleted_at")]


def _party(stream: str, frame: pl.DataFrame, seen: Versions, entity: pl.Series, kind: str) -> Rows:
    return Rows(stream, frame, seen.at, True, entity, pl.Series([kind]).new_from_index(0, len(entity)))


def _organizations(world: World, tenants: Tenants) -> Rows:
    register, seen, firms = tenants.organizations, tenants.organization_versions, world.companies
    record, f = seen.record, seen.frame
    who, n = register.who[record], len(register)
    chance = world.chance("platform", "organization")
    parent = np.where(seen.at >= firms.parent_since[who], firms.parent[who], -1)
    parent = np.where(chance.mask(0.5, n)[record], parent, -1)
    above = register.record_of(chance, parent, seen.at, second=0.0)
    heads = np.maximum(firms.headcount[register.who] * np.exp(chance.rng.normal(0, 0.15 * world.noise, n)), 1).astype(np.int64)
    frame = pl.DataFrame([
        gather(tenants.organization_ids, record).alias("id"), f["company_name"].alias("name"),
        f["website"].str.replace(r"^(https?://)?(www\.)?", "").str.strip_chars("/").alias("domain"),
        f["email"].alias("billing_email"), f["tax_id"], f["phone"], f["street"], f["city"], f["region"], f["postal_code"], f["country"],
        gather(firms.text["industry"], who).alias("industry"), pl.Series("employee_count", heads[record]),
        gather(tenants.organization_ids, above).alias("parent_organization_id"),
        moments(register.created_at[record]).alias("created_at"), *_cdc(seen.at, seen.is_deleted),
    ])  # fmt: skip
    return _party("organizations", frame, seen, gather(firms.entity_ids(), who), "organization")


def _users(world: World, tenants: Tenants) -> Rows:
    register, seen, people = tenants.users, tenants.user_versions, world.people
    record, f = seen.record, seen.frame
    who, n = register.who[record], len(register)
    chance = world.chance("platform", "user")
    employer = people.employer[register.who]
    tenant = tenants.organizations.record_of(chance, employer, register.created_at)
    role = chance.pick(["admin", "manager", "member"], n, (0.15, 0.25, 0.6))
    active = seen.at < people.left_at[who]
    frame = pl.DataFrame([
        numbered(1_000_001, record).alias("id"), gather(tenants.organization_ids, tenant[record]).alias("organization_id"),
        f["first_name"], f["last_name"], f["email"], f["phone"], f["device_id"], f["country"], gather(role, record).alias("role"),
        pl.Series("is_active", active), moments(register.created_at[record]).alias("created_at"), *_cdc(seen.at, seen.is_deleted),
    ])  # fmt: skip
    return _party("users", frame, seen, gather(people.entity_ids(), who), "person")


def _employees(world: World, tenants: Tenants) -> Rows:
    staff = world.employees

    def stage(rows: Ints, at: Ints, status: str) -> tuple[Ints, Ints, pl.DataFrame]:
        gone = np.full(len(rows), status == "terminated")
        return rows, at, pl.DataFrame([
            numbered(10_000_001, rows).alias("id"), tenants.organization_of(staff.company[rows]).alias("organization_id"),
            pl.Series([status]).new_from_index(0, len(rows)).alias("status"), dates(staff.hired_day[rows]).alias("hired_on"),
            dates(np.where(gone, staff.left_day[rows], 0), ~gone).alias("terminated_on"), *_cdc(at, False),
        ])  # fmt: skip

    gone = np.flatnonzero(staff.left_day < NEVER)
    frame, _, at = staged([
        stage(np.arange(len(staff)), staff.created_at, "active"),
        stage(gone, np.maximum(staff.left_day[gone] * DAY + 64_800, staff.created_at[gone] + 1), "terminated"),
    ])  # fmt: skip
    return Rows("employees", frame, at)


def _subscriptions(world: World, tenants: Tenants) -> Rows:
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
        return rows, at, pl.DataFrame([
            numbered(3_000_001, rows).alias("id"), gather(tenants.organization_ids, home[rows]).alias("organization_id"),
            gather(PRODUCTS["code"], lines.product[of[rows]]).alias("product_code"),
            pl.Series([status]).new_from_index(0, len(rows)).alias("status"), pl.Series("seats", segments.seats[rows]),
            pl.Series("mrr", segments.seats[rows] * lines.price_usd[of[rows]] / 100.0), dates(begins[rows]).alias("started_on"),
            dates(ends[rows], ~done).alias("ended_on"), *_cdc(at, False),
        ])  # fmt: skip

    closed = np.flatnonzero(over)
    frame, _, at = staged([
        stage(np.arange(len(of)), begins * DAY + 1800, "active"), stage(closed, ends[closed] * DAY + 82_800, "canceled"),
    ])  # fmt: skip
    return Rows("subscriptions", frame, at)


def _leave_events(world: World, tenants: Tenants) -> Rows:
    events, chance = world.leave_events(), world.chance("platform", "leave")
    n = len(events)
    leave = gather(pl.Series(LEAVE_TYPES), events.leave)

    def stage(rows: Ints, at: Ints, kind: pl.Series, deleted: bool) -> tuple[Ints, Ints, pl.DataFrame]:
        return rows, at, pl.DataFrame([
            numbered(50_000_001, rows).alias("id"),
            tenants.organization_of(world.employees.company[events.employee[rows]]).alias("organization_id"),
            numbered(10_000_001, events.employee[rows]).alias("employee_id"),
            gather(pl.Series(EVENTS), events.event[rows]).alias("event_type"), kind.alias("leave_type"),
            moments(events.occurred_at[rows]).alias("occurred_at"), *_cdc(at, deleted),
        ])  # fmt: skip

    mended = np.flatnonzero(chance.mask(0.004, n))
    erased = np.flatnonzero(chance.mask(0.002, n))
    later = events.written_at + chance.integers(3600, 20 * DAY, n)
    other = where(events.leave[mended] == 4, "vacation", chance.pick(["unpaid"], len(mended)))
    frame, _, at = staged([
        stage(np.arange(n), events.written_at, leave, False), stage(mended, later[mended], other, False),
        stage(erased, later[erased] + 20 * DAY, leave.gather(erased), True),
    ])  # fmt: skip
    return Rows("leave_events", frame, at, True)


def _feature_usage(world: World, tenants: Tenants) -> Rows:
    users = np.minimum(world.covered, 400)[world.weeks.company]
    usage = feature_usage(world.chance("platform", "usage"), world.weeks, users)
    n = len(usage.company)
    at = (usage.monday + 7) * DAY + 3600 + usage.company % 3600
    frame = pl.DataFrame([
        numbered(80_000_001, np.arange(n)).alias("id"), tenants.organization_of(usage.company).alias("organization_id"),
        gather(pl.Series(FEATURES), usage.feature).alias("feature"), dates(usage.monday).alias("used_on"),
        pl.Series("usage_count", usage.count), pl.Series("active_users", usage.users), *_cdc(at, False),
    ])  # fmt: skip
    return Rows("feature_usage", frame, at, True)


def _health_scores(world: World, tenants: Tenants) -> Rows:
    weekly = world.companies.headcount[world.weeks.company] > 60
    scores = health_scores(world.chance("platform", "health"), world.weeks, weekly)
    at = scores.day * DAY + 7200 + scores.company % 3600
    values = zip(("score", "usage_score", "engagement_score", "tickets_score", "nps_score"), scores.values, strict=True)
    frame = pl.DataFrame([
        numbered(90_000_001, np.arange(len(at))).alias("id"), tenants.organization_of(scores.company).alias("organization_id"),
        dates(scores.day).alias("scored_on"), *(pl.Series(name, value / 100.0) for name, value in values), *_cdc(at, False),
    ])  # fmt: skip
    return Rows("health_scores", frame, at)
