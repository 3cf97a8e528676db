"""Simulating the company into a landing zone, and adding days to it.

Here: `simulate` and `add_days`, which put world, systems, deliveries and truth together. Not here: any of these.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from cdp_platform.simulator import bamboohr, netsuite, platform, salesforce, stripe
from cdp_platform.simulator.current import current, write_controls
from cdp_platform.simulator.delivery import Window, days_after, deliver, handed_out, history
from cdp_platform.simulator.faults import check_names, plant
from cdp_platform.simulator.formats import write
from cdp_platform.simulator.heartbeat import with_heartbeat
from cdp_platform.simulator.parameters import Parameters
from cdp_platform.simulator.rows import Rows
from cdp_platform.simulator.summary import Summary
from cdp_platform.simulator.timeline import end_of
from cdp_platform.simulator.truth import TruthBook
from cdp_platform.simulator.world import World
from cdp_platform.sources import SOURCES

Streams = Callable[[World], Iterator[Rows]]
SYSTEMS: dict[str, Streams] = {
    "salesforce": salesforce.streams,
    "netsuite": netsuite.streams,
    "platform": platform.streams,
    "bamboohr": bamboohr.streams,
    "stripe": stripe.streams,
}
Progress = Callable[[str], None]


def _quietly(_: str) -> None:
    """Say nothing."""


def simulate(landing: Path, truth: Path, *, scale: float = 0.03, seed: int = 7, end: date, noise: float = 1.0,
             locales: Mapping[str, float] | None = None, faults: Sequence[str] = (),
             progress: Progress = _quietly) -> Summary:  # fmt: skip
    """Write 24 months of the company that end with the day `end` (UTC), and the truth about them.

    The same parameters give the same bytes. Where the same world is there already, a later `end` adds the missing
    days and the same `end` writes everything again. `faults` are planted at the end (`FAULTS`). Raises ValueError for
    parameters that make no world, for a landing zone that holds other files, and for an end before the one delivered.
    """
    check_names(faults)
    wanted = Parameters.checked(seed, scale, noise, locales, end)
    known = Parameters.load(truth)
    if known is None:
        _refuse_foreign(landing)
        wanted.save(truth)
        windows = history(end)
    elif not known.same_world(wanted):
        raise ValueError(
            f"{truth} holds another world ({known}); remove it and its landing zone, or choose other folders"
        )
    elif end < known.end:
        raise ValueError(f"this world has been delivered until {known.end}; it cannot end earlier, on {end}")
    else:
        wanted = replace(known, end=end)
        windows = (
            days_after(known.end, end)
            if end > known.end
            else [*history(known.history_end), *days_after(known.history_end, end)]
        )
    return _run(landing, truth, wanted, windows, faults, progress)


def add_days(
    landing: Path, truth: Path, *, days: int, faults: Sequence[str] = (), progress: Progress = _quietly
) -> Summary:
    """Deliver the next days of the world kept in `truth`: one file per stream and day with news.

    Raises ValueError where there is no world, or none that far ahead.
    """
    check_names(faults)
    known = Parameters.load(truth)
    if known is None:
        raise ValueError(f"there is no simulated world in {truth}; simulate one first")
    if days < 1:
        raise ValueError(f"days must be at least 1, not {days}")
    end = known.end + timedelta(days=days)
    return _run(landing, truth, replace(known, end=end), days_after(known.end, end), faults, progress)


def _refuse_foreign(landing: Path) -> None:
    for source in SOURCES:
        folder = landing / source.name
        if folder.is_dir() and any(path.is_file() for path in folder.rglob("*")):
            raise ValueError(f"{folder} holds files that this simulator has no record of; choose an empty landing zone")


def _run(
    landing: Path, truth: Path, wanted: Parameters, windows: list[Window], faults: Sequence[str], progress: Progress
) -> Summary:
    started = time.monotonic()
    world, until = wanted.world(), end_of(wanted.end)
    if until > world.timeline.horizon:
        raise ValueError(
            f"this world knows its future only for about 400 days; {wanted.end} is too far: simulate a new one"
        )
    book, summary = TruthBook(world, until), Summary(wanted.end)
    for source in SOURCES:
        count_before = summary.rows
        for told in SYSTEMS[source.name](world):
            stream = source.stream(told.stream.lower())
            rows = with_heartbeat(told, stream, world.timeline, world.chance("heartbeat", source.name, stream.name))
            handed = handed_out(rows, stream.key[0], world.chance("delivery", source.name, stream.name))
            summary.count(f"{source.name}.{stream.table}", deliver(landing, source.name, rows, handed, windows))
            held = current(stream, rows, handed, until)
            write_controls(landing, source.name, stream, held)
            book.add(source.name, stream, rows, handed, held)
        if source.name == "bamboohr":
            _snapshots(landing, world, windows, summary)
        progress(f"{source.name}: {summary.rows - count_before:,} rows")
    summary.records, summary.entities = book.write(truth)
    wanted.save(truth)
    plant(landing, truth, faults, windows, wanted.seed)
    for name in faults:
        progress(f"planted fault: {name}")
    summary.seconds = time.monotonic() - started
    return summary


def _snapshots(landing: Path, world: World, windows: list[Window], summary: Summary) -> None:
    for window in windows:
        frame = bamboohr.snapshot(world, end_of(window.to))
        size = write(frame, window.file(landing, "bamboohr", "employees"))
        summary.count("bamboohr.employees", (1, len(frame), size))
