"""Decisions of people about a built company's customers: whom they are about, and the file."""

from cdp_platform.environment import Settings
from cdp_platform.identity import EXCEPTION_SCHEMA
from tests.support.homes import rows


def customers_of(settings: Settings, record_type: str) -> list[tuple[str, str]]:
    """Two records of every customer that has several, those with fewest first; organisations that were billed."""
    billed = "AND max(source_record_id) IN (SELECT party_source_record_id FROM gold.fact_revenue)"
    return rows(
        settings,
        f"""
        SELECT min(source_record_id), max(source_record_id) FROM customer_master.customer_crosswalk
        WHERE record_type = '{record_type}' GROUP BY customer_id
        HAVING count(*) > 1 {billed if record_type == "organization" else ""} ORDER BY count(*), 1""",
    )


def ids_of(settings: Settings) -> dict[str, str]:
    """The customer of every record."""
    return dict(rows(settings, "SELECT source_record_id, customer_id FROM customer_master.customer_crosswalk"))


def decide(settings: Settings, *decisions: tuple[str, ...]) -> None:
    """Write `x1`, `x2`, …: each an action with two records, or `pin_id` with a record and a customer id."""
    lines = [",".join(EXCEPTION_SCHEMA)]
    for number, (action, record, other) in enumerate(decisions, 1):
        is_pin = action == "pin_id"
        a, b = record.split(":", 1), ["", ""] if is_pin else other.split(":", 1)
        sides = [*a, *b, other if is_pin else ""]
        lines.append(",".join([f"x{number}", action, *sides, "ann", "bea", "they say so", "", ""]))
    settings.exceptions_file.write_text("\n".join(lines) + "\n")
