"""Does a stream keep what it promised? Its contract, columns and usual volume: what stops a source and nothing else.

Here: what validation found at the last load, said as checks. A failing check does not block: the stream's mark did not
move, so models keep its last good data while the other sources go on.
"""

from collections.abc import Iterator

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.extracts import raw_key
from cdp_platform.landing.validate import Cause
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse.duckdb import Connection, scalar

REDELIVER = "have the vendor redeliver the file under the same name, or accept it with `cdp quarantine release`."
KINDS = {
    "keeps_its_contract": (Cause.CONTRACT, "Rows that break the contract would become wrong facts."),
    "has_declared_columns": (
        Cause.DRIFT,
        "A column that is missing or has another type would silently empty what is built on it.",
    ),
    "has_usual_volume": (Cause.VOLUME, "A delivery far from the usual size is most often incomplete or sent twice."),
}


def contract_specs(source: Source, stream: Stream) -> list[dg.AssetCheckSpec]:
    """The checks of a stream."""
    key = raw_key(source, stream)
    held = [spec(key, name, why=why, action=REDELIVER) for name, (_, why) in KINDS.items()]
    undeclared = spec(
        key,
        "has_no_undeclared_column",
        why="A column that nobody declared is kept in raw but reaches no model.",
        action=f"declare it in sources/{source.name}.py, or tell the vendor's administrator.",
    )
    return [*held, undeclared]


def contract_results(connection: Connection, source: Source, stream: Stream) -> Iterator[dg.AssetCheckResult]:
    """One result per check of `contract_specs`."""
    specs = {s.name: s for s in contract_specs(source, stream)}
    where = "WHERE source_system = ? AND stream = ?"
    key = [source.name, stream.table]
    held = dict(
        connection.execute(
            f"SELECT cause, max(reason) FROM ops.landed_file {where} AND status = 'held' GROUP BY 1", key
        ).fetchall()
    )
    waiting = scalar(connection, f"SELECT count(*) FROM ops.landed_file {where} AND status = 'held'", key)
    open_rows = scalar(connection, f"SELECT count(*) FROM quarantine.rejected_row {where} AND status = 'open'", key)
    for name, (cause, _) in KINDS.items():
        stopped = cause.value in held
        said = f"keeps its last good data: {held.get(cause.value)}" if stopped else "every delivery was accepted"
        more = {"rows_in_quarantine": open_rows} if name == "keeps_its_contract" else {}
        yield verdict(specs[name], said, passed=not stopped, expected=0, actual=waiting if stopped else 0, more=more)
    latest = (
        f"SELECT new_columns FROM ops.landed_file {where} AND status <> 'unreadable' ORDER BY delivery_id DESC LIMIT 1"
    )
    new = scalar(connection, latest, key)
    count = len(new.split(", ")) if new else 0
    headline = f"undeclared: {new}" if new else "every delivered column is declared"
    yield verdict(specs["has_no_undeclared_column"], headline, passed=not new, expected=0, actual=count, warn=True)
