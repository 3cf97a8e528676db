"""Dagster's client of Airbyte's API, with two things that it does not do: name a refusal, find a connection by name.

Imported where Airbyte is the source and nowhere else, for it takes a second. Here: the client and one sync. Not here:
the assets (`airbyte`), what the rows are worth (`cdp_platform.landing.synced`).
"""

import warnings
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import dagster as dg
import requests
from dagster_airbyte.resources import (
    AIRBYTE_CLOUD_CONFIGURATION_API_BASE_URL,
    AIRBYTE_CLOUD_REST_API_BASE_URL,
    AirbyteClient,
)

from cdp_platform.accounts import Airbyte
from cdp_platform.airbyte.connections import connection_name
from cdp_platform.landing.synced import Synced
from cdp_platform.sources import Source

REFUSED = {
    401: "does not accept the credentials: set AIRBYTE_CLIENT_ID and AIRBYTE_CLIENT_SECRET of an application that is "
    "allowed into the workspace",
    403: "forbids it: give the application of AIRBYTE_CLIENT_ID the workspace AIRBYTE_WORKSPACE_ID",
    404: "knows nothing there: look at AIRBYTE_URL, AIRBYTE_WORKSPACE_ID and the connection",
}
MAY_PASS = (408, 425, 429)
"""Errors of the asker's by their number that a later try may not meet."""
TRIES = 5
LONGEST_SYNC = timedelta(days=2)


class AirbyteFailed(dg.Failure):
    """Airbyte refused, could not be reached, or a sync did not end well; the text has the remedy."""


class Client(AirbyteClient):
    """Dagster's client, that tries again what may pass, and names at once what will not."""

    def _get_session(self, include_additional_request_headers: bool) -> requests.Session:
        session: requests.Session = super()._get_session(include_additional_request_headers)
        session.hooks["response"].append(_name_refusal)
        return session

    def _single_request(self, method: str, url: str, *args: Any, **options: Any) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = super()._single_request(method, url, *args, **options)
        except AirbyteFailed:
            raise
        except dg.Failure as failure:
            raise AirbyteFailed(
                f"Airbyte did not answer {method} {url} in {TRIES + 1} tries: look whether it is up, and at "
                "AIRBYTE_URL; models keep their last good data, and the run may be started again"
            ) from failure
        return answer


def _name_refusal(response: requests.Response, *_: Any, **__: Any) -> None:
    """Raise what no second try would change: the stock client hides it behind its retries."""
    status = response.status_code
    if 400 <= status < 500 and status not in MAY_PASS:
        said = REFUSED.get(status, "refuses it: look whether the connection is active, and at its jobs")
        asked = f"{response.request.method} {response.url.split('?')[0]}"
        # 409: a job goes on, perhaps one whose answer was lost; the step tries again and waits for it
        raise AirbyteFailed(f"Airbyte {said} ({status} for {asked})", allow_retries=status == 409)


def client_of(airbyte: Airbyte) -> Client:
    """A client of the settings' workspace, on a host of one's own or in Airbyte Cloud; nothing is asked yet."""
    base = (airbyte.url or "").rstrip("/")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # its minor version is pinned, and the tests hold what it does
        return Client(
            rest_api_base_url=f"{base}/api/public/v1" if base else AIRBYTE_CLOUD_REST_API_BASE_URL,
            configuration_api_base_url=f"{base}/api/v1" if base else AIRBYTE_CLOUD_CONFIGURATION_API_BASE_URL,
            workspace_id=airbyte.workspace_id,
            client_id=airbyte.client_id,
            client_secret=airbyte.client_secret,
            request_max_retries=TRIES,
            request_retry_delay=airbyte.retry_seconds,
            request_timeout=15,
            poll_interval=airbyte.poll_seconds,
            poll_timeout=airbyte.sync_minutes * 60,
            poll_previous_running_sync=True,
        )


def find_connection(client: AirbyteClient, source: Source) -> str:
    """The id of a source's connection. Raises AirbyteFailed."""
    name = connection_name(source)
    named = [found for found in client.get_connections() if found["name"] == name and found["status"] != "deprecated"]
    if len(named) != 1:
        remedy = "rename all but one" if named else "`cdp airbyte connections` writes what to create"
        raise AirbyteFailed(
            f"workspace {client.workspace_id} has {len(named) or 'no'} connection{'s' * (len(named) > 1)} called "
            f"'{name}': {remedy}",
            allow_retries=False,
        )
    return str(named[0]["connectionId"])


def sync(client: AirbyteClient, source: Source, last: tuple[int, datetime] | None) -> Synced:
    """Sync a source's connection, or wait for the job that goes on already. Raises AirbyteFailed.

    `last`: the newest job whose rows were judged, and when. Jobs after it count, also those that failed halfway.
    """
    connection_id = find_connection(client, source)
    try:
        output = client.sync_and_poll(connection_id)
    except AirbyteFailed:
        raise
    except dg.Failure as failure:
        raise AirbyteFailed(
            f"sync of {source.name}: {failure.description}; models keep their last good data: look at the connection "
            f"'{connection_name(source)}' in Airbyte, then `cdp refresh {source.name}`",
            allow_retries=False,
        ) from failure
    job_id = int(output.job_details["jobId"])
    judged, since = last or (0, None)
    jobs = client.get_jobs_for_connection(connection_id, created_after=since and since - LONGEST_SYNC)
    counted = {job.id: job.rows_synced or 0 for job in jobs} | {job_id: output.job_details.get("rowsSynced") or 0}
    return Synced(job_id, sum(rows for id_, rows in counted.items() if judged < id_ <= job_id))
