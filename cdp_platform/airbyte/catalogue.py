"""How a source's connection in the workspace differs from what is declared: streams, columns, types, settings.

Read from `POST /api/v1/connections/get` of Airbyte's Configuration API (schema ConnectionRead in airbyte-platform's
`airbyte-api/server-api/src/main/openapi/config.yaml`), for the public API does not tell columns' types. Here: the
comparison. Not here: asking.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cdp_platform.airbyte.connections import NAMESPACE, prefix, sync_mode
from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Type

Said = Mapping[str, Any]
"""What Airbyte answered, or a part of it."""

TYPES = {
    "integer": Type.INTEGER, "number": Type.NUMBER, "boolean": Type.BOOLEAN, "object": Type.JSON, "array": Type.JSON,
    "string": Type.TEXT,
}  # fmt: skip
TEXTS = {"date": Type.DATE, "date-time": Type.TIMESTAMP}
MODES = {"incremental_append": ("incremental", "append"), "full_refresh_append": ("full_refresh", "append")}


class Kind(StrEnum):
    """How something differs."""

    MISSING = "missing"
    NEW = "new"
    RETYPED = "retyped"
    SETTING = "setting"


@dataclass(frozen=True)
class Difference:
    """One line of the diff. `where`: a stream, or a column of one, or a setting of the connection."""

    kind: Kind
    where: str
    declared: str | None
    found: str | None

    @property
    def breaks(self) -> bool:
        """Raw would be wrong or lack something; what is new is only of no use yet."""
        return self.kind is not Kind.NEW

    def __str__(self) -> str:
        """As a diff says it."""
        sides = [f"- {self.where} {self.declared}" if self.declared else "", f"+ {self.where} {self.found}"]
        return f"{self.kind}: " + "; ".join(side for side in sides if side and not side.endswith(" None"))


def differences(source: Source, connection: Said) -> list[Difference]:
    """All of them, in the declared order; empty where the connection is as declared."""
    found = {item["stream"]["name"].lower(): item for item in connection.get("syncCatalog", {}).get("streams", [])}
    selected = {name: item for name, item in found.items() if item["config"].get("selected", False)}
    declared = {stream.table for stream in source.streams}
    return [
        *_settings(source, connection),
        *(difference for stream in source.streams for difference in _of_stream(stream, selected.get(stream.table))),
        *(Difference(Kind.NEW, name, None, "stream") for name in sorted(selected.keys() - declared)),
    ]


def _settings(source: Source, connection: Said) -> Iterator[Difference]:
    wanted = {
        "prefix": prefix(source),
        "status": "active",
        "scheduleType": "manual",
        "namespaceDefinition": "customformat",
        "namespaceFormat": NAMESPACE,
        "nonBreakingChangesPreference": "ignore",
    }
    for name, value in wanted.items():
        said = connection.get(name)
        if said != value:
            yield Difference(Kind.SETTING, name, value, str(said))


def _of_stream(stream: Stream, item: Said | None) -> Iterator[Difference]:
    if item is None:
        yield Difference(Kind.MISSING, stream.table, "stream", None)
        return
    config, properties = item["config"], item["stream"].get("jsonSchema", {}).get("properties", {})
    mode = (config.get("syncMode"), config.get("destinationSyncMode"))
    wanted = MODES[sync_mode(stream)]
    if mode != wanted:
        yield Difference(Kind.SETTING, f"{stream.table} sync mode", " | ".join(wanted), " | ".join(map(str, mode)))
    cursor = [name.lower() for name in config.get("cursorField") or []]
    if wanted[0] == "incremental" and cursor != [stream.cursor.lower()]:
        yield Difference(Kind.SETTING, f"{stream.table} cursor", stream.cursor, ".".join(cursor) or "none")
    synced = _synced(config, properties)
    for column in stream.columns:
        where = f"{stream.table}.{column.raw_name}"
        if column.raw_name not in synced:
            if not column.optional:
                yield Difference(Kind.MISSING, where, column.type.value, None)
            continue
        kind = type_of(synced[column.raw_name])
        if kind is not column.type:
            yield Difference(Kind.RETYPED, where, column.type.value, kind.value if kind else "of several types")
    for name in sorted(synced.keys() - {column.raw_name for column in stream.columns}):
        kind = type_of(synced[name])
        yield Difference(Kind.NEW, f"{stream.table}.{name}", None, kind.value if kind else "of several types")


def _synced(config: Said, properties: Said) -> dict[str, Said]:
    """The columns that are brought, of all that the source offers."""
    offered = {name.lower(): said for name, said in properties.items()}
    if not config.get("fieldSelectionEnabled"):
        return offered
    chosen = {field["fieldPath"][0].lower() for field in config.get("selectedFields") or []}
    return {name: said for name, said in offered.items() if name in chosen}


def type_of(said: Said) -> Type | None:
    """The type in which a column of this JSON schema lands; None for a union, or a time without its zone."""
    kinds = said.get("type", [])
    named = {kinds} if isinstance(kinds, str) else set(kinds)
    if len(named - {"null"}) != 1:
        return None
    [kind] = named - {"null"}
    if kind == "number" and said.get("airbyte_type") == "integer":
        return Type.INTEGER
    if kind == "string" and said.get("format") in TEXTS:
        return None if said.get("airbyte_type") == "timestamp_without_timezone" else TEXTS[said["format"]]
    return TYPES.get(kind)
