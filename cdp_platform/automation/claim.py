"""Who may open Dagster on a home, and where: one at a time, at an address that is free.

Here: the lock that says so, and the address. Not here: the processes (`supervisor`).
"""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from cdp_platform.environment import Settings

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  the user's own choice of host


class CannotOpen(RuntimeError):
    """The UI cannot be opened here; the message says why and what to do."""


@contextmanager
def claim(settings: Settings, *, host: str, port: int) -> Iterator[int]:
    """Be the only one who runs Dagster on this home, at this address. Raises CannotOpen.

    Yields a file descriptor for the processes to inherit: the claim lasts for as long as one of them does.
    """
    with (settings.dagster_home / "running.lock").open("a+") as lock:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotOpen(f"Dagster is already open on {settings.home}, at {lock.read()}; end that first") from None
        _refuse_taken(host, port)
        lock.truncate(0)
        lock.write(url(host, port))
        lock.flush()
        yield lock.fileno()


def url(host: str, port: int) -> str:
    """Where a browser on this machine finds the UI."""
    name = near(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def near(host: str) -> str:
    """The host as this machine reaches it."""
    return ANY_ADDRESS.get(host, host)


def _refuse_taken(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotOpen(f"port {port} of {host}: {error.strerror}; choose another with --port") from error
