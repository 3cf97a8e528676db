"""Is everyone in the customer master exactly once? One customer per record, of one type and one legal entity.

Here: line-stopping rules of the crosswalk. Not here: whether the identity step's tables agree (`identity_tables`), how
many duplicates are left (`duplicates`), people's decisions (`decisions`).
"""

from rapidfuzz.distance import DamerauLevenshtein

from asset_checks.master_rule import MasterRule

# Only the digits: the country's letters are written or left out at will (FR79046852549, 79046852549). Fewer than five,
# or one repeated, are a placeholder, as for the identity step.
DIGITS = "regexp_replace(r.tax_id, '[^0-9]', '', 'g')"
TAX_ID = f"CASE WHEN length({DIGITS}) >= 5 AND replace({DIGITS}, left({DIGITS}, 1), '') <> '' THEN {DIGITS} END"

UNIQUENESS_RULES = (
    MasterRule(
        "customer_crosswalk",
        "gives_every_record_one_customer",
        "A record without a customer, or with two, loses or doubles its revenue.",
        "look at the identity step's log, then refresh customer_master.",
        "records without exactly one customer",
        """
        SELECT source_record_id FROM customer_master.int_customer__record AS r FULL JOIN (
            SELECT source_record_id, count(customer_id) AS customers FROM customer_master.customer_crosswalk GROUP BY 1
        ) AS x USING (source_record_id)
        WHERE r.record_type IS NULL OR x.customers IS DISTINCT FROM 1""",
        reads=("int_customer__record",),
    ),
    MasterRule(
        "customer_crosswalk",
        "never_mixes_persons_and_organizations",
        "A person merged into a company corrupts both.",
        "find the customer in match_edge and add a never_match exception.",
        "customers of both types",
        """
        SELECT customer_id FROM customer_master.customer_crosswalk
        GROUP BY 1 HAVING count(DISTINCT record_type) > 1""",
    ),
    MasterRule(
        "customer_crosswalk",
        "has_one_tax_id_per_customer",
        "Two tax ids are two legal entities: they were merged wrongly.",
        "find the customer in match_edge and add a never_match exception.",
        "customers with two tax ids, beyond one slip of the hand, and no decision of a person",
        f"""
        WITH held AS (
            SELECT x.customer_id, {TAX_ID} AS tax_id, bool_or(x.method = 'exception') AS is_decided
            FROM customer_master.customer_crosswalk AS x
            JOIN customer_master.int_customer__record AS r USING (source_record_id)
            WHERE r.record_type = 'organization' GROUP BY ALL
        )
        SELECT a.customer_id, a.tax_id, b.tax_id FROM held AS a
        JOIN held AS b ON b.customer_id = a.customer_id AND b.tax_id > a.tax_id
        WHERE a.customer_id NOT IN (SELECT customer_id FROM held WHERE is_decided)""",
        reads=("int_customer__record",),
        is_slip=lambda row: DamerauLevenshtein.distance(row[1], row[2]) <= 1,
    ),
)
