"""The rows that a simulated sync delivers, in the layout of Airbyte's Snowflake destination (design, "Raw columns").

Random ids, a moment per row, values as the connector sent them. Not here: which rows (the tests).
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from cdp_platform.environment import Settings
from cdp_platform.landing.tables import raw_relation
from cdp_platform.landing.upgrade import prepare
from cdp_platform.sources import Source
from cdp_platform.sources.contract import Type
from cdp_platform.warehouse import open_warehouse
from cdp_platform.warehouse.connection import Connection, quote

Rows = Mapping[str, list[dict[str, Any]]]
"""Records by stream; `_changes` of a record are the values that its destination nulled."""


class Destination:
    """Writes into an installation's raw schema, as Airbyte's own session would. `loses`: so many rows of each job."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.loses, self.repeats = settings, 0, 0

    def __call__(self, source: Source, job: int, rows: Rows) -> None:
        with open_warehouse(self.settings).writing("Airbyte") as connection:
            prepare(connection)
            for table, records in rows.items():
                kept = records[self.loses :] + records[: self.repeats]
                write(connection, source, table, job, kept)


def write(connection: Connection, source: Source, table: str, job: int, records: list[dict[str, Any]]) -> None:
    """Append the records of one stream."""
    stream = source.stream(table)
    json_columns = {column.raw_name for column in stream.columns if column.type is Type.JSON}
    began = datetime.now(UTC) - timedelta(milliseconds=len(records))
    for number, record in enumerate(records):
        values = {name.lower(): value for name, value in record.items() if name != "_changes"}
        changes = [
            {"field": name, "change": "NULLED", "reason": "DESTINATION_TYPECAST_ERROR"}
            for name in record.get("_changes", [])
        ]
        meta = json.dumps({"sync_id": job, "changes": changes}, separators=(",", ":"))
        moment = (began + timedelta(milliseconds=number)).isoformat()
        columns = ["_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id", *values]
        marks = ["?", "CAST(? AS TIMESTAMPTZ)", "CAST(? AS JSON)", "0"]
        marks += ["CAST(? AS JSON)" if name in json_columns else "?" for name in values]
        connection.execute(
            f"INSERT INTO {raw_relation(source, stream)} ({', '.join(map(quote, columns))}) SELECT {', '.join(marks)}",
            [str(uuid4()), moment, meta, *values.values()],
        )
