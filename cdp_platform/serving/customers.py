"""Why a customer is who it is: the records that were put together, by which rule, and who won each attribute.

Here: crosswalk, match edges and survivorship as steps of a trace. Not here: the records themselves (`records`).
"""

from collections.abc import Mapping

from cdp_platform.identity.vetoes import said
from cdp_platform.serving.records import follow_record
from cdp_platform.serving.steps import Row, Step, Trail

MEMBERSHIP = "customer_master.int_customer__membership"
EDGE = "customer_master.match_edge"
ATTRIBUTE = "customer_master.customer_attribute"
GOLDEN_RECORD = "customer_master.customer_golden_record"
SAYS_WHO_WON = ("dim_customer", "dim_organization", "customer_golden_record", "customer_attribute")


def surviving_id(trail: Trail, customer_id: str) -> str:
    """The id that stands for this one now; says so if it is another."""
    rows = trail.rows("customer_master.customer_id_alias", "retired_customer_id = ?", [customer_id], order="ALL")
    if not rows:
        return customer_id
    trail.notes.append(
        f"{customer_id} was retired on {rows[0]['since']:%Y-%m-%d}; {rows[0]['customer_id']} stands for it"
    )
    return str(rows[0]["customer_id"])


def follow_customer(trail: Trail, customer_id: str) -> None:
    """Add the customer's records with their reasons, the winner of every attribute, and each record's own way back."""
    members = trail.rows(
        MEMBERSHIP, "customer_id = ?", [customer_id], order="confidence DESC NULLS LAST, source_record_id"
    )
    if len(members) > trail.limit:
        trail.notes.append(f"{len(members):,} records belong to {customer_id}, {trail.limit} shown")
    shown = members[: trail.limit]
    trail.steps += [membership_step(trail, member) for member in shown]
    trail.steps += _winners(trail, customer_id)
    for member in shown:
        follow_record(trail, member["source_record_id"], f"a record of {customer_id}")


def follow_party(trail: Trail, record_id: str) -> None:
    """Add why a party's record belongs to its customer, and the record."""
    for member in trail.rows(MEMBERSHIP, "source_record_id = ?", [record_id], order="ALL"):
        trail.steps.append(membership_step(trail, member))
    follow_record(trail, record_id, "the party")


def membership_step(trail: Trail, member: Row) -> Step:
    """A record's place in the crosswalk, with the edges that brought it there and those that were refused."""
    record = member["source_record_id"]
    edges = trail.rows(
        EDGE,
        "record_a = ? OR record_b = ?",
        [record, record],
        order="confidence DESC, record_a, record_b",
        limit=trail.limit,
    )
    reasons = [_reason(record, edge) for edge in edges]
    sure = "" if member["confidence"] is None else f" ({member['confidence']:.2f})"
    by = f"by {member['method']}{sure}" if member["is_current"] else "though the record is gone"
    why = f"{member['customer_id']} {by}"
    return Step(
        "customer_master",
        MEMBERSHIP,
        record,
        "; ".join([why, *reasons]),
        at=member["first_seen_at"],
        values=trail.shown(MEMBERSHIP, member),
    )


def _reason(record: str, edge: Row) -> str:
    other = edge["record_b"] if edge["record_a"] == record else edge["record_a"]
    if edge["status"] == "accepted":
        return f"{edge['rule']} {edge['confidence']:.2f} with {other}"
    if edge["status"] == "undecided":
        return f"perhaps {other}: {edge['rule']}, but too light to decide"
    return f"not {other}, for all its {edge['rule']}: {said(edge['veto']).removesuffix('.')}"


def _winners(trail: Trail, customer_id: str) -> list[Step]:
    steps = []
    for row in trail.rows(ATTRIBUTE, "customer_id = ?", [customer_id], order="attribute"):
        runner_up = row["runner_up_source_record_id"]
        before = f" before {runner_up}" if runner_up else ""
        why = f"{row['rule']}: {row['source_record_id']}{before}"
        steps.append(
            Step(
                "customer_master",
                ATTRIBUTE,
                row["attribute"],
                why,
                at=row["source_updated_at"],
                values=_values(trail, row),
            )
        )
    return steps


def _values(trail: Trail, row: Row) -> Mapping[str, object]:
    """What won and what came second: masked as the golden record's own column of that name would be."""
    kept = ("value", "runner_up_value")
    personal = trail.personal
    if personal is not None and GOLDEN_RECORD in personal and row["attribute"] not in personal[GOLDEN_RECORD]:
        return {name: row[name] for name in kept if row[name] is not None}
    return {name: value for name, value in trail.shown(ATTRIBUTE, row).items() if name in kept}
