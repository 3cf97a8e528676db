"""The configuration of a source's connection, as the body that Airbyte's API takes to create it.

`POST /v1/connections`, schema ConnectionCreateRequest: https://reference.airbyte.com/reference/createconnection, and
`airbyte-api/server-api/src/main/openapi/api_documentation_connections.yaml` in airbytehq/airbyte-platform. Here: the
body. Not here: what a connection has become since (`catalogue`).
"""

from typing import Any

from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Deletes

NAMESPACE = "RAW"
"""The schema of the destination that holds raw."""


def connection_name(source: Source) -> str:
    """What a source's connection is called in the workspace, and found by."""
    return f"cdp_{source.name}"


def prefix(source: Source) -> str:
    """What Airbyte puts before a stream's name, so that its table is called as raw calls it."""
    return f"{source.name}__"


def connection_body(source: Source, *, source_id: str, destination_id: str) -> dict[str, Any]:
    """The connection of a source, by the ids of its connector and of the destination in the workspace.

    No schedule, for runs of ours start it. Changes at the source are never taken over by themselves: a new column is
    declared here first.
    """
    return {
        "name": connection_name(source),
        "sourceId": source_id,
        "destinationId": destination_id,
        "status": "active",
        "schedule": {"scheduleType": "manual"},
        "namespaceDefinition": "custom_format",
        "namespaceFormat": NAMESPACE,
        "prefix": prefix(source),
        "nonBreakingSchemaUpdatesBehavior": "ignore",
        "configurations": {"streams": [_stream(stream) for stream in source.streams]},
    }


def sync_mode(stream: Stream) -> str:
    """Append in any case. Only a full list says by absence that a record is gone."""
    return "full_refresh_append" if stream.deletes is Deletes.ABSENCE else "incremental_append"


def _stream(stream: Stream) -> dict[str, Any]:
    """Only declared columns: what nobody declared is not brought here."""
    return {
        "name": stream.name,
        "syncMode": sync_mode(stream),
        "cursorField": [stream.cursor],
        "primaryKey": [[name] for name in stream.key],
        "selectedFields": [{"fieldPath": [column.name]} for column in stream.columns],
    }
