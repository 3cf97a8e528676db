"""One writer at a time: the operating system's lock that Dagster steps, dbt and the CLI all take.

Whatever the engine, for one host builds. Here: taking it, saying who holds it, waiting with a message. Not here: what
is done while it is held.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class WarehouseBusy(TimeoutError):
    """Another writer kept the warehouse for longer than we may wait."""


@contextmanager
def writer_lock(
    path: Path, purpose: str, *, wait_seconds: float = 3600, say: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the lock at `path` for `purpose`; re-entrant within a thread.

    `say` gets one message if another process holds it. Raises WarehouseBusy after `wait_seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, is_singleton=True)
    holder = path.with_suffix(".holder")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        owner = holder.read_text().strip() if holder.exists() else "another process"
        if say is not None:
            say(f"waiting for the warehouse: {owner} is writing")
        try:
            lock.acquire(timeout=wait_seconds, poll_interval=0.1)
        except Timeout:
            raise WarehouseBusy(
                f"the warehouse is still held by {owner} after {wait_seconds:.0f} s; "
                "wait for that run, or end it in the Dagster UI, then start again"
            ) from None
    try:
        holder.write_text(f"{purpose} (process {os.getpid()})\n")
        yield
    finally:
        lock.release()


class OneWriter:
    """An installation whose writers take turns."""

    lock_file: Path

    @contextmanager
    def lock(self, purpose: str, *, say: Callable[[str], None] | None = None) -> Iterator[None]:
        """Be the only writer. Raises WarehouseBusy."""
        with writer_lock(self.lock_file, purpose, say=say):
            yield

    @contextmanager
    def turn(self, purpose: str, *, say: Callable[[str], None] | None = None) -> Iterator[None]:
        """Be the only one who rebuilds, for as long as it takes: between its steps the writer's lock is free.

        Whoever wants both takes the turn first. Raises WarehouseBusy.
        """
        with writer_lock(self.lock_file.with_name("models.lock"), purpose, say=say):
            yield
