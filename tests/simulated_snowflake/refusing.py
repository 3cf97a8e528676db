"""What the simulated account refuses: what a test has planted, and what fakesnow breaks at.

Here: the door of the server. Not here: statements (`server`, `rewriting`).
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import fakesnow.server

REFUSED = "fakesnow: unsupported statement or internal error"
faults = Path()
"""The file in which a test plants its fault; the server says where."""


def planted() -> dict[str, Any] | None:
    """The fault that a test has planted: the account refuses a statement, or (`login`) everybody."""
    return dict(json.loads(faults.read_text())) if faults.is_file() else None


async def app(
    scope: MutableMapping[str, Any], receive: Callable[..., Awaitable], send: Callable[..., Awaitable]
) -> None:
    """An internal error is an error of the statement: the connector tries a 500 again for ever."""
    failed = False
    if scope.get("path", "").endswith("/login-request") and (fault := planted()) and fault["statement"] == "login":
        await _refused(send, str(fault["number"]), fault["message"])
        return

    async def send_on(message: MutableMapping[str, Any]) -> None:
        nonlocal failed
        if message["type"] == "http.response.start" and message["status"] == 500:
            failed = True
            await _refused(send, "261000", REFUSED)
        elif not failed:
            await send(message)

    await fakesnow.server.app(scope, receive, send_on)


async def _refused(send: Callable[..., Awaitable], code: str, message: str) -> None:
    said = {"data": {"errorCode": code, "sqlState": "XX000"}, "code": code, "message": message}
    body = json.dumps(said | {"success": False}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
