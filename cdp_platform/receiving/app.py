"""The receiver over HTTP: `POST /stripe` and `GET /healthz`.

200: it is on disk or needs not be; 400, 413 and 503: it is not, and the vendor sends it again. Nothing of a body is
ever logged. Here: requests and answers. Not here: whether one is genuine (`signature`), where it goes (`receiver`).
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from cdp_platform.receiving.receiver import Receiver
from cdp_platform.receiving.refusal import Outcome, Refused
from cdp_platform.receiving.signature import verify
from cdp_platform.receiving.stripe_event import read_event

MAX_BODY_BYTES = 1024 * 1024
STATUS = {Outcome.TOO_LARGE: 413, Outcome.NOT_STORED: 503}


def build_app(receiver: Receiver, secrets: Sequence[str]) -> Starlette:
    """The application; it starts and stops the receiver."""

    async def stripe(request: Request) -> PlainTextResponse:
        try:
            body = await _body(request)
            verify(request.headers.get("stripe-signature"), body, secrets, now=time.time())
            outcome = await receiver.take(read_event(body))
        except ClientDisconnect:
            return PlainTextResponse("gone", 400)
        except Refused as refused:
            receiver.counts.add(refused.outcome)
            return PlainTextResponse(refused.outcome.value, STATUS.get(refused.outcome, 400))
        receiver.counts.add(outcome)
        return PlainTextResponse(outcome.value)

    async def health(_request: Request) -> JSONResponse:
        said = {"takes_events": receiver.takes_events, "hands_over": receiver.hands_over}
        return JSONResponse(said, 200 if all(said.values()) else 503)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await receiver.start()
        try:
            yield
        finally:
            await receiver.stop()

    return Starlette(routes=[Route("/stripe", stripe, methods=["POST"]), Route("/healthz", health)], lifespan=lifespan)


async def _body(request: Request) -> bytes:
    """The raw body. Raises Refused as soon as it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Refused(Outcome.TOO_LARGE)
    return bytes(body)
