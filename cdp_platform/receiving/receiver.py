"""Takes events in: many at a time to disk, then answered, then in rounds into the landing zone.

One task writes: while the disk is busy with some events, the next ones gather, and go together. Another hands closed
journals over, so that writing never waits for it. Here: the order of things. Not here: HTTP (`app`), the files
(`spool`, `seen`, `counts`).
"""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from cdp_platform.receiving.counts import LACKS_COLUMNS, Counts, read_counts, write_counts
from cdp_platform.receiving.refusal import Outcome, Refused
from cdp_platform.receiving.seen import SeenEvents
from cdp_platform.receiving.spool import HandedOver, Journal, hand_over, ids_of, left_behind, line_of
from cdp_platform.receiving.stripe_event import Event

ROUND_SECONDS = 30.0
ROUND_ROWS = 10_000
COUNTED_EVERY_SECONDS = 5.0
_log = logging.getLogger("cdp.receive")


class Receiver:
    """What is taken in for one home. One process at a time may have one (the command holds a lock)."""

    def __init__(
        self, folder: Path, landing: Path, *, round_seconds: float = ROUND_SECONDS, round_rows: int = ROUND_ROWS
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._landing = folder, landing
        self._round_seconds, self._round_rows = round_seconds, round_rows
        self.counts = read_counts(folder) or Counts(datetime.now(UTC))
        self.counts.is_stopped = False
        self.takes_events = self.hands_over = True
        self._seen = SeenEvents(folder / "seen.sqlite")
        self._journal: Journal | None = None
        self._opened_at = 0.0
        self._closed: list[Path] = []
        self._unfinished: set[str] = set()  # in a journal that is not handed over
        self._answers: dict[str, asyncio.Future[None]] = {}  # on their way to a journal
        self._lines: list[tuple[str, bytes]] = []
        self._work, self._round_over, self._stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Hand over what an earlier receiver left behind, then begin."""
        self._closed = left_behind(self._folder)
        self._unfinished = {id for journal in self._closed for id in ids_of(journal)}
        if self._closed:
            _log.info("handing over %s journals that an earlier receiver left behind", len(self._closed))
        await self._try_to_hand_over()
        await self._write_counts()
        self._tasks = [asyncio.create_task(task()) for task in (self._write, self._hand_over, self._count)]

    async def take(self, event: Event) -> Outcome:
        """Return when the event is on disk, or known. Raises Refused where the disk does not take it."""
        if event.stream is None:
            return Outcome.NOT_KEPT
        try:
            answer, outcome = self._answers.get(event.id), Outcome.DUPLICATE
            if answer is None:
                if event.id in self._unfinished or self._seen.knows(event.id):
                    return outcome
                answer, outcome = self._gather(event), Outcome.KEPT
            await asyncio.shield(answer)
        except (OSError, sqlite3.Error) as error:
            raise Refused(Outcome.NOT_STORED) from error
        if outcome is Outcome.KEPT and event.lacks_columns:
            self.counts.add(LACKS_COLUMNS)
        return outcome

    async def stop(self) -> None:
        """Write what waits, hand everything over, say in the counts that this was meant."""
        self._stopping.set()
        self._work.set()
        self._round_over.set()
        await asyncio.gather(*self._tasks)
        self._close_journal()
        self.counts.is_stopped = await self._try_to_hand_over()
        await self._write_counts()
        self._seen.close()

    def _gather(self, event: Event) -> asyncio.Future[None]:
        answer = self._answers[event.id] = asyncio.get_running_loop().create_future()
        self._lines.append((event.id, line_of(event)))
        self._work.set()
        return answer

    async def _write(self) -> None:
        while self._lines or not self._stopping.is_set():
            await _within(self._work, self._opened_at + self._round_seconds - monotonic() if self._journal else None)
            self._work.clear()
            batch, self._lines = self._lines, []
            if batch:
                await self._store(batch)
            if self._journal and (
                self._journal.is_spoilt
                or self._journal.rows >= self._round_rows
                or monotonic() >= self._opened_at + self._round_seconds
            ):
                self._close_journal()

    async def _store(self, batch: Sequence[tuple[str, bytes]]) -> None:
        fault = None
        try:
            await asyncio.to_thread(self._append, [line for _, line in batch])
        except OSError as error:
            fault = error
            _log.error("events cannot be stored, and are refused: %s", error.strerror)
        self.takes_events = fault is None
        for id, _ in batch:
            answer = self._answers.pop(id)
            if fault is None:
                self._unfinished.add(id)
                answer.set_result(None)
            else:
                answer.set_exception(fault)

    def _append(self, lines: list[bytes]) -> None:
        if self._journal is None:
            self._journal, self._opened_at = Journal(self._folder), monotonic()
        self._journal.append(lines)

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._closed.append(self._journal.path)
            self._journal = None
            self._round_over.set()

    async def _hand_over(self) -> None:
        while not self._stopping.is_set():
            # what could not be handed over is tried again, whether or not there is more
            await _within(self._round_over, self._round_seconds)
            self._round_over.clear()
            await self._try_to_hand_over()

    async def _try_to_hand_over(self) -> bool:
        try:
            await self._hand_over_closed()
        except (OSError, sqlite3.Error) as error:
            self.hands_over = False
            _log.error("events wait in %s, for the landing zone does not take them: %s", self._folder, error)
        else:
            self.hands_over = True
        return self.hands_over

    async def _hand_over_closed(self) -> None:
        """In the order in which they were written: landing takes files in name order."""
        while self._closed:
            done = await asyncio.to_thread(self._hand_over_one, self._closed[0])
            self._unfinished.difference_update(done.ids)
            del self._closed[0]
            if done.torn:
                _log.warning("%s lines that were never finished are left out", done.torn)

    def _hand_over_one(self, journal: Path) -> HandedOver:
        done = hand_over(journal, self._landing)
        self._seen.remember(done.ids, datetime.now(UTC))
        journal.unlink()
        return done

    async def _count(self) -> None:
        while not self._stopping.is_set():
            await _within(self._stopping, COUNTED_EVERY_SECONDS)
            await self._write_counts()

    async def _write_counts(self) -> None:
        self.counts.alive_at = datetime.now(UTC)
        await asyncio.to_thread(write_counts, self._folder, self.counts.text())


async def _within(event: asyncio.Event, seconds: float | None) -> None:
    """Wait for an event, but no longer than that."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
