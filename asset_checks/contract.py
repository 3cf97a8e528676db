"""Does a stream keep what it promised? Its contract, columns and usual volume: what stops a source and nothing else.

Here: what validation found, said as checks. A failing check does not block: the stream's mark did not move, so models
keep its last good data while the other sources go on.
"""

from collections.abc import Iterator

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.extracts import raw_key
from cdp_platform.landing.judge import Cause
from cdp_platform.landing.tables import UNREAD
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse.connection import Connection, scalar

REDELIVER = "have the vendor deliver the file again under the same name, or accept it with `cdp quarantine release`."
KINDS = {
    "keeps_its_contract": (Cause.CONTRACT, "Rows that break the contract would become wrong facts."),
    "has_declared_columns": (
        Cause.DRIFT,
        "A column that is missing or has another type would silently empty what is built on it.",
    ),
    "has_usual_volume": (Cause.VOLUME, "A delivery far from the usual size is most often incomplete or sent twice."),
}
NEW_COLUMN = "brings_no_new_column"
_OF_STREAM = "source_system = ? AND stream = ?"


def contract_specs(source: Source, stream: Stream) -> list[dg.AssetCheckSpec]:
    """The checks of a stream."""
    key = raw_key(source, stream)
    held = [spec(key, name, why=why, action=REDELIVER) for name, (_, why) in KINDS.items()]
    new_column = spec(
        key,
        NEW_COLUMN,
        why="A column that nobody declared is kept in raw but reaches no model.",
        action=f"declare it in sources/{source.name}.py, or tell the vendor's administrator.",
    )
    return [*held, new_column]


def contract_results(connection: Connection, source: Source, stream: Stream) -> Iterator[dg.AssetCheckResult]:
    """One result per check of `contract_specs`."""
    specs = {s.name: s for s in contract_specs(source, stream)}
    key = [source.name, stream.table]
    stopped = {
        cause: (int(files), reason)
        for cause, files, reason in connection.execute(
            "SELECT cause, count(*), arg_min(reason, delivery_id) FROM ops.landed_file "
            f"WHERE {_OF_STREAM} AND status IN ('held', 'unreadable') GROUP BY 1",
            key,
        ).fetchall()
    }
    stopped |= _unread(connection, key)
    rejected = int(
        scalar(
            connection,
            f"SELECT count(DISTINCT coalesce(raw_id, rejection_id)) FROM quarantine.rejected_row "
            f"WHERE {_OF_STREAM} AND status = 'open'",
            key,
        )
    )
    for name, (cause, _) in KINDS.items():
        files, reason = stopped.get(cause.value, (0, None))
        rows = rejected if cause is Cause.CONTRACT else 0
        said = "every delivery was accepted"
        if files:
            said = f"models keep the last good data: {reason}"
        elif rows:
            said = f"accepted without {rows} rows, which wait in quarantine"
        more = {"rows_in_quarantine": rows} if cause is Cause.CONTRACT else {}
        passed = not files and not rows
        yield verdict(specs[name], said, passed=passed, expected=0, actual=files or rows, warn=not files, more=more)
    new = _new_columns(connection, key)
    said = f"new and undeclared: {', '.join(new)}" if new else "no column was seen for the first time"
    yield verdict(specs[NEW_COLUMN], said, passed=not new, expected=0, actual=len(new), warn=True)


def _unread(connection: Connection, key: list[str]) -> dict[str, tuple[int, str]]:
    """What the last load could not even read at the source: cause, a one, reason."""
    last = connection.execute(
        f"SELECT status, cause, reason FROM ops.load_audit WHERE {_OF_STREAM} ORDER BY started_at DESC, run_id DESC "
        "LIMIT 1",
        key,
    ).fetchall()
    return {cause: (1, reason) for status, cause, reason in last if status == UNREAD}


def _new_columns(connection: Connection, key: list[str]) -> list[str]:
    """Undeclared columns that the stream's last load brought and no delivery before it had."""
    files = scalar(
        connection,
        f"SELECT files FROM ops.load_audit WHERE {_OF_STREAM} AND files > 0 "
        "ORDER BY started_at DESC, run_id DESC LIMIT 1",
        key,
    )
    brought = connection.execute(
        f"SELECT new_columns FROM ops.landed_file WHERE {_OF_STREAM} ORDER BY delivery_id DESC", key
    ).fetchall()
    names = [set(said.split(", ")) if said else set() for (said,) in brought]
    last = int(files or 0)
    return sorted(set().union(*names[:last]) - set().union(*names[last:]))
