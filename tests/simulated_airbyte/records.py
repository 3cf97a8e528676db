"""Records of Stripe and BambooHR as their connectors would send them."""

from typing import Any

NOW = 1_700_000_000


def customer(number: int, **changes: Any) -> dict[str, Any]:
    """A payer."""
    return {
        "id": f"cus_{number}", "name": f"Customer {number}", "email": f"{number}@customer.example", "currency": "usd",
        "address": '{"country": "GB"}', "created": NOW + number, "updated": NOW + number,
    } | changes  # fmt: skip


def invoice(number: int, **changes: Any) -> dict[str, Any]:
    """A bill."""
    return {
        "id": f"in_{number}", "customer": f"cus_{number}", "status": "paid", "currency": "usd", "total": 1000 + number,
        "created": NOW + number, "updated": NOW + number,
    } | changes  # fmt: skip


def employee(number: int, **changes: Any) -> dict[str, Any]:
    """One of our own."""
    return {
        "id": str(number), "firstName": "Ada", "lastName": "Example", "status": "Active", "hireDate": "2020-01-01",
        "lastChanged": "2026-01-01T00:00:00Z",
    } | changes  # fmt: skip
