"""Does a stream add up to what its vendor says? Current = control total, per month and currency, to the cent.

Here: the check of every stream that declares a total. Not here: reading and comparing totals (`landing.controls`).
"""

from collections.abc import Iterator

import dagster as dg

from asset_checks.verdict import spec, verdict
from cdp_platform.assets.extracts import raw_key
from cdp_platform.landing.controls import control_differences
from cdp_platform.sources import Source, Stream
from cdp_platform.warehouse.connection import Connection, scalar


def control_specs(source: Source, stream: Stream) -> list[dg.AssetCheckSpec]:
    """The check of a stream, if it declares a total."""
    check = spec(
        raw_key(source, stream),
        "reconciles_to_control_total",
        why="The vendor's own monthly totals are the only proof that nothing is missing.",
        action="compare the month named here with the vendor's report; the stream waits until it agrees.",
    )
    return [check] if stream.controls else []


def control_results(connection: Connection, source: Source, stream: Stream) -> Iterator[dg.AssetCheckResult]:
    """One result per check of `control_specs`."""
    for check in control_specs(source, stream):
        yield _controls(connection, source, stream, check)


def _controls(connection: Connection, source: Source, stream: Stream, check: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    named = [source.name, stream.table]
    differences = control_differences(connection, source, stream)
    # What is held does not count yet: without it the totals may well agree.
    stopped = scalar(
        connection,
        "SELECT reason FROM ops.load_audit WHERE source_system = ? AND stream = ? "
        "QUALIFY row_number() OVER (ORDER BY started_at DESC, run_id DESC) = 1 AND cause = 'controls'",
        named,
    )
    if differences is None and stopped is None:
        used = scalar(connection, "SELECT count(*) FROM ops.landed_file WHERE source_system = ? AND stream = ?", named)
        return verdict(check, "no control total", passed=not used, expected=0, actual=0, warn=True)
    wrong = [d for d in differences or () if d.difference]
    said = ", ".join(f"{d.measure} {d.period:%Y-%m} {d.currency_code}: {d.difference}" for d in wrong[:5])
    headline = f"{len(differences or ())} monthly totals agree"
    if wrong:
        headline = f"{len(wrong)} of {len(differences or ())} monthly totals are off: {said}"
    elif stopped is not None:
        headline = f"models keep the last good data: {stopped}"
    return verdict(
        check,
        headline,
        passed=not wrong and stopped is None,
        expected=float(sum(d.expected for d in differences or ())),
        actual=float(sum(d.actual or 0 for d in differences or ())),
        more={"totals_off": len(wrong)},
    )
