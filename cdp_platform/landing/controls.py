"""The vendor's own totals against what we hold, to the cent and per month.

Here: keeping the newest totals, and the months in which the current rows do not add up to them. Not here: the file they
come in (`control_file`), who hears of a difference.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from cdp_platform.landing.control_file import read_control_file
from cdp_platform.landing.current import fate_sql
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Control, Type
from cdp_platform.warehouse.connection import Connection, quote, registered, transaction


@dataclass(frozen=True)
class ControlDifference:
    """One month, measure and currency: what the vendor reports, what we hold (None: nothing), both to the cent."""

    measure: str
    period: date
    currency_code: str
    expected: Decimal
    actual: Decimal | None

    @property
    def difference(self) -> Decimal:
        """Actual minus expected."""
        return (self.actual or Decimal(0)) - self.expected


def take_controls(connection: Connection, source: Source, stream: Stream, path: Path | None) -> None:
    """Make the stream's totals those of the file; None: the vendor reports none (any more). Raises BadControlFile."""
    rows = read_control_file(path, stream) if path is not None else []
    key = [source.name, stream.table]
    where = "WHERE source_system = ? AND stream = ?"
    held = connection.execute(
        f"SELECT period, measure, currency_code, value FROM ops.control_total {where} ORDER BY 1, 2, 3", key
    ).fetchall()
    if held == rows:
        return
    periods, measures, codes, values = zip(*rows, strict=True) if rows else ((), (), (), ())
    taken = pa.table(
        {
            "period": pa.array(periods, pa.date32()),
            "measure": pa.array(measures, pa.string()),
            "currency_code": pa.array(codes, pa.string()),
            "value": pa.array(values, pa.decimal128(38, 2)),
        }
    )
    with registered(connection, "_cdp_controls", taken), transaction(connection):
        connection.execute(f"DELETE FROM ops.control_total {where}", key)
        connection.execute(
            "INSERT INTO ops.control_total (source_system, stream, period, measure, currency_code, value, landed_at) "
            "SELECT ?, ?, period, measure, currency_code, value, ? FROM _cdp_controls",
            [*key, datetime.now(UTC)],
        )


def control_differences(connection: Connection, source: Source, stream: Stream) -> list[ControlDifference] | None:
    """Every reported total compared; None where the vendor reports none for this stream."""
    measures = "SELECT DISTINCT measure FROM ops.control_total WHERE source_system = ? AND stream = ?"
    reported = {measure for (measure,) in connection.execute(measures, [source.name, stream.table]).fetchall()}
    controls = [control for control in stream.controls if control.name in reported]
    if not controls:
        return None
    found = []
    for control in controls:
        rows = connection.execute(
            f"""
            WITH held AS ({_held(source, stream, control)}), expected AS (
                SELECT period, currency_code, value FROM ops.control_total
                WHERE source_system = ? AND stream = ? AND measure = ?
            )
            SELECT coalesce(expected.period, held.period), coalesce(expected.currency_code, held.currency_code, ''),
                coalesce(expected.value, 0), held.value
            FROM expected FULL JOIN held ON held.period = expected.period
                AND coalesce(held.currency_code, '') = coalesce(expected.currency_code, '')
            ORDER BY 1, 2""",
            [source.name, stream.table, control.name],
        ).fetchall()
        found += [ControlDifference(control.name, *row) for row in rows]
    return found


def _held(source: Source, stream: Stream, control: Control) -> str:
    column = stream.column(control.period)
    period = f"timezone('UTC', {quote(column.raw_name)})" if column.type is Type.TIMESTAMP else quote(column.raw_name)
    measure = (
        f"TRY_CAST({quote(control.measure.lower())} AS DECIMAL(38, 2))" if control.measure else "1::DECIMAL(38, 2)"
    )
    is_column = control.currency and control.currency.lower() in {c.raw_name for c in stream.columns}
    code = f"upper({quote((control.currency or '').lower())})" if is_column else f"'{control.currency or ''}'"
    return (
        f"SELECT date_trunc('month', {period})::DATE AS period, {code} AS currency_code, "
        f"sum({measure})::DECIMAL(38, 2) AS value FROM ({fate_sql(source, stream)}) "
        f"WHERE fate = 'current' AND ({control.where}) GROUP BY ALL"
    )


def control_faults(connection: Connection, source: Source, stream: Stream) -> list[str]:
    """One sentence per total that is off, at most five; empty where all hold or the vendor reports none."""
    differences = [d for d in control_differences(connection, source, stream) or [] if d.difference]
    return [
        f"{d.measure} of {d.period:%Y-%m} {d.currency_code}: vendor {d.expected}, held {d.actual or 0}, "
        f"difference {d.difference}"
        for d in differences[:5]
    ]
