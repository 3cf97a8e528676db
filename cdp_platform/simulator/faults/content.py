"""Faults of values in sound files: wrong units, times, keys, totals and references.

Here: each plants itself and says what it did. Not here: broken files and columns (`shape`).
"""

from datetime import timedelta

import polars as pl

from cdp_platform.simulator.current import money
from cdp_platform.simulator.faults.site import Site, first_rows, read
from cdp_platform.simulator.formats import write

STRANGER = "99999999"
_TEXT = "%Y-%m-%dT%H:%M:%SZ"


def _shifted(frame: pl.DataFrame, column: str, by: timedelta) -> pl.Expr:
    """A moment moved by some time, in the type that the file has it in."""
    if frame.schema[column] == pl.String:
        return (pl.col(column).str.to_datetime(_TEXT) + by).dt.strftime(_TEXT)
    return pl.col(column) + by


def unit_change(site: Site) -> str:
    """The newest recognised amounts come in cents."""
    name = site.edit("netsuite", "revenueplan", lambda frame: frame.with_columns(pl.col("amount") * 100))
    return f"amount is in cents in {name}"


def shifted_time_zone(site: Site) -> str:
    """The leave events of this run come in Tokyo's time, labelled UTC."""
    site.newest("platform", "leave_events")
    files = site.delivered("platform", "leave_events")
    for file in files:
        frame = read(file)
        write(frame.with_columns(_shifted(frame, "occurred_at", timedelta(hours=9))), file)
    return f"occurred_at is nine hours ahead in {', '.join(file.name for file in files)}"


def future_dates(site: Site) -> str:
    """Some of the newest users changed in a year's time."""

    def ahead(frame: pl.DataFrame) -> pl.DataFrame:
        moved = pl.when(first_rows(frame, 0.05)).then(_shifted(frame, "updated_at", timedelta(days=400)))
        return frame.with_columns(moved.otherwise(pl.col("updated_at")).alias("updated_at"))

    return f"updated_at lies ahead in {site.edit('platform', 'users', ahead)}"


def missing_keys(site: Site) -> str:
    """One in twenty of the newest contacts has no id."""

    def without(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.when(~first_rows(frame, 0.05)).then(pl.col("Id")).alias("Id"))

    return f"Id is empty in {site.edit('salesforce', 'Contact', without)}"


def negative_score(site: Site) -> str:
    """One in twenty of the newest health scores is below zero."""

    def below(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.when(first_rows(frame, 0.05)).then(-5.0).otherwise(pl.col("score")).alias("score"))

    return f"score is negative in {site.edit('platform', 'health_scores', below)}"


def wrong_total(site: Site) -> str:
    """The vendor's total of the last month's invoices is 1234.56 too high."""
    site.edit_control("netsuite", "invoice", lambda table: _raised(table, table["period"].sort()[-1], None, 123_456))
    return "invoiced_amount of the last month is 1234.56 too high"


def _raised(table: pl.DataFrame, period: str, currency: str | None, by: int) -> pl.DataFrame:
    """Raise one control total by some cents; a new row where there is none yet."""
    here = (pl.col("period") == period) & (pl.lit(True) if currency is None else pl.col("currency_code") == currency)
    chosen = table.with_row_index().filter(here)
    if chosen.is_empty():
        row = {"period": period, "measure": table["measure"][0], "currency_code": currency, "value": "0.00"}
        table = pl.concat([table, pl.DataFrame([row], schema=table.schema)])
        chosen = table.with_row_index().tail(1)
    value = (pl.col("value").str.replace(".", "", literal=True).cast(pl.Int64)) + by
    return table.with_row_index().with_columns(
        pl.when(pl.col("index") == chosen["index"][0]).then(money(value)).otherwise(pl.col("value")).alias("value")
    ).drop("index")  # fmt: skip


def orphan_invoice(site: Site) -> str:
    """An invoice of 1000.00 with one line bills a customer that does not exist; the control totals know it."""
    heads = site.newest("netsuite", "invoice")
    frame = read(heads)
    number = f"9{site.end:%Y%m%d}"
    head = frame.tail(1).with_columns(
        pl.lit(number).alias("id"),
        pl.lit(f"INV-{number}").alias("tranId"),
        pl.lit(STRANGER).alias("entity"),
        pl.lit(1000.0).alias("total"),
        pl.lit("Open").alias("status"),
        pl.lit(None).cast(frame.schema["deletedDate"]).alias("deletedDate"),
    )
    write(pl.concat([frame, head.select(frame.columns)]), heads)
    lines = site.newest("netsuite", "invoiceitem")
    frame = read(lines)
    line = frame.tail(1).with_columns(
        pl.lit(f"{number}1").alias("id"),
        pl.lit(number).alias("invoice"),
        pl.lit(1.0).alias("quantity"),
        pl.lit(1000.0).alias("rate"),
        pl.lit(1000.0).alias("amount"),
        pl.lit(None).cast(frame.schema["deletedDate"]).alias("deletedDate"),
    )
    write(pl.concat([frame, line.select(frame.columns)]), lines)
    day, currency = str(head["tranDate"][0]), head["currency"][0]
    site.edit_control("netsuite", "invoice", lambda table: _raised(table, f"{day[:7]}-01", currency, 100_000))
    return f"invoice {number} in {heads.name} bills customer {STRANGER}"


def duplicate_customers(site: Site) -> str:
    """An import ran twice: every customer of the ERP's first delivery is entered once more under a new id."""
    source = site.history("netsuite", "customer")[0]
    known = read(source)
    copies = known.filter(pl.col("deletedDate").is_null()).unique("id", keep="last", maintain_order=True)
    target = site.newest("netsuite", "customer")
    newest = read(target)
    moment = f"{site.end:%Y-%m-%d}T12:00:00Z"
    fresh = copies.with_columns(
        ("9" + pl.col("id")).alias("id"), pl.lit(moment).alias("dateCreated"), pl.lit(moment).alias("lastModifiedDate")
    )  # fmt: skip
    write(pl.concat([newest, fresh], how="vertical_relaxed"), target)
    _remember(site, copies["id"], fresh["id"])
    return f"{len(fresh)} customers entered again in {target.name}"


def _remember(site: Site, old: pl.Series, new: pl.Series) -> None:
    """The truth knows who the new records are of."""
    file = site.truth / "record_entity.parquet"
    known = pl.read_parquet(file)
    pairs = pl.DataFrame({"source_id": old, "new_id": new})
    mine = known.filter((pl.col("source_system") == "netsuite") & (pl.col("source_object") == "customer"))
    added = (
        mine.join(pairs, on="source_id", maintain_order="right")
        .with_columns(pl.col("new_id").alias("source_id"))
        .select(known.columns)
    )
    write(pl.concat([known, added]), file)
