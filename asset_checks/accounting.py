"""Is a row lost on the way to staging? Delivered = raw + unreadable; raw = its fates; current = the vendor's total.

Here: the identity per stream, up to staging. Not here: gold against raw (`reconciliation`), references (dbt tests).
"""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.extracts import raw_key
from cdp_platform.landing.controls import control_differences
from cdp_platform.landing.current import fate_sql
from cdp_platform.landing.tables import raw_relation
from cdp_platform.sources import SOURCES, Source, Stream
from cdp_platform.warehouse.duckdb import Connection, scalar


def staging_key(source: Source, stream: Stream) -> dg.AssetKey:
    """The asset key of a stream's staging model."""
    return dg.AssetKey(["staging", f"stg_{source.name}__{stream.object}"])


def stream_specs(source: Source, stream: Stream) -> list[dg.AssetCheckSpec]:
    """The checks of a raw stream."""
    key = raw_key(source, stream)
    specs = [
        spec(
            key,
            "accounts_for_every_row",
            why="A delivered row that is neither in raw nor in quarantine is lost.",
            action="rows were removed by hand: restore the warehouse, or rebuild raw from the landing zone.",
        )
    ]
    if stream.controls:
        specs.append(
            spec(
                key,
                "reconciles_to_control_total",
                why="The vendor's own monthly totals are the only proof that nothing is missing.",
                action="compare the month named here with the vendor's report; the stream waits until it agrees.",
            )
        )
    return specs


def stream_results(connection: Connection, source: Source, stream: Stream) -> Iterator[dg.AssetCheckResult]:
    """One result per check of `stream_specs`."""
    specs = {check.name: check for check in stream_specs(source, stream)}
    delivered, raw, unreadable = connection.execute(
        "SELECT coalesce(sum(delivered), 0), coalesce(sum(raw), 0), coalesce(sum(unreadable), 0) FROM ops.landed_file "
        "WHERE source_system = ? AND stream = ?",
        [source.name, stream.table],
    ).fetchall()[0]
    held = int(scalar(connection, f"SELECT count(*) FROM {raw_relation(source, stream)}"))
    listed = int(
        scalar(
            connection,
            "SELECT count(*) FROM quarantine.rejected_row "
            "WHERE source_system = ? AND stream = ? AND rule = 'unreadable'",
            [source.name, stream.table],
        )
    )
    fates = Counter(
        dict(connection.execute(f"SELECT fate, count(*) FROM ({fate_sql(source, stream)}) GROUP BY 1").fetchall())
    )
    yield verdict(
        specs["accounts_for_every_row"],
        f"{int(delivered):,} delivered, {held:,} in raw, {listed:,} unreadable",
        passed=(int(delivered), int(raw), int(unreadable)) == (held + listed, held, listed),
        expected=int(delivered),
        actual=held + listed,
        more={fate: fates[fate] for fate in ("current", "superseded", "duplicate", "deleted", "rejected", "held")},
    )
    if stream.controls:
        yield _control(connection, source, stream, specs["reconciles_to_control_total"])


def _control(connection: Connection, source: Source, stream: Stream, check: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    differences = control_differences(connection, source, stream)
    if differences is None:
        used = scalar(
            connection,
            "SELECT count(*) FROM ops.landed_file WHERE source_system = ? AND stream = ?",
            [source.name, stream.table],
        )
        return verdict(check, "no control total", passed=not used, expected=0, actual=0, warn=True)
    wrong = [d for d in differences if d.difference]
    named = ", ".join(f"{d.measure} {d.period:%Y-%m} {d.currency_code}: {d.difference}" for d in wrong[:5])
    headline = (
        f"{len(wrong)} of {len(differences)} monthly totals are off: {named}"
        if wrong
        else f"{len(differences)} monthly totals agree"
    )
    return verdict(
        check,
        headline,
        passed=not wrong,
        expected=float(sum(d.expected for d in differences)),
        actual=float(sum(d.actual or 0 for d in differences)),
        more={"totals_off": len(wrong)},
    )


def staging_spec(source: Source, stream: Stream) -> dg.AssetCheckSpec:
    """The check of a stream's staging model."""
    return spec(
        staging_key(source, stream),
        "holds_every_current_row",
        why="Staging must drop exactly what is superseded, deleted, rejected or not yet accepted.",
        action="the model's SQL no longer follows the rule in landing/current.py; correct it and refresh.",
    )


def staging_results(connection: Connection, wanted: set[dg.AssetKey]) -> Iterator[dg.AssetCheckResult]:
    """One result per wanted staging model: its rows against the fate of every raw row at the model run's marks."""
    for source in SOURCES:
        for stream in source.streams:
            if staging_key(source, stream) not in wanted:
                continue
            fates = fate_sql(source, stream, mark_table="ops.model_mark")
            expected = int(scalar(connection, f"SELECT count(*) FROM ({fates}) WHERE fate = 'current'"))
            actual = int(scalar(connection, f"SELECT count(*) FROM staging.stg_{source.name}__{stream.object}"))
            yield verdict(
                staging_spec(source, stream),
                f"{actual:,} rows, {expected:,} current in raw",
                passed=expected == actual,
                expected=expected,
                actual=actual,
            )
