"""Ctrl-C while a refresh works: it ends at once, as if killed, and says so.

Python's own way fails here: Dagster catches the signal and goes on with the next run, DuckDB turns it into a failed
query, which is tried again. A refresh may be killed at any moment, so that is what is done. Here: noticing the signal
beside the work. Not here: what makes a killed refresh good (`cdp_platform.automation.refresh`).
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

SIGNALS = (signal.SIGINT, signal.SIGTERM)
QUIETLY = "ignore::UserWarning:multiprocessing.resource_tracker"
STOPPED = "stopped: readers keep what they had, and the next `cdp refresh` begins where this one was"


@contextmanager
def stops_at_once(last: Callable[[], None]) -> Iterator[None]:
    """While inside, SIGINT and SIGTERM call `last` and end the process with exit code 130. For the main thread."""
    # Whoever handles the signal, and in whichever thread it arrives: its number is written here first.
    arriving, written = socket.socketpair()
    written.setblocking(False)
    before = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    if QUIETLY not in sys.warnoptions:
        # For Python's helper process, which would tell the user of every lock that dbt could not give back.
        sys.warnoptions.append(QUIETLY)
    terminating = signal.signal(signal.SIGTERM, signal.default_int_handler)

    def wait() -> None:
        while number := arriving.recv(1):
            if number[0] in SIGNALS:
                click.echo(STOPPED, err=True)
                try:
                    last()
                finally:
                    os._exit(130)

    waiting = threading.Thread(target=wait, name="stops_at_once", daemon=True)
    waiting.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        signal.signal(signal.SIGTERM, terminating)
        written.close()
        waiting.join()
        arriving.close()
