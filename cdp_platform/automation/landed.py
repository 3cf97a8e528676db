"""What is new in the landing zone, and which landing runs the models have not followed yet.

Here: both questions, for the sensors to ask. Not here: what a file is remembered by (`cdp_platform.landing.known`).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from cdp_platform.assets.extracts import raw_key
from cdp_platform.automation.schedules import UNFINISHED
from cdp_platform.environment import Settings
from cdp_platform.landing.known import Known, known_deliveries, new_files
from cdp_platform.serving.reader import OtherSchema, open_operations
from cdp_platform.sources import SOURCES, Source

TRIGGER_TAG = "cdp/trigger"
LANDING = "landing"
LANDED = "landed"
MICRO_BATCH = timedelta(minutes=15)
"""The longest that landed data waits for other sources' files before its models are rebuilt."""
LOOK_BACK = timedelta(days=2)


@dataclass(frozen=True)
class Arrival:
    """New files of a source: the assets they belong to, and a run key that is the same as long as they are."""

    source: Source
    assets: list[dg.AssetKey]
    run_key: str


class Waiting(Exception):
    """The models do not follow yet; the message says why."""


def arrivals(settings: Settings) -> list[Arrival]:
    """Sources with files that no run has taken. A file that was taken is known, be it accepted, held or unreadable."""
    known = _known(settings)
    found = []
    for source in SOURCES:
        new = {
            stream: files
            for stream in source.streams
            if (files := new_files(settings.landing, source, stream, known[source][stream.table])[0])
        }
        if new:
            key = same_key(
                f"{LANDING}/{source.name}", (f"{s.table} {file.name} {file.sha256}" for s in new for file in new[s])
            )
            found.append(Arrival(source, [raw_key(source, stream) for stream in new], key))
    return found


def same_key(prefix: str, parts: Iterable[str]) -> str:
    """A run key that is the same for the same parts, so that what was requested is not requested again."""
    digest = hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
    return f"{prefix}/{digest[:16]}"


def _known(settings: Settings) -> dict[Source, dict[str, Known]]:
    """What was taken, from the published ledger: the warehouse may be held by a writer for long."""
    try:
        ledger = open_operations(settings)
    except OtherSchema:
        ledger = None  # the runs that this asks for load nothing twice, and publish the ledger anew
    if ledger is None:
        return {source: {stream.table: Known() for stream in source.streams} for source in SOURCES}
    with ledger:
        return {source: known_deliveries(ledger, source) for source in SOURCES}


def runs_to_follow(instance: dg.DagsterInstance, cursor: str | None, now: datetime) -> tuple[list[dg.DagsterRun], str]:
    """The landing runs that ended well since the last time, all in one batch, and the cursor once they are followed.

    Raises Waiting.
    """
    followed = set(json.loads(cursor or "[]"))
    records = instance.get_run_records(
        dg.RunsFilter(
            tags={TRIGGER_TAG: LANDING}, statuses=[dg.DagsterRunStatus.SUCCESS], created_after=now - LOOK_BACK
        )
    )
    ended = [record for record in records if record.dagster_run.run_id not in followed]
    if not ended:
        raise Waiting("no landing run has ended since the last time")
    first = min(datetime.fromtimestamp(record.end_time or 0, UTC) for record in ended)
    if now < first + MICRO_BATCH and (landing := _going(instance, LANDING)):
        raise Waiting(f"run {landing} is landing more; one model run follows for all")
    if building := _going(instance, LANDED):
        raise Waiting(f"run {building} still builds what landed before")
    return [record.dagster_run for record in ended], json.dumps(sorted(record.dagster_run.run_id for record in records))


def _going(instance: dg.DagsterInstance, trigger: str) -> str | None:
    """The id of an unfinished run with that trigger."""
    runs = instance.get_runs(dg.RunsFilter(tags={TRIGGER_TAG: trigger}, statuses=list(UNFINISHED)), limit=1)
    return runs[0].run_id[:8] if runs else None
