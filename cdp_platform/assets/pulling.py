"""An extract whose source is a database reads it first; what lies in the landing zone is landed whatever comes of that.

Here: that step, and its end as Dagster understands it. Not here: reading (`cdp_platform.pulling`), the assets
(`extracts`).
"""

import logging
from collections.abc import Sequence

import dagster as dg

from cdp_platform.environment import Settings
from cdp_platform.landing.audit import Unread
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse import Warehouse

_log = logging.getLogger("cdp.extract")


class UnknownDatabase(ValueError):
    """A variable names the database of a source that nobody declared."""


def check_databases(settings: Settings) -> None:
    """Raises UnknownDatabase."""
    declared = [source.name for source in SOURCES]
    for database in settings.databases:
        if database.source not in declared:
            known = ", ".join(declared)
            raise UnknownDatabase(f"{database.variable} is set, but no source is called {database.source}: {known}")


class SourceUnread(dg.Failure):
    """A database could not be read; the text is ours, and has the remedy."""


def pull_first(
    warehouse: Warehouse, source: Source, streams: Sequence[Stream]
) -> tuple[dict[str, Unread], SourceUnread | None]:
    """Bring what is new in the source's database, if it has one.

    Returns what could not be read of single streams, and what the step is to end with, if all of it failed.
    """
    if warehouse.settings.database(source.name) is None:
        return {}, None
    # The driver takes a second, and most installations have no use for it.
    from cdp_platform.pulling.failed import PullFailed
    from cdp_platform.pulling.pull import pull

    try:
        return pull(warehouse, source, streams, say=_log.info).unread, None
    except PullFailed as failed:
        return {}, SourceUnread(str(failed), allow_retries=failed.may_pass)
