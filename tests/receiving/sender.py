"""What Stripe would send: events, signed by hand, over a connection of loopback.

Here: bodies, headers, requests. Not here: the receiver.
"""

import hashlib
import hmac
import http.client
import json
import time
from typing import Any

SECRET = "whsec_test_of_the_receiver"


def customer(id: str, **changes: Any) -> dict[str, Any]:
    said = {"name": "Lakeside Bakery Ltd", "email": "billing@lakeside-bakery.example", "phone": None, "address": None}
    said |= {"description": None, "currency": "usd", "balance": 0, "delinquent": False, "metadata": {}}
    return {"id": id, "object": "customer", "created": 1767225600} | said | changes


def invoice(id: str, **changes: Any) -> dict[str, Any]:
    said = {"customer": "cus_1", "number": "LB-1", "status": "open", "currency": "usd", "total": 120000}
    said |= {"amount_paid": 0, "due_date": None, "period_start": None, "period_end": None, "lines": {"data": []}}
    return {"id": id, "object": "invoice", "created": 1767225600} | said | changes


def event(id: str, kind: str, item: dict[str, Any], created: int | None = None) -> bytes:
    at = int(time.time()) if created is None else created
    said = {"id": id, "object": "event", "type": kind, "created": at, "livemode": True, "data": {"object": item}}
    return json.dumps(said).encode()


def signed(body: bytes, *secrets: str, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    made = [
        hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        for secret in secrets or (SECRET,)
    ]
    return {"Stripe-Signature": ",".join([f"t={moment}", *(f"v1={signature}" for signature in made), "v0=00"])}


class Sender:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, body: bytes, headers: dict[str, str] | None = None, path: str = "/stripe") -> tuple[int, str]:
        """Status and text of the answer to a signed body, or to one with other headers."""
        self._connection.request("POST", path, body, signed(body) if headers is None else headers)
        return self._answer()

    def health(self) -> tuple[int, str]:
        self._connection.request("GET", "/healthz")
        return self._answer()

    def _answer(self) -> tuple[int, str]:
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()
