"""When the models of a cycle start: a decision over the Dagster instance and what the last decision remembered.

A cycle is named after the moment it was due. It opens when it is first seen, waits for its sources, and is settled when
its models were requested or when other runs do its work. Here: that decision. Not here: the timetable, the sensor.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import dagster as dg

from cdp_platform.automation.schedules import Timetable, cycle_of, source_jobs, unfinished


@dataclass(frozen=True)
class Cycle:
    """The newest cycle of a job: when it was due, and since when it waits (None: it is settled)."""

    due: datetime
    open_since: datetime | None


@dataclass
class Decision:
    """The model jobs to start, with the source jobs each goes without; the reasons for the others; what to remember."""

    start: list[tuple[Timetable, Cycle, list[str]]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    cycles: dict[str, Cycle] = field(default_factory=dict)


def decide(
    instance: dg.DagsterInstance, rows: Sequence[Timetable], remembered: dict[str, Cycle], now: datetime
) -> Decision:
    """Which models start now. Deadlines count from when a cycle opened: a daemon that was down makes nobody late."""
    decision = Decision()
    opening = [row for row in rows if _opens(instance, row, remembered.get(row.job), now, decision)]
    for row in opening:
        absorbed = row.part_of in {other.job for other in opening}
        decision.cycles[row.job] = Cycle(row.last_due(now), None if absorbed else now)
        if absorbed:
            decision.reasons.append(f"{row.job}: {row.part_of} is due as well and does this too")
    for row in rows:
        cycle = decision.cycles[row.job]
        if cycle.open_since is None:
            continue
        assert row.deadline is not None
        late = [job for job in source_jobs(row.waits_for) if not has_ended_since(instance, job, cycle.due)]
        until = cycle.open_since + row.deadline
        if late and now < until:
            waits = f"{row.job}: waits for {', '.join(late)}, at the latest until {until:%Y-%m-%d %H:%M %Z}"
            decision.reasons.append(waits)
        else:
            decision.start.append((row, cycle, late))
            decision.cycles[row.job] = Cycle(cycle.due, None)
    return decision


def _opens(instance: dg.DagsterInstance, row: Timetable, last: Cycle | None, now: datetime, decision: Decision) -> bool:
    """Whether a new cycle opens; if not, says why and remembers the one there is."""
    due = row.last_due(now)
    if last is not None and last.due >= due:
        decision.cycles[row.job] = last
        if last.open_since is None:
            decision.reasons.append(f"{row.job}: the cycle of {cycle_of(last.due)} is settled")
        return False
    if last is not None and not unfinished(instance, row.job):
        return True
    decision.cycles[row.job] = Cycle(due, None)
    why = "the last one is still going and absorbs it" if last is not None else "it was due before this sensor began"
    decision.reasons.append(f"{row.job}: no models for the cycle of {cycle_of(due)}, {why}")
    return False


def has_ended_since(instance: dg.DagsterInstance, job: str, moment: datetime) -> bool:
    """Whether a run of the whole job ended after `moment`, well or badly, and none is still going."""
    if unfinished(instance, job):
        return False
    recent = instance.get_run_records(dg.RunsFilter(job_name=job, updated_after=moment))
    return any(
        record.end_time is not None
        and record.end_time > moment.timestamp()
        and record.dagster_run.asset_selection is None
        for record in recent
    )


def remember(cycles: dict[str, Cycle]) -> str:
    """The cycles as a sensor's cursor."""
    moments = {
        job: [cycle.due.isoformat(), cycle.open_since and cycle.open_since.isoformat()] for job, cycle in cycles.items()
    }
    return json.dumps(moments)


def recall(cursor: str | None) -> dict[str, Cycle]:
    """The cycles that a cursor holds; none where there is no cursor yet."""
    moments = json.loads(cursor or "{}")
    return {
        job: Cycle(datetime.fromisoformat(due), datetime.fromisoformat(since) if since else None)
        for job, (due, since) in moments.items()
    }
