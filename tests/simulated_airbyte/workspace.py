"""Airbyte, simulated: the state of a workspace, and what its API makes of a request.

Shapes and rules follow airbyte-platform's OpenAPI files (`api_documentation_connections.yaml`,
`api_documentation_jobs.yaml`, `config.yaml`). It proves nothing of Airbyte's own behaviour, speed or connectors. Here:
the endpoints that dagster-airbyte and `cdp airbyte` use, and faults to plant. Not here: HTTP (`server`), the rows that
a sync delivers (`destination`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from cdp_platform.sources import Source, Stream
from cdp_platform.sources.contract import Column, Type

WORKSPACE, CLIENT, SECRET, TOKEN = str(UUID(int=1)), "client-1", "s3cret-of-the-client", "token-1"
DESTINATION = str(UUID(int=2))
BODY = {
    "name", "sourceId", "destinationId", "configurations", "schedule", "dataResidency", "namespaceDefinition",
    "namespaceFormat", "prefix", "nonBreakingSchemaUpdatesBehavior", "status", "tags",
}  # fmt: skip
STREAM = {
    "name", "namespace", "syncMode", "cursorField", "primaryKey", "selectedFields", "mappers", "includeFiles",
    "destinationObjectName",
}  # fmt: skip
MODES = {
    "full_refresh_overwrite": ("full_refresh", "overwrite"), "full_refresh_append": ("full_refresh", "append"),
    "incremental_append": ("incremental", "append"), "incremental_deduped_history": ("incremental", "append_dedup"),
}  # fmt: skip
ENUMS = {
    "namespaceDefinition": {"source", "destination", "custom_format"},
    "nonBreakingSchemaUpdatesBehavior": {"ignore", "disable_connection", "propagate_columns", "propagate_fully"},
    "status": {"active", "inactive", "deprecated"},
}
JSON_TYPES: dict[Type, dict[str, Any]] = {
    Type.TEXT: {"type": ["null", "string"]},
    Type.INTEGER: {"type": ["null", "integer"]},
    Type.NUMBER: {"type": ["null", "number"]},
    Type.BOOLEAN: {"type": ["null", "boolean"]},
    Type.JSON: {"type": ["null", "object"]},
    Type.DATE: {"type": ["null", "string"], "format": "date"},
    Type.TIMESTAMP: {"type": ["null", "string"], "format": "date-time", "airbyte_type": "timestamp_with_timezone"},
}


class Answered(Exception):
    """The request ends here, with this status and body."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclass
class Plan:
    """What becomes of the next job: how often it is asked for until it ends, how, what it delivers and counts."""

    ends: str = "succeeded"
    polls: int = 1
    rows: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    counted: int | None = None


@dataclass
class Job:
    """A job of a connection."""

    id: int
    connection_id: str
    plan: Plan
    status: str = "running"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    rows: int | None = None

    def said(self) -> dict[str, Any]:
        return {
            "jobId": self.id,
            "status": self.status,
            "jobType": "sync",
            "connectionId": self.connection_id,
            "startTime": self.started.isoformat(),
        } | ({} if self.rows is None else {"rowsSynced": self.rows, "bytesSynced": 100 * self.rows})


@dataclass
class Fault:
    """A request that is answered with a status, so many times."""

    method: str
    path: str
    status: int
    times: int


Deliver = Callable[[Source, int, Mapping[str, list[dict[str, Any]]]], None]
"""What a destination does with the rows of a job."""


class Workspace:
    """A workspace with connectors for the declared sources, and a destination."""

    def __init__(self, sources: Mapping[str, Source], deliver: Deliver | None = None) -> None:
        self.sources = {str(UUID(int=100 + i)): source for i, source in enumerate(sources.values())}
        self.catalogues = {id_: {s.name: offered(s) for s in source.streams} for id_, source in self.sources.items()}
        self.deliver = deliver
        self.connections: dict[str, dict[str, Any]] = {}
        self.jobs: list[Job] = []
        self.plans: list[Plan] = []
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.secret = SECRET

    def source_id(self, name: str) -> str:
        return next(id_ for id_, source in self.sources.items() if source.name == name)

    def start(self, connection_id: str) -> Job:
        plan = self.plans.pop(0) if self.plans else Plan()
        self.jobs.append(Job(len(self.jobs) + 1, connection_id, plan))
        return self.jobs[-1]

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any, token: str | None) -> tuple[int, Any]:
        """Status and body of a request."""
        self.asked.append(f"{method} {path}")
        try:
            self._plant(method, path)
            return 200, self._route(method, path.strip("/").split("/"), query, body, token)
        except Answered as answered:
            return answered.status, answered.body

    def _plant(self, method: str, path: str) -> None:
        for fault in self.faults:
            if fault.times and fault.method == method and fault.path in path:
                fault.times -= 1
                raise Answered(fault.status, {"message": "planted"})

    def _route(self, method: str, parts: list[str], query: Mapping[str, str], body: Any, token: str | None) -> Any:
        if parts[-2:] == ["applications", "token"]:
            if (body["client_id"], body["client_secret"]) != (CLIENT, self.secret):
                raise Answered(401, {"message": "Unauthorized"})
            return {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 180}
        if token != f"Bearer {TOKEN}":
            raise Answered(401, {"message": "Unauthorized"})
        match method, parts:
            case "POST", ["api", "v1", "connections", "get"]:
                return self._details(self._connection(body["connectionId"]))
            case _, ["api", "public", "v1", "connections"]:
                return self._create(body) if method == "POST" else self._listed(query)
            case _, ["api", "public", "v1", "jobs"]:
                return self._started(body) if method == "POST" else self._jobs(query)
            case _, ["api", "public", "v1", "jobs", id_]:
                return self._cancelled(id_) if method == "DELETE" else self._poll(self._job(id_)).said()
        raise Answered(404, {"message": f"{method} {'/'.join(parts)}"})

    def _listed(self, query: Mapping[str, str]) -> dict[str, Any]:
        if query["workspaceIds"] != WORKSPACE:
            raise Answered(404, {"message": "no such workspace"})
        return self._page("connections", list(self.connections.values()), query)

    def _jobs(self, query: Mapping[str, str]) -> dict[str, Any]:
        since = datetime.fromisoformat(query.get("createdAtStart", "1970-01-01T00:00:00Z"))
        of = [job for job in self.jobs if job.connection_id == query["connectionId"] and job.started >= since]
        return self._page("jobs", [job.said() for job in of], query)

    def _started(self, body: Mapping[str, str]) -> dict[str, Any]:
        connection = self._connection(body["connectionId"])
        if any(job.status == "running" for job in self.jobs if job.connection_id == body["connectionId"]):
            raise Answered(409, {"message": "a sync is already running"})
        return self.start(connection["connectionId"]).said()

    def _cancelled(self, id_: str) -> dict[str, Any]:
        job = self._job(id_)
        job.status = "cancelled"
        return job.said()

    def _connection(self, id_: str) -> dict[str, Any]:
        if id_ not in self.connections:
            raise Answered(404, {"message": "no such connection"})
        return self.connections[id_]

    def _job(self, id_: str) -> Job:
        for job in self.jobs:
            if job.id == int(id_):
                return job
        raise Answered(404, {"message": "no such job"})

    def _poll(self, job: Job) -> Job:
        job.plan.polls -= 1
        if job.status == "running" and job.plan.polls <= 0:
            source = self.sources[self.connections[job.connection_id]["sourceId"]]
            if self.deliver is not None and job.plan.rows:
                self.deliver(source, job.id, job.plan.rows)
            job.rows = sum(map(len, job.plan.rows.values())) if job.plan.counted is None else job.plan.counted
            job.status = job.plan.ends
        return job

    def _page(self, name: str, items: list[Any], query: Mapping[str, str]) -> dict[str, Any]:
        """Newest last, as many as wanted; `next` is an address, as Airbyte gives it."""
        limit, offset = int(query.get("limit", 20)), int(query.get("offset", 0))
        page: dict[str, Any] = {"data": items[offset : offset + limit], "previous": "", "next": ""}
        if offset + limit < len(items):
            page["next"] = f"https://airbyte.example/v1/{name}?limit={limit}&offset={offset + limit}"
        return page

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the schema ConnectionCreateRequest forbids, and what the source does not offer, is a 400."""
        faults = [f"unknown field {name}" for name in body.keys() - BODY]
        faults += [f"{name} is required" for name in ("sourceId", "destinationId") if name not in body]
        faults += [f"{name}: {body[name]}" for name, known in ENUMS.items() if name in body and body[name] not in known]
        if body.get("schedule", {}).get("scheduleType", "manual") not in ("manual", "cron"):
            faults.append("scheduleType")
        offered = self.catalogues.get(body.get("sourceId", ""))
        if offered is None or body.get("destinationId") != DESTINATION:
            raise Answered(404, {"message": "no such source or destination"})
        for stream in body.get("configurations", {}).get("streams", []):
            faults += [f"unknown field {name}" for name in stream.keys() - STREAM]
            if stream["name"] not in offered or stream.get("syncMode") not in MODES:
                faults.append(f"stream {stream['name']}, {stream.get('syncMode')}")
                continue
            fields = [f["fieldPath"] for f in stream.get("selectedFields", [])]
            paths = [*fields, *stream.get("primaryKey", []), stream.get("cursorField", [])]
            faults += [f"{stream['name']}.{path}" for path in paths if path and path[0] not in offered[stream["name"]]]
        if faults:
            raise Answered(400, {"message": "; ".join(faults)})
        created = {"status": "active"} | body | {"connectionId": str(uuid4()), "workspaceId": WORKSPACE}
        self.connections[created["connectionId"]] = created
        return created

    def _details(self, connection: Mapping[str, Any]) -> dict[str, Any]:
        """The same connection as the Configuration API tells it, with all that the source offers."""
        configured = {stream["name"]: stream for stream in connection["configurations"]["streams"]}
        spelt = {"custom_format": "customformat", "disable_connection": "disable"}
        return {
            "connectionId": connection["connectionId"],
            "name": connection["name"],
            "sourceId": connection["sourceId"],
            "destinationId": connection["destinationId"],
            "status": connection["status"],
            "prefix": connection.get("prefix", ""),
            "scheduleType": connection["schedule"]["scheduleType"],
            "namespaceDefinition": spelt.get(connection["namespaceDefinition"], connection["namespaceDefinition"]),
            "namespaceFormat": connection.get("namespaceFormat"),
            "nonBreakingChangesPreference": spelt.get(
                connection["nonBreakingSchemaUpdatesBehavior"], connection["nonBreakingSchemaUpdatesBehavior"]
            ),
            "syncCatalog": {
                "streams": [
                    _configured(name, properties, configured.get(name))
                    for name, properties in self.catalogues[connection["sourceId"]].items()
                ]
            },
        }


def _configured(name: str, properties: dict[str, Any], said: Mapping[str, Any] | None) -> dict[str, Any]:
    stream = {"name": name, "jsonSchema": {"type": "object", "properties": properties}}
    if said is None:
        return {"stream": stream, "config": {"selected": False}}
    mode, destination = MODES[said["syncMode"]]
    config = {
        "selected": True, "syncMode": mode, "destinationSyncMode": destination, "cursorField": said["cursorField"],
        "primaryKey": said["primaryKey"], "fieldSelectionEnabled": "selectedFields" in said,
        "selectedFields": said.get("selectedFields", []),
    }  # fmt: skip
    return {"stream": stream, "config": config}


def offered(stream: Stream) -> dict[str, dict[str, Any]]:
    """The columns of a stream as its connector's JSON schema."""
    return {column.name: json_type(column) for column in stream.columns}


def json_type(column: Column) -> dict[str, Any]:
    return dict(JSON_TYPES[column.type])
