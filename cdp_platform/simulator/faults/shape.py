"""Faults of files: missing, repeated, cut off, badly encoded, or with other columns than agreed.

Here: each plants itself and says what it did. Not here: wrong values in sound files (`content`).
"""

import polars as pl

from cdp_platform.simulator.faults.site import Site, first_rows, read
from cdp_platform.simulator.formats import encoded, write


def stale_source(site: Site) -> str:
    """Salesforce delivers nothing in the last windows of the run, nor control totals."""
    late = site.windows if site.windows[0].daily else site.windows[1:]
    gone = 0
    for window in late:
        for folder in sorted(path for path in (site.landing / "salesforce").iterdir() if path.is_dir()):
            for file in folder.glob(f"{window.to:%Y-%m-%d}.*"):
                file.unlink()
                gone += 1
    for file in (site.landing / "salesforce" / "_control").glob("*.csv"):
        file.unlink()
    return f"{gone} files from {late[0].to} on removed"


def duplicate_batch(site: Site) -> str:
    """The newest leave events are delivered again under another name, in another order."""
    file = site.newest("platform", "leave_events")
    name, _, suffix = file.name.partition(".")
    again = file.with_name(f"{name}-again.{suffix}")
    write(read(file).reverse(), again)
    return f"{again.name} repeats {file.name}"


def dropped_column(site: Site) -> str:
    """The newest invoices come without their total."""
    return f"total is missing in {site.edit('netsuite', 'invoice', lambda frame: frame.drop('total'))}"


def retyped_column(site: Site) -> str:
    """The newest deals come with amounts as formatted text."""

    def as_text(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(
            ("EUR " + pl.col("Amount").cast(pl.String).str.replace(".", ",", literal=True)).alias("Amount")
        )

    return f"Amount is text in {site.edit('salesforce', 'Opportunity', as_text)}"


def new_column(site: Site) -> str:
    """The newest organizations come with a column that nobody declared."""
    name = site.edit(
        "platform", "organizations", lambda frame: frame.with_columns(pl.lit("standard").alias("support_plan"))
    )
    return f"support_plan is new in {name}"


def truncated_file(site: Site) -> str:
    """The newest file of customers ends in the middle."""
    file = site.newest("netsuite", "customer")
    data = file.read_bytes()
    file.write_bytes(data[: max(len(data) // 2, 20)])
    return f"{file.name} cut from {len(data)} bytes to half"


def swapped_encoding(site: Site) -> str:
    """The newest users come in Latin-1."""
    file = site.newest("platform", "users")
    frame = read(file)
    accented = frame.with_columns(
        pl.when(first_rows(frame, 0.0)).then(pl.lit("Zoë Núñez")).otherwise(pl.col("last_name")).alias("last_name")
    )  # fmt: skip
    file.write_bytes(encoded(accented, file.name).decode("utf-8").encode("latin-1", errors="replace"))
    return f"{file.name} is encoded in latin-1"


def volume_drop(site: Site) -> str:
    """The newest leave events come with one row in a hundred."""
    file = site.newest("platform", "leave_events")
    frame = read(file)
    kept = frame.head(max(len(frame) // 100, 1))
    write(kept, file)
    return f"{file.name} has {len(kept)} of {len(frame)} rows"
