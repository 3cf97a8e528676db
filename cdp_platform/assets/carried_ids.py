"""The ids that the next run of the identity step carries on: those that were published, or accepted by a person.

Here: which runs nobody saw, and the ledger from before them. Not here: how ids are carried on
(`cdp_platform.identity`), or how many may change (the check `keeps_customer_ids`).
"""

from collections.abc import Callable

import polars as pl

from cdp_platform.assets.new_ids import ACCEPTANCE, RUNS
from cdp_platform.warehouse.connection import Connection, quote, scalar

LEDGER, ALIAS = "customer_master.customer_id_ledger", "customer_master.customer_id_alias"
KEPT = {LEDGER: "ops.published_id_ledger", ALIAS: "ops.published_id_alias"}
"""The tables as the last run wrote them, and those with what they held before the first run that nobody saw."""

UNSEEN = f"""
    WITH {RUNS}, settled AS (
        SELECT greatest(
            (SELECT max(published_at) FROM ops.publication WHERE is_published),
            (SELECT max(resolved_at) FROM customer_master.identity_run WHERE measure = '{ACCEPTANCE}')
        ) AS moment
    )
    SELECT run_id FROM run, settled WHERE coalesce(run.moment > settled.moment, true)"""
"""SQL: the runs since the last one whose ids were published or accepted."""

IS_UNSEEN = f"SELECT EXISTS ({UNSEEN})"
# A warehouse from before the ledger was kept has published without keeping it: until readers see it, what it holds now
# is all there is, and its changes add up.
BEGINS_AGAIN = f"""
    {IS_UNSEEN} AND (
        EXISTS (SELECT 1 FROM {KEPT[LEDGER]}) OR NOT EXISTS (SELECT 1 FROM ops.publication WHERE is_published)
    )"""


def ids_to_carry_on(connection: Connection, frame: Callable[[str], pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The ledger and the aliases that the next run begins with: where nobody saw the last run, what that began with.

    `frame`: the rows of a query.
    """
    begins_again = scalar(connection, BEGINS_AGAIN)
    ledger, alias = (KEPT[table] if begins_again else table for table in (LEDGER, ALIAS))
    return (
        frame(f"SELECT * FROM {ledger} ORDER BY source_record_id"),
        frame(f"SELECT * FROM {alias} ORDER BY retired_customer_id"),
    )


def forget_or_keep(connection: Connection) -> None:
    """Before a run writes its ids: forget what those told that nobody saw, or else keep the ledger as it is.

    In the transaction that writes.
    """
    if scalar(connection, BEGINS_AGAIN):
        connection.execute(f"DELETE FROM customer_master.customer_id_history WHERE run_id IN ({UNSEEN})")
    elif not scalar(connection, IS_UNSEEN):
        for table, kept in KEPT.items():
            connection.execute(f"DELETE FROM {kept}")
            columns = ", ".join(map(quote, connection.sql(f"SELECT * FROM {table} LIMIT 0").columns))
            connection.execute(f"INSERT INTO {kept} ({columns}) SELECT {columns} FROM {table}")
