"""What survives into the golden record, under every rule, today and at every moment.

Here: the models beside the same rules in Python and beside values reckoned by hand. Not here: whether a wrong row of
the seed is noticed (`test_gold`).
"""

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from cdp_platform.warehouse.duckdb import Connection, open_for_reading
from tests.dbt.survivorship import COLUMNS, Golden, expected

RULES = "customer_master.survivorship_rule"
MODELS = [f"int_customer__{name}" for name in ("membership", "version", "priority", "frequency", "history")]
SURVIVAL = [*MODELS, "customer_attribute", "customer_golden_record"]
"""From what the records say to what survives, in order."""

DISAGREE = [
    "UPDATE domain.party_version SET phone = '+1 (555) 0199' WHERE source_id = 'N1'",
    "UPDATE domain.party_version SET phone = '+1 777 0000', source_updated_at = '2026-05-01' WHERE source_id = 'P2'",
    "UPDATE domain.party_version SET birth_date = '1980-01-01' WHERE source_id IN ('K1', 'U1')",
    "UPDATE domain.party_version SET birth_date = '1988-08-08' WHERE source_id = 'L1'",
    "UPDATE customer_master.customer_crosswalk SET customer_id = 'C-PAT' WHERE source_record_id LIKE '%:L1'",
]
"""Acme's newest record and Pat's say something that no other of their records says."""

ALL_BY = f"CREATE OR REPLACE TABLE {RULES} AS SELECT DISTINCT attribute, '{{}}' AS rule, {{}} FROM {RULES}"
NOBODY = "NULL::VARCHAR AS source_system, NULL::VARCHAR AS source_object, NULL::INTEGER AS priority"
PLATFORM = "'platform' AS source_system, 'organization' AS source_object, 1 AS priority"
CHANGES = {
    "as it is": "SELECT 1",
    "recency": ALL_BY.format("recency", NOBODY),
    "frequency, then the platform": ALL_BY.format("frequency", PLATFORM),
    "completeness": ALL_BY.format("completeness", NOBODY),
    "phone by frequency": f"UPDATE {RULES} SET rule = 'frequency' WHERE attribute = 'phone'",
    "address elsewhere": f"UPDATE {RULES} SET priority = 9 WHERE attribute = 'address' AND source_system = 'netsuite'",
}
RECKONED = {  # company_name and phone of Acme, birth date and given name of Pat
    "as it is": ["Acme Holdings Inc.", "+1 777 0000", "1980-01-01", "Patricia"],
    "recency": ["Acme (pilot)", "+1 777 0000", "1988-08-08", "Lee"],
    "frequency, then the platform": ["acme", "+1 (555) 0199", "1980-01-01", "Lee"],
    "completeness": ["Acme", "+1 555 0199", "1988-08-08", "Lee"],
}
CHANGED = {
    "phone by frequency": {"phone"},
    "address elsewhere": {"street", "city", "region", "postal_code", "country"},
}
TODAY = "SELECT *, NULL::TIMESTAMPTZ AS moment FROM customer_master.customer_golden_record"
MOMENTS = """
    SELECT history.*, moment
    FROM customer_master.int_customer__history AS history
    INNER JOIN (
        SELECT customer_id, valid_from AS moment FROM customer_master.int_customer__version
        UNION SELECT customer_id, valid_to FROM customer_master.int_customer__version WHERE valid_to IS NOT NULL
    ) USING (customer_id)
    WHERE valid_from <= moment AND (valid_to > moment OR valid_to IS NULL)"""


@pytest.fixture(scope="module")
def survived(small_company: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The warehouse of the small company, some of whose records disagree, after each change of the rules."""
    files = {}
    compiled = small_company.parent / "compiled" / "cdp" / "models" / "customer_master"
    for number, (name, change) in enumerate(CHANGES.items()):
        files[name] = tmp_path_factory.mktemp(f"survived{number}") / small_company.name
        shutil.copy(small_company, files[name])
        with duckdb.connect(str(files[name])) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            for statement in (*DISAGREE, change):
                connection.execute(statement)
            for model in SURVIVAL:
                query = (compiled / f"{model}.sql").read_text()
                connection.execute(f"CREATE OR REPLACE TABLE customer_master.{model} AS {query}")
    return files


def golden(connection: Connection, query: str) -> dict[tuple[str, datetime | None], Golden]:
    """What a query says of customers at moments, as text, but for what is empty."""
    said = ", ".join(f"{column}::VARCHAR" for column in COLUMNS)
    found = connection.execute(f"SELECT customer_id, moment, {said} FROM ({query})").fetchall()
    values = {(customer, moment): zip(COLUMNS, values, strict=True) for customer, moment, *values in found}
    return {key: {column: value for column, value in row if value is not None} for key, row in values.items()}


@pytest.mark.parametrize("change", CHANGES)
def test_survives_what_the_rules_say_today_and_at_every_moment(survived: dict[str, Path], change: str) -> None:
    with open_for_reading(survived[change]) as connection:
        today, moments = expected(connection)
        told = connection.execute("SELECT customer_id, attribute, value FROM customer_master.customer_attribute")
        assert sorted(told.fetchall()) == sorted((c, a, v) for c, values in today.items() for a, v in values.items())
        assert golden(connection, TODAY) == {(customer, None): values for customer, values in today.items() if values}
        history = golden(connection, MOMENTS)
    assert {key: history[key] for key in moments} == moments


@pytest.mark.parametrize("change", RECKONED)
def test_survives_what_was_reckoned_by_hand(survived: dict[str, Path], change: str) -> None:
    with open_for_reading(survived[change]) as connection:
        today = golden(connection, TODAY)
    acme, pat = today["C-ACME", None], today["C-PAT", None]
    assert [acme["company_name"], acme["phone"], pat["birth_date"], pat["first_name"]] == RECKONED[change]


SURVIVORS = """
    SELECT customer_id, attribute, value, source_record_id, rule, runner_up_source_record_id, source_updated_at
    FROM customer_master.customer_attribute"""
GOLDEN = """
    FROM (UNPIVOT (SELECT customer_id, COLUMNS(*)::VARCHAR FROM customer_master.customer_golden_record)
    ON COLUMNS(* EXCLUDE customer_id) INTO NAME attribute VALUE value)"""


@pytest.mark.parametrize("change", CHANGED)
def test_a_changed_row_changes_what_it_decides_and_nothing_else(survived: dict[str, Path], change: str) -> None:
    with open_for_reading(survived["as it is"]) as before, open_for_reading(survived[change]) as after:
        changed = [
            {attribute for _, attribute, *_ in {*before.execute(sql).fetchall()} ^ {*after.execute(sql).fetchall()}}
            for sql in (SURVIVORS, GOLDEN)
        ]
        survivors = after.execute(SURVIVORS).fetchall()
    assert [bool(found) and found <= CHANGED[change] for found in changed] == [True, True]
    assert all(record and said and moment for *_, record, said, _, moment in survivors)
