"""A decision taken, refreshed, undone and refreshed on one day: gold is what it was, as sorted rows, ids included."""

from collections.abc import Callable
from contextlib import closing
from datetime import date

import pytest

from cdp_platform.environment import Settings
from cdp_platform.identity import EXCEPTION_SCHEMA
from cdp_platform.warehouse.duckdb import open_for_reading
from tests.support.command import cdp
from tests.support.compare import differences
from tests.support.homes import refresh_well, rows

ORGANIZATIONS = """
SELECT min(source_record_id), max(source_record_id) FROM customer_master.customer_crosswalk
WHERE record_type = 'organization' GROUP BY customer_id
HAVING count(*) {} AND max(source_record_id) IN (SELECT party_source_record_id FROM gold.fact_revenue)
ORDER BY count(*), 1 LIMIT 2"""


def two_customers(settings: Settings) -> tuple[str, str]:
    [(one, _), (other, _)] = rows(settings, ORGANIZATIONS.format("> 1"))
    return one, other


def two_records_of_one(settings: Settings) -> tuple[str, str]:
    [pair, _] = rows(settings, ORGANIZATIONS.format("> 1"))
    return pair


def decide(settings: Settings, action: str, *records: str, customer_id: str = "") -> None:
    a, b = (record.split(":", 1) for record in (*records, ":")[:2])
    row = ["x1", action, *a, *b, customer_id, "ann", "bea", "they say so", "", ""]
    settings.exceptions_file.write_text(f"{','.join(EXCEPTION_SCHEMA)}\n{','.join(row)}\n")


def changed_tables(one: Settings, other: Settings) -> set[str]:
    return {said.split(":")[0].split(".")[1] for said in differences(one, other)}


def take(settings: Settings, action: str) -> None:
    if action == "force_match":
        decide(settings, action, *two_customers(settings))
    elif action == "never_match":
        decide(settings, action, *two_records_of_one(settings))
    else:
        one, other = two_customers(settings)
        [(taken,)] = rows(
            settings, f"SELECT customer_id FROM customer_master.customer_crosswalk WHERE source_record_id = '{other}'"
        )
        decide(settings, action, one, customer_id=taken)


@pytest.mark.parametrize("action", ["force_match", "never_match", "pin_id"])
def test_gold_is_what_it_was(
    company: Settings,
    copy_home: Callable[[Settings], Settings],
    build_outcome: dict[str, str],
    action: str,
) -> None:
    before, end = copy_home(company), date.fromisoformat(build_outcome["end"])
    take(company, action)
    told = cdp(company, "identity", "preview", "--format", "json")
    assert (told.returncode, "Traceback" in told.stderr) == (0, False), told.stderr
    refresh_well(company, end)
    changed = changed_tables(before, company)
    assert changed >= {"customer_crosswalk", "dim_customer", "fact_revenue"}
    again = cdp(company, "identity", "preview")
    assert again.stdout == "nothing would change\n"
    done = cdp(company, "identity", "undo", "x1", "--rationale", "a mistake")
    assert done.returncode == 0, done.stderr
    assert "cdp refresh" in done.stderr
    refresh_well(company, end)
    new_ids = {"customer_id_alias"} if action != "force_match" else set()
    assert changed_tables(before, company) == {"customer_id_history"} | new_ids
    with closing(open_for_reading(company.warehouse_file)) as connection:
        restored = connection.execute(
            "SELECT customer_id FROM customer_master.customer_id_history WHERE cause = 'restored'"
        ).fetchall()
    assert len(restored) == (action != "never_match")
