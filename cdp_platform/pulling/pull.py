"""Pulling a source: finish what an earlier sync left, read what is new, commit it.

Here: the order of these steps, one sync of a source at a time. Not here: reading (`sync`), landing the files.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from cdp_platform.accounts import Postgres
from cdp_platform.pulling.failed import PullFailed
from cdp_platform.pulling.position import Positions, sweep
from cdp_platform.pulling.sync import Pulled, Sync
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse import Warehouse

PATIENCE = 600
"""Seconds for which a sync waits for another one of its source."""


def pull(
    warehouse: Warehouse,
    source: Source,
    streams: Sequence[Stream],
    *,
    say: Callable[[str], None],
    anew: bool = False,
    accepts_deletes: bool = False,
) -> Pulled:
    """Read what is new in the streams' tables into the landing zone. `anew`: everything. Raises PullFailed."""
    settings = warehouse.settings
    database = settings.database(source.name)
    if database is None:
        variable = Postgres(source.name, "").variable
        raise PullFailed(f"{source.name} is read from no database: set {variable} (docs/guides/postgres.md)")
    with _alone(settings.pulled / f"{source.name}.lock", source, say):
        positions = Positions(settings.pulled / f"{source.name}.json")
        positions.finish()
        sweep(settings.landing / source.name / stream.name for stream in source.streams)
        sync = Sync(warehouse, source, database, say, anew=anew, accepts_deletes=accepts_deletes)
        state = sync.run(tuple(streams), positions.recall())
        positions.commit(state)
        positions.finish()
    return sync.pulled


@contextmanager
def _alone(lock: Path, source: Source, say: Callable[[str], None]) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout:
        say(f"{source.name}: another sync goes on; waiting for it")
        try:
            held.acquire(timeout=PATIENCE)
        except Timeout:
            raise PullFailed(f"{source.name}: another sync has gone on for {PATIENCE} s", may_pass=True) from None
    try:
        yield
    finally:
        held.release()
