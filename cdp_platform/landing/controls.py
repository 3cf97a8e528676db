"""The vendor's own totals against what we hold, to the cent and per month.

Here: reading `_control/<stream>.csv`, and the months in which the current rows do not add up to it. Not here: who hears of it.
"""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cdp_platform.landing.current import fate_sql
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Control, Type
from cdp_platform.warehouse.duckdb import Connection, quote, scalar, transaction


class BadControlFile(ValueError):
    """A control file that cannot be read: names the file, the row and the remedy."""


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


def read_control_file(path: Path) -> list[tuple[date, str, str, Decimal]]:
    """Rows of `period,measure,currency_code,value`. Raises BadControlFile."""
    found = []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        wanted = {"period", "measure", "currency_code", "value"}
        if set(reader.fieldnames or ()) != wanted:
            raise BadControlFile(f"{path.name}: the header must be period,measure,currency_code,value")
        for number, row in enumerate(reader, start=1):
            try:
                value = (date.fromisoformat(row["period"]).replace(day=1), row["measure"], row["currency_code"], Decimal(row["value"]))
            except (ValueError, InvalidOperation, TypeError) as error:
                raise BadControlFile(f"{path.name}, row {number}: period must be YYYY-MM-DD and value a number") from error
            found.append(value)
    return found


def take_controls(connection: Connection, source: Source, stream: Stream, path: Path) -> None:
    """Replace the stream's control totals by those of the file. Raises BadControlFile."""
    rows = read_control_file(path)
    key = [source.name, stream.table]
    with transaction(connection):
        connection.execute("DELETE FROM ops.control_total WHERE source_system = ? AND stream = ?", key)
        if rows:
            now = datetime.now(UTC)
            connection.executemany("INSERT INTO ops.control_total VALUES (?, ?, ?, ?, ?, ?, ?)", [[*key, *row, now] for row in rows])


def control_differences(connection: Connection, source: Source, stream: Stream) -> list[ControlDifference] | None:
    """Every declared total compared; None where the vendor reports none for this stream."""
    count = "SELECT count(*) FROM ops.control_total WHERE source_system = ? AND stream = ?"
    if not stream.controls or not scalar(connection, count, [source.name, stream.table]):
        return None
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _current AS SELECT * FROM ({fate_sql(source, stream)}) WHERE fate = 'current'")
    found = []
    for control in stream.controls:
        rows = connection.execute(
            f"""
            WITH held AS ({_held(stream, control)}), expected AS (
                SELECT period, currency_code, value FROM ops.control_total
                WHERE source_system = ? AND stream = ? AND measure = ?
            )
            SELECT coalesce(expected.period, held.period), coalesce(expected.currency_code, held.currency_code),
                coalesce(expected.value, 0), held.value
            FROM expected FULL JOIN held ON held.period = expected.period
                AND coalesce(held.currency_code, '') = coalesce(expected.currency_code, '')
            ORDER BY 1, 2""",
            [source.name, stream.table, control.name],
        ).fetchall()
        found += [ControlDifference(control.name, period, code or "", expected, actual) for period, code, expected, actual in rows]
    return found


def _held(stream: Stream, control: Control) -> str:
    column = stream.column(control.period)
    period = f"timezone('UTC', {quote(column.raw_name)})" if column.type is Type.TIMESTAMP else quote(column.raw_name)
    measure = f"CAST({quote(control.measure.lower())} AS DECIMAL(38, 2))" if control.measure else "CAST(1 AS DECIMAL(38, 2))"
    code = f"upper({quote(control.currency.lower())})" if control.currency else "''"
    return (
        f"SELECT CAST(date_trunc('month', {period}) AS DATE) AS period, {code} AS currency_code, "
        f"CAST(sum({measure}) AS DECIMAL(38, 2)) AS value FROM _current WHERE {control.where} GROUP BY ALL"
    )


def control_faults(connection: Connection, source: Source, stream: Stream) -> list[str]:
    """One sentence per total that is off, at most five; empty where all hold or the vendor reports none."""
    differences = [d for d in control_differences(connection, source, stream) or [] if d.difference]
    return [
        f"{d.measure} of {d.period:%Y-%m} {d.currency_code}: vendor {d.expected}, held {d.actual or 0}, difference {d.difference}"
        for d in differences[:5]
    ]
