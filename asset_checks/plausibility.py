"""Does a customer look like one? Sizes and values that one party hardly has, without knowing the truth.

Here: limits on the size of customers, and on the share of those that hold too many different values. Not here: what
can be proven wrong (`uniqueness`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import dagster as dg

from asset_checks.master_rule import WITHHELD
from asset_checks.verdict import spec, verdict
from cdp_platform.warehouse.connection import Connection

USUAL_RECORDS, MANY_RECORDS, ABSURD_RECORDS = 12, 30, 200
FEW_CUSTOMERS = 10

CROSSWALK = dg.AssetKey(["customer_master", "customer_crosswalk"])
RECORD = dg.AssetKey(["customer_master", "int_customer__record"])
CROWD = spec(
    CROSSWALK,
    "joins_no_crowd",
    blocking=True,
    why="A value that many share, taken for evidence, chains strangers to one customer.",
    action=f"above {ABSURD_RECORDS} records {WITHHELD} read the edges of the largest customers in match_edge.",
)

LARGEST = """
    SELECT record_type, quantile_disc(records, 0.999), max(records),
        coalesce(max(CASE WHEN NOT is_decided THEN records END), 0)
    FROM (
        SELECT record_type, customer_id, count(*) AS records, bool_or(method = 'exception') AS is_decided
        FROM customer_master.customer_crosswalk GROUP BY ALL
    ) AS customer GROUP BY 1 ORDER BY 1"""
UNUSUAL = f"""
    SELECT customer_id FROM customer_master.customer_crosswalk
    GROUP BY record_type, customer_id HAVING count(*) > {USUAL_RECORDS}
    ORDER BY record_type, count(*) DESC, customer_id"""


@dataclass(frozen=True)
class Symptom:
    """A value that one customer hardly has in more than `most` spellings; more than `ceiling` of all is a warning."""

    name: str
    record_type: str
    what: str
    value: str
    most: int
    ceiling: float
    why: str

    @property
    def check(self) -> dg.AssetCheckSpec:
        """The symptom as a check: a warning."""
        action = "follow some of the customers named here, and read which rule joined them."
        return spec(CROSSWALK, self.name, why=self.why, action=action, reads=[RECORD])


def _plain(sql: str) -> str:
    return f"nullif(regexp_replace(strip_accents(lower({sql})), '[^a-z0-9]', '', 'g'), '')"


GIVEN_NAME = _plain("split_part(trim(coalesce(r.first_name, r.full_name)), ' ', 1)")
SYMPTOMS = (
    Symptom(
        "gives_a_person_few_given_names", "person", "given names",
        f"CASE WHEN length({GIVEN_NAME}) > 1 THEN {GIVEN_NAME} END", 3, 0.01,
        "Bob and Robert are one person; four given names are mostly a family, or an office with one mailbox.",
    ),
    Symptom(
        "gives_a_person_one_birth_date", "person", "birth dates", "r.birth_date", 1, 0.02,
        "Two birth dates are two people, or a typing error; many of them are a rule that joins too much.",
    ),
    Symptom(
        "gives_an_organization_few_names", "organization", "names",
        _plain("coalesce(r.company_name, r.full_name)"), 3, 0.05,
        "An organisation is spelt in two or three ways; four are mostly several that share a domain or a telephone.",
    ),
    Symptom(
        "gives_an_organization_few_countries", "organization", "countries", _plain("r.country"), 2, 0.01,
        "An organisation in three countries is mostly a parent that was merged with its subsidiaries.",
    ),
)  # fmt: skip


def plausibility_specs() -> list[dg.AssetCheckSpec]:
    """The check of sizes, and one per symptom."""
    return [CROWD, *(symptom.check for symptom in SYMPTOMS)]


def plausibility_questions() -> list[tuple[dg.AssetCheckSpec, Callable[[Connection], dg.AssetCheckResult]]]:
    """All of them, each with what answers it."""
    return [(CROWD, _crowd), *((symptom.check, partial(_symptom, symptom=symptom)) for symptom in SYMPTOMS)]


def _crowd(connection: Connection) -> dg.AssetCheckResult:
    rows = connection.execute(LARGEST).fetchall()
    usual, largest, undecided = (max((row[i] for row in rows), default=0) for i in (1, 2, 3))
    named = ", ".join(f"{kind}s have at most {row[0]} records, one {row[1]}" for kind, *row in rows)
    return verdict(
        CROWD,
        f"99.9 % of {named}",
        passed=usual <= USUAL_RECORDS and largest <= MANY_RECORDS,
        expected=MANY_RECORDS,
        actual=largest,
        warn=undecided <= ABSURD_RECORDS,
        offenders=[customer for (customer,) in connection.execute(UNUSUAL).fetchall()],
        more={f"{kind}_{name}": number for kind, p999, most, _ in rows
              for name, number in (("p99_9", p999), ("largest", most))},
    )  # fmt: skip


def _symptom(connection: Connection, symptom: Symptom) -> dg.AssetCheckResult:
    rows = connection.execute(
        f"""
        SELECT customer_id, count(DISTINCT {symptom.value}) > {symptom.most}
        FROM customer_master.customer_crosswalk AS x JOIN customer_master.int_customer__record AS r
            USING (source_record_id)
        WHERE x.record_type = ? GROUP BY 1 ORDER BY 1""",
        [symptom.record_type],
    ).fetchall()
    found = [customer for customer, has_many in rows if has_many]
    share = len(found) / len(rows) if rows else 0.0
    too_many = f"more than {symptom.most} {symptom.what}"
    return verdict(
        symptom.check,
        f"{len(found):,} of {len(rows):,} {symptom.record_type}s ({share:.2%}) have {too_many}",
        passed=share <= symptom.ceiling or len(found) <= FEW_CUSTOMERS,
        expected=symptom.ceiling,
        actual=round(share, 6),
        warn=True,
        offenders=found,
    )
