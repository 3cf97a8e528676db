"""What a reader of all deliveries so far should hold: the newest version of each record, without the deleted.

Here: that, and the control totals a vendor would report of it, to the cent. Not here: the platform's own way to the
same answer, which these totals exist to check.
"""

from pathlib import Path

import numpy as np
import polars as pl

from cdp_platform.simulator.delivery import Handed
from cdp_platform.simulator.formats import write
from cdp_platform.simulator.rows import Rows
from cdp_platform.sources.contract import Control, Deletes, Stream, Type

CONTROL = {"period": pl.String, "measure": pl.String, "currency_code": pl.String, "value": pl.String}


def current(stream: Stream, rows: Rows, handed: Handed, until: int) -> pl.DataFrame:
    """The current rows of a stream just before the second `until`; column names lower-cased."""
    delivered = np.zeros(len(rows.at), dtype=np.bool_)
    delivered[handed.row[: int(np.searchsorted(handed.at, until))]] = True
    frame = rows.frame.rename(str.lower).with_columns(pl.Series("_at", rows.at)).filter(pl.Series(delivered))
    newest = frame.sort("_at", maintain_order=True).unique(
        [k.lower() for k in stream.key], keep="last", maintain_order=True
    )
    if stream.delete_column is None:
        return newest
    gone = pl.col(stream.delete_column.lower())
    return newest.filter(~gone if stream.deletes is Deletes.FLAG else gone.is_null())


def cents(column: str) -> pl.Expr:
    """An amount column in whole hundredths."""
    return (pl.col(column) * 100).round().cast(pl.Int64)


def money(value: pl.Expr) -> pl.Expr:
    """Whole hundredths as text with two decimals."""
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(sign, value.abs() // 100, pl.lit("."), (value.abs() % 100).cast(pl.String).str.zfill(2))


def totals(stream: Stream, control: Control, frame: pl.DataFrame) -> pl.DataFrame:
    """period, measure, currency_code, value of one declared control over current rows."""
    month = pl.col(control.period.lower()).dt.strftime("%Y-%m-01").alias("period")
    code = pl.col(control.currency.lower()) if control.currency else pl.lit("")
    value = cents(control.measure.lower()).sum() if control.measure else pl.len().cast(pl.Int64)
    kept = frame.filter(pl.sql_expr(control.where))
    summed = kept.group_by(month, code.alias("currency_code")).agg(value.alias("value")).sort("period", "currency_code")
    shown = money(pl.col("value")) if control.measure else pl.col("value").cast(pl.String)
    assert stream.column(control.period).type in (Type.DATE, Type.TIMESTAMP)
    return summed.select("period", pl.lit(control.name).alias("measure"), "currency_code", shown.alias("value"))


def write_controls(landing: Path, source: str, stream: Stream, frame: pl.DataFrame) -> None:
    """Write the totals that the vendor reports of the current rows, if it reports any."""
    if stream.controls:
        table = pl.concat([totals(stream, control, frame) for control in stream.controls])
        write(table, landing / source / "_control" / f"{stream.name}.csv")
