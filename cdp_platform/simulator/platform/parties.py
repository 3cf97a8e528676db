"""Organizations, users and employees of customers in the product's columns.

Here: columns only. Not here: whom the product knows (`tenants`), what they do (`activity`).
"""

import numpy as np
import polars as pl

from cdp_platform.simulator.chance import Ints, gather
from cdp_platform.simulator.columns import constant, table
from cdp_platform.simulator.identifiers import numbered
from cdp_platform.simulator.platform.audit import cdc
from cdp_platform.simulator.platform.tenants import Tenants
from cdp_platform.simulator.rows import Rows, staged
from cdp_platform.simulator.timeline import DAY, NEVER, dates, moments
from cdp_platform.simulator.versions import Versions
from cdp_platform.simulator.world import World

EMPLOYEE_BASE = 10_000_001


def _party(stream: str, frame: pl.DataFrame, seen: Versions, entity: pl.Series, kind: str) -> Rows:
    return Rows(stream, frame, seen.at, True, entity, constant(kind, len(entity)))


def organizations(world: World, tenants: Tenants) -> Rows:
    """Tenants; some signed up twice."""
    register, seen, firms = tenants.organizations, tenants.organization_versions, world.companies
    record, f = seen.record, seen.frame
    who, n = register.who[record], len(register)
    chance = world.chance("platform", "organization")
    parent = np.where(seen.at >= firms.parent_since[who], firms.parent[who], -1)
    parent = np.where(chance.mask(0.5, n)[record], parent, -1)
    above = register.record_of(chance, parent, seen.at, second=0.0)
    heads = np.maximum(firms.headcount[register.who] * np.exp(chance.rng.normal(0, 0.15 * world.noise, n)), 1).astype(
        np.int64
    )
    frame = table(
        gather(tenants.organization_ids, record).alias("id"),
        f["company_name"].alias("name"),
        f["website"].str.replace(r"^(https?://)?(www\.)?", "").str.strip_chars("/").alias("domain"),
        f["email"].alias("billing_email"),
        f["tax_id"],
        f["phone"],
        f["street"],
        f["city"],
        f["region"],
        f["postal_code"],
        f["country"],
        gather(firms.text["industry"], who).alias("industry"),
        pl.Series("employee_count", heads[record]),
        gather(tenants.organization_ids, above).alias("parent_organization_id"),
        moments(register.created_at[record]).alias("created_at"),
        *cdc(seen.at, seen.is_deleted),
    )
    return _party("organizations", frame, seen, gather(firms.entity_ids(), who), "organization")


def users(world: World, tenants: Tenants) -> Rows:
    """People who log in."""
    register, seen, people = tenants.users, tenants.user_versions, world.people
    record, f = seen.record, seen.frame
    who, n = register.who[record], len(register)
    chance = world.chance("platform", "user")
    employer = people.employer[register.who]
    tenant = tenants.organizations.record_of(chance, employer, register.created_at)
    role = chance.pick(["admin", "manager", "member"], n, (0.15, 0.25, 0.6))
    active = seen.at < people.left_at[who]
    frame = table(
        numbered(1_000_001, record).alias("id"),
        gather(tenants.organization_ids, tenant[record]).alias("organization_id"),
        f["first_name"],
        f["last_name"],
        f["email"],
        f["phone"],
        f["device_id"],
        f["country"],
        gather(role, record).alias("role"),
        pl.Series("is_active", active),
        moments(register.created_at[record]).alias("created_at"),
        *cdc(seen.at, seen.is_deleted),
    )
    return _party("users", frame, seen, gather(people.entity_ids(), who), "person")


def employees(world: World, tenants: Tenants) -> Rows:
    """Employees of tenants, until they leave."""
    staff = world.employees

    def stage(rows: Ints, at: Ints, status: str) -> tuple[Ints, Ints, pl.DataFrame]:
        gone = np.full(len(rows), status == "terminated")
        columns = table(
            numbered(EMPLOYEE_BASE, rows).alias("id"),
            tenants.organization_of(staff.company[rows]).alias("organization_id"),
            constant(status, len(rows)).alias("status"),
            dates(staff.hired_day[rows]).alias("hired_on"),
            dates(np.where(gone, staff.left_day[rows], 0), ~gone).alias("terminated_on"),
            *cdc(at, False),
        )
        return rows, at, columns

    gone = np.flatnonzero(staff.left_day < NEVER)
    frame, _, at = staged(
        [
            stage(np.arange(len(staff)), staff.created_at, "active"),
            stage(gone, np.maximum(staff.left_day[gone] * DAY + 64_800, staff.created_at[gone] + 1), "terminated"),
        ]
    )
    return Rows("employees", frame, at)
