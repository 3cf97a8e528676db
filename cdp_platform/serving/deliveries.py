"""How the sources are doing, from the published operational tables: what is stale, held, rejected.

Here: streams and their deliveries. Not here: checks and runs (`check_history`, `run_history`), what readers see
(`releases`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cdp_platform.landing.files import files_of
from cdp_platform.landing.tables import UNREAD
from cdp_platform.serving.findings import Finding, Section
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.duckdb import Connection

NAMED = 3
HOUR = timedelta(hours=1)
EXPECTED = {"drift": "declared columns", "volume": "usual volume", "controls": "control totals"}
"""What a held delivery breaks, by its cause, where that is not its contract."""


def delivery_findings(connection: Connection, landing: Path, now: datetime) -> Iterator[Finding]:
    """What to know about the deliveries. `connection`: to a file with the schemas `ops` and `quarantine`."""
    held = _held(connection)
    yield from _stale(connection, landing, now, {(source, stream) for source, stream, *_ in held})
    for source, stream, cause, reason, files, since in held:
        broken = f"{files} file{'s' * (files > 1)} against the {EXPECTED.get(cause, cause)}: {reason}"
        run = f"redeliver, or cdp quarantine release {source}.{stream}"
        yield Finding(Section.HELD, f"{source}.{stream}", since, f"{broken}; models keep the last good data", run)
    for source, stream, reason, since in _unread(connection):
        yield Finding(Section.HELD, f"{source}.{stream}", since, reason, f"cdp refresh {source}")
    yield from _rejected(connection)


def _unread(connection: Connection) -> list[tuple[str, str, str, datetime]]:
    """Streams of which the last load could not read what is at the source, why, and since when."""
    return connection.execute(
        "SELECT source_system, stream, arg_max(reason, started_at), max(started_at) FROM ops.load_audit "
        f"GROUP BY 1, 2 HAVING arg_max(status, started_at) = '{UNREAD}' ORDER BY 1, 2"
    ).fetchall()


def _held(connection: Connection) -> list[tuple[str, str, str, str, int, datetime]]:
    return connection.execute(
        "SELECT source_system, stream, coalesce(min(cause), 'contract'), "
        "coalesce(arg_min(reason, delivery_id), 'no reason given'), count(*), min(landed_at) "
        "FROM ops.landed_file WHERE status IN ('held', 'unreadable') GROUP BY 1, 2 ORDER BY 6, 1, 2"
    ).fetchall()


def _stale(connection: Connection, landing: Path, now: datetime, held: set[tuple[str, str]]) -> Iterator[Finding]:
    waters = {
        (source, stream): water
        for source, stream, water in connection.execute(
            "SELECT source_system, stream, max(high_water) FROM ops.load_audit GROUP BY 1, 2"
        ).fetchall()
    }
    in_use = {source for (source, _), water in waters.items() if water is not None}
    landed = {
        (source, stream, name): at
        for source, stream, name, at in connection.execute(
            "SELECT source_system, stream, file_name, max(landed_at) FROM ops.landed_file GROUP BY 1, 2, 3"
        ).fetchall()
    }
    for source in SOURCES:
        if source.name not in in_use:
            continue
        old: dict[str, list[tuple[Stream, datetime]]] = {}
        for stream in source.streams:
            water, allowed = waters.get((source.name, stream.table)), stream.cadence.max_age
            if allowed is None or (water is not None and now - water <= allowed):
                continue
            if water is None:
                if (source.name, stream.table) not in held:
                    why = "has never delivered a row that counts"
                    yield Finding(
                        Section.STALE, f"{source.name}.{stream.table}", None, why, _ask(source), is_failing=False
                    )
                continue
            old.setdefault(_cause(source, stream, landing, landed, held), []).append((stream, water + allowed))
        for cause, streams in old.items():
            yield _stale_source(source, streams, cause, waters, now)


def _cause(
    source: Source,
    stream: Stream,
    landing: Path,
    landed: dict[tuple[str, str, str], datetime],
    held: set[tuple[str, str]],
) -> str:
    if (source.name, stream.table) in held:
        return "held"
    for file in files_of(landing, source, stream):
        taken = landed.get((source.name, stream.table, file.name))
        if taken is None or datetime.fromtimestamp(file.path.stat().st_mtime, UTC) > taken:
            return "waiting"
    return "missing"


def _stale_source(
    source: Source,
    streams: list[tuple[Stream, datetime]],
    cause: str,
    waters: dict[tuple[str, str], datetime],
    now: datetime,
) -> Finding:
    """The streams of a source that are stale for one reason, told by the one that has been so for longest."""
    streams.sort(key=lambda pair: (pair[1], pair[0].table))
    oldest, since = streams[0]
    allowed = oldest.cadence.max_age
    assert allowed is not None
    names = ", ".join(stream.table for stream, _ in streams[:NAMED])
    more = f" and {len(streams) - NAMED} more" if len(streams) > NAMED else ""
    age = (now - waters[source.name, oldest.table]) / HOUR
    said = {
        "held": "its delivery is held",
        "waiting": "a delivery waits in the landing zone",
        "missing": "no newer delivery has come",
    }[cause]
    run = {"held": "see held streams", "waiting": f"cdp refresh {source.name}", "missing": _ask(source)}[cause]
    why = f"newest record is {age:,.0f} h old, {allowed / HOUR:.0f} h allowed; {said}"
    return Finding(Section.STALE, f"{source.name}: {names}{more}", since, why, run)


def _ask(source: Source) -> str:
    return f"have {source.owner} deliver, then cdp refresh {source.name}"


def _rejected(connection: Connection) -> Iterator[Finding]:
    rows = connection.execute(
        "SELECT source_system, stream, count(DISTINCT coalesce(raw_id, rejection_id)), min(first_seen), "
        "string_agg(DISTINCT rule, ', ' ORDER BY rule) FROM quarantine.rejected_row WHERE status = 'open' "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    for source, stream, count, since, rules in rows:
        run, why = f"cdp quarantine list {source}.{stream}", f"{count:,} row{'s' * (count > 1)} left out: {rules}"
        yield Finding(Section.QUARANTINE, f"{source}.{stream}", since, why, run, is_failing=False)
