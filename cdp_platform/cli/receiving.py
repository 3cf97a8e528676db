"""`cdp receive`: the webhook receiver, in the foreground until it is told to end.

Here: who may run it, where, and its end. Not here: what it does with a request (`cdp_platform.receiving`).
"""

import logging
import signal
import socket
from types import FrameType

import click
import uvicorn
from filelock import FileLock, Timeout
from starlette.applications import Starlette

from cdp_platform.automation.claim import url
from cdp_platform.cli.output import show_progress
from cdp_platform.environment import load_settings
from cdp_platform.receiving.app import build_app
from cdp_platform.receiving.receiver import ROUND_SECONDS, Receiver

MOST_AT_ONCE = 512
GRACE_SECONDS = 10
BACKLOG = 2048
UNSIGNED = (
    "STRIPE_WEBHOOK_SECRET is not set: take the signing secret (whsec_…) of the endpoint from Stripe's dashboard; "
    "while one takes the place of another, both with a comma between them"
)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8401, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=ROUND_SECONDS,
    show_default=True,
    help="Seconds after which what has come is a file in the landing zone.",
)
def receive(port: int, host: str, every: float) -> None:
    """Take signed webhooks into the landing zone: Stripe's events, at POST /stripe.

    An event is on disk before it is answered, and kept once. Put a proxy with TLS before it. GET /healthz says whether
    it works; `cdp status` says what was refused. Ends with Ctrl-C, or SIGTERM, when everything is handed over.

    \b
    STRIPE_WEBHOOK_SECRET=whsec_… cdp receive
    cdp receive --port 8500 --every 5
    """
    show_progress()
    settings = load_settings()
    if not settings.stripe_webhook_secrets:
        raise click.ClickException(UNSIGNED)
    settings.receiver.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(settings.receiver / "running.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise click.ClickException(f"a receiver already runs on {settings.home}; end that first") from None
    with lock, _bound(host, port) as listening:
        receiver = Receiver(settings.receiver, settings.landing, round_seconds=every)
        app = build_app(receiver, settings.stripe_webhook_secrets)
        _serve(app, listening, f"{url(host, listening.getsockname()[1])}/stripe takes events; end with Ctrl-C")


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        said = f"port {port} of {host}: {error.strerror}; choose another with --port"
        raise click.ClickException(said) from error


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            click.echo(self._ready, err=True)


def _serve(app: Starlette, listening: socket.socket, ready: str) -> None:
    """Until a signal comes. uvicorn sends it to us once more when all is done, and by then it means nothing."""

    def done(_number: int, _frame: FrameType | None) -> None:
        logging.getLogger("cdp.receive").info("ended")

    previous = {number: signal.signal(number, done) for number in (signal.SIGINT, signal.SIGTERM)}
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        limit_concurrency=MOST_AT_ONCE,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
    )
    server = _Server(config, ready)
    try:
        server.run(sockets=[listening])
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if not server.started:
        raise click.exceptions.Exit(1)
