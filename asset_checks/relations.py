"""Does everyone have one household and one parent at most, and are these anybody?

Here: line-stopping questions about what the identity step finds above customers. Not here: what records state (dbt's
tests of `customer_relationship`), or how right it is (`make accuracy`).
"""

from asset_checks.master_rule import MasterRule

_TYPES = "(SELECT customer_id, min(record_type) AS record_type FROM customer_master.customer_crosswalk GROUP BY 1)"

RELATION_RULES = (
    MasterRule(
        "customer_household",
        "gives_a_person_one_household",
        "A person in two households is counted twice in both; an organisation or a retired id lives nowhere.",
        "the identity step writes it with the crosswalk, so one was changed since; refresh customer_master.",
        "members of two households, or that are no person of today",
        f"""
        SELECT h.customer_id FROM customer_master.customer_household AS h
        LEFT JOIN {_TYPES} AS x USING (customer_id)
        GROUP BY 1 HAVING count(*) > 1 OR max(x.record_type) IS DISTINCT FROM 'person' OR count(h.household_id) = 0""",
        reads=("customer_crosswalk",),
    ),
    MasterRule(
        "customer_inferred_parent",
        "infers_one_parent_at_most",
        "Two parents count a subsidiary's revenue twice; a circle of them has no top, and every roll-up loses it.",
        "look at the identity step's log, then refresh customer_master.",
        "organisations with two inferred parents, or with one that is no organisation of today or below them",
        f"""
        SELECT p.customer_id FROM customer_master.customer_inferred_parent AS p
        LEFT JOIN {_TYPES} AS x ON x.customer_id = p.parent_customer_id
        LEFT JOIN customer_master.customer_inferred_parent AS back
            ON back.customer_id = p.parent_customer_id AND back.parent_customer_id = p.customer_id
        GROUP BY 1 HAVING count(*) > 1 OR count(back.customer_id) > 0
            OR max(x.record_type) IS DISTINCT FROM 'organization'""",
        reads=("customer_crosswalk",),
    ),
)
