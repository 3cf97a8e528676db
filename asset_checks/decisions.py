"""Did the last run do what people decided? Every exception in force, against the crosswalk.

Here: one line-stopping check. Not here: which exceptions are in force (`cdp_platform.identity.exceptions`).
"""

import dagster as dg
import polars as pl

from asset_checks.master_rule import WITHHELD
from asset_checks.verdict import spec, verdict
from cdp_platform.identity.exceptions import (
    APPLIED,
    EXCEPTION_SCHEMA,
    EXCLUDE,
    FORCE_MATCH,
    NEVER_MATCH,
    PIN_ID,
    statuses,
)
from cdp_platform.warehouse.connection import Connection, scalar

HONOURED = spec(
    dg.AssetKey(["customer_master", "customer_match_exceptions"]),
    "are_honoured",
    blocking=True,
    why="A decision of a person that a run overrules costs their trust for good.",
    action=f"{WITHHELD} refresh customer_master; if it stays, take the exception named here to the identity step.",
    reads=[dg.AssetKey(["customer_master", "customer_crosswalk"])],
)


def decision_specs() -> list[dg.AssetCheckSpec]:
    """The check."""
    return [HONOURED]


def decision_result(connection: Connection) -> dg.AssetCheckResult:
    """Whether the crosswalk does what every exception in force says; offenders are exception ids."""
    crosswalk = _frame(connection, "SELECT * FROM customer_master.customer_crosswalk")
    columns = ", ".join(EXCEPTION_SCHEMA)
    exceptions = _frame(connection, f"SELECT {columns} FROM customer_master.customer_match_exceptions")
    as_of = scalar(connection, "SELECT as_of FROM ops.model_run")
    in_force = statuses(exceptions, crosswalk, as_of=as_of).filter(pl.col("status") == APPLIED)
    ids = crosswalk.select("source_record_id", id="customer_id", size=pl.len().over("customer_id"))
    for side in ("a", "b"):
        named = ids.rename({"source_record_id": f"record_{side}", "id": f"id_{side}", "size": f"size_{side}"})
        in_force = in_force.join(named, on=f"record_{side}", how="left")
    honoured = (
        pl.when(pl.col("action") == FORCE_MATCH).then(pl.col("id_a") == pl.col("id_b"))
        .when(pl.col("action") == NEVER_MATCH).then(pl.col("id_a") != pl.col("id_b"))
        .when(pl.col("action") == EXCLUDE).then(pl.col("size_a") == 1)
        .when(pl.col("action") == PIN_ID).then(pl.col("id_a") == pl.col("customer_id"))
    )  # fmt: skip
    broken = in_force.filter(~honoured.fill_null(False))["exception_id"].sort().to_list()
    return verdict(
        HONOURED,
        f"{len(broken)} of {in_force.height} decisions in force are not honoured",
        passed=not broken,
        expected=0,
        actual=len(broken),
        offenders=broken,
        more={"exceptions_not_in_force": exceptions.height - in_force.height},
    )


def _frame(connection: Connection, sql: str) -> pl.DataFrame:
    frame = pl.from_arrow(connection.sql(sql).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame
